class Counter {
  constructor() { this.n = 0; }
  add(k) {
    this.n += k;
    return this.n;
  }
}
const adder = (k) => (x) => x + k;

function run(times) {
  const counter = new Counter();
  const add = adder(1);
  let sum = 0;
  for (let i = 0; i < times; i++) counter.add(1);
  for (let i = 0; i < times; i++) sum = add(sum);
  console.log(`${counter.n} ${sum}`);
}
run(Number(process.argv[2] ?? 10000000));
