let open;
const gate = new Promise((resolve) => { open = resolve; });
async function wait(i) {
  await gate;
  return i;
}
(async () => {
  const promises = [];
  for (let i = 0; i < 1000000; i++) promises.push(wait(i));
  open();
  let sum = 0;
  for (const p of promises) sum += await p;
  console.log(sum);
})();
