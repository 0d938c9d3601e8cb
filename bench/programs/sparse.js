function run(n) {
  const places = new Map();
  let key = 1;
  for (let i = 0; i < n; i++) {
    places.set(key, i);
    key = (key * 48271) % 2147483647;
  }
  let sum = 0;
  key = 1;
  for (let i = 0; i < n; i++) {
    sum += places.get(key);
    key = (key * 48271) % 2147483647;
  }
  return sum;
}
console.log(run(Number(process.argv[2] ?? 1000000)));
