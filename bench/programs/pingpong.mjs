import { Channel } from "./channel.mjs";

const there = new Channel(), back = new Channel();
(async () => {
  for (;;) await back.send((await there.receive()) + 1);
})();

const times = Number(process.argv[2] ?? 2000000);
let n = 0;
while (n < times) {
  await there.send(n);
  n = await back.receive();
}
console.log(n);
