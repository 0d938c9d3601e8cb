const nap = () => new Promise((resolve) => setTimeout(() => resolve(1), 1000));
(async () => {
  const n = Number(process.argv[2] ?? 1000000);
  const promises = [];
  for (let i = 0; i < n; i++) promises.push(nap());
  let count = 0;
  for (const promise of promises) count += await promise;
  console.log(count);
})();
