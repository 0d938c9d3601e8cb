import { Channel } from "./channel.mjs";

async function work(out, n) {
  for (let i = 0; i < n; i++) await out.send(i);
}

const n = Number(process.argv[2] ?? 4000);
const out = new Channel();
for (let i = 0; i < 1000; i++) work(out, n);
let sum = 0;
for (let i = 0; i < 1000 * n; i++) sum += await out.receive();
console.log(sum);
