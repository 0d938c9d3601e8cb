import { Channel } from "./channel.mjs";

async function wait(gate, i) {
  const v = await gate.receive();
  return v + i;
}
const n = Number(process.argv[2] ?? 1000000);
const gates = [], promises = [];
for (let i = 0; i < n; i++) {
  const gate = new Channel();
  gates.push(gate);
  promises.push(wait(gate, i));
}
let parts = 0;
for (const gate of gates) {
  const record = { number: parts, name: `record ${parts}`, parts: [1, 2, 3] };
  parts += record.parts.length;
  await gate.send(1);
}
let sum = 0;
for (const promise of promises) sum += await promise;
console.log(`${sum} ${parts}`);
