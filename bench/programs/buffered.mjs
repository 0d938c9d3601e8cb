import { Channel } from "./channel.mjs";

async function produce(channel, n) {
  for (let i = 0; i < n; i++) await channel.send(i);
  channel.close();
}

const channel = new Channel(256);
produce(channel, Number(process.argv[2] ?? 6000000));
let sum = 0;
for (let v; (v = await channel.receive()) !== undefined;) sum += v;
console.log(sum);
