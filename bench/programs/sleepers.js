const nap = () => new Promise((resolve) => setTimeout(() => resolve(1), 1000));
(async () => {
  const promises = [];
  for (let i = 0; i < 100000; i++) promises.push(nap());
  let count = 0;
  for (const p of promises) count += await p;
  console.log(count);
})();
