import { Channel } from "./channel.mjs";

async function echo(there, back) {
  for (let v; (v = await there.receive()) !== undefined;) await back.send(v + 1);
}

async function play() {
  const there = new Channel(), back = new Channel();
  const other = echo(there, back);
  let n = 0;
  while (n < 4) {
    await there.send(n);
    n = await back.receive();
  }
  there.close();
  await other;
  return n;
}

const pairs = [];
for (let n = Math.floor(Number(process.argv[2] ?? 1000000) / 2); n > 0; n--) pairs.push(play());
let sum = 0;
for (const pair of pairs) sum += await pair;
console.log(sum);
