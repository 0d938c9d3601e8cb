async function run(n) {
  const settled = Promise.resolve(1);
  let sum = 0;
  for (let i = 0; i < n; i++) sum += await settled;
  console.log(sum);
}
run(Number(process.argv[2] ?? 10000000));
