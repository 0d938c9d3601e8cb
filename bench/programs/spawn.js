async function one(i) {
  return i;
}
(async () => {
  const n = Number(process.argv[2] ?? 3000000);
  let sum = 0;
  for (let i = 0; i < n; i++) sum += await one(i);
  console.log(sum);
})();
