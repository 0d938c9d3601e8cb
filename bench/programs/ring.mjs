import { Channel } from "./channel.mjs";

async function pass(from, to) {
  for (;;) await to.send((await from.receive()) + 1);
}

const first = new Channel();
let last = first;
for (let i = 0; i < 999; i++) {
  const next = new Channel();
  pass(last, next);
  last = next;
}
let v = 0;
for (let rounds = Number(process.argv[2] ?? 3000); rounds > 0; rounds--) {
  await first.send(v);
  v = await last.receive();
}
console.log(v);
