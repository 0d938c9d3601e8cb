import { createServer } from "node:http";

const CLIENTS = 32;
const server = createServer((req, res) => {
  res.setHeader("Content-Type", "application/json");
  res.end(JSON.stringify({ path: req.url, hello: "world" }));
});
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
const url = `http://127.0.0.1:${server.address().port}/hello`;

async function client(times) {
  let received = 0;
  for (let i = 0; i < times; i++) received += (await (await fetch(url)).text()).length;
  return received;
}

const each = Math.floor(Number(process.argv[2] ?? 10000) / CLIENTS);
const clients = Array.from({ length: CLIENTS }, () => client(each));
let received = 0;
for (const one of clients) received += await one;
console.log(received);
process.exit(0); // the connections would be kept open for a while
