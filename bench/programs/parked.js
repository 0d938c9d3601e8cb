let open;
const gate = new Promise((resolve) => { open = resolve; });
async function wait(i) {
  await gate;
  return i;
}
(async () => {
  const n = Number(process.argv[2] ?? 1000000);
  const promises = [];
  for (let i = 0; i < n; i++) promises.push(wait(i));
  open();
  let sum = 0;
  for (const promise of promises) sum += await promise;
  console.log(sum);
})();
