import { Channel } from "./channel.mjs";

async function generate(out) {
  for (let n = 2; ; n++) await out.send(n);
}

async function filter(numbers, out, prime) {
  for (;;) {
    const n = await numbers.receive();
    if (n % prime !== 0) await out.send(n);
  }
}

let numbers = new Channel();
generate(numbers);
let prime = 0;
for (let count = Number(process.argv[2] ?? 1500); count > 0; count--) {
  prime = await numbers.receive();
  const out = new Channel();
  filter(numbers, out, prime);
  numbers = out;
}
console.log(prime);
process.exit(0); // the generator would go on
