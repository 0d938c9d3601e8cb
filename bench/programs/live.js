const n = Number(process.argv[2] ?? 6000000);
const records = [];
for (let i = 0; i < n; i++) records.push({ number: i, name: `record ${i}`, next: null });
let at = 1;
for (let i = 0; i < n; i++) {
  at = (at * 16807) % 2147483647;
  records[at % n] = { number: i, name: `new ${i}`, next: null };
}
let sum = 0;
for (const record of records) sum += record.number;
console.log(sum);
