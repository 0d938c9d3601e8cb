function run(n) {
  const ages = new Map();
  for (let i = 0; i < n; i++) ages.set(`key ${i}`, i);
  let sum = 0;
  for (let i = 0; i < n; i++) sum += ages.get(`key ${n - 1 - i}`);
  return sum;
}
console.log(run(Number(process.argv[2] ?? 1000000)));
