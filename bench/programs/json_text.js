function run(n) {
  const items = [];
  for (let i = 0; i < n; i++) {
    items.push({ id: i, name: `item ${i}`, price: i + 0.5, tags: ["new", `tag ${i % 10}`], sold: i % 2 === 0 });
  }
  const text = JSON.stringify(items);
  let ids = 0, prices = 0;
  for (const item of JSON.parse(text)) {
    ids += item.id;
    prices += item.price;
  }
  return `${text.length} ${ids} ${prices}`;
}
console.log(run(Number(process.argv[2] ?? 100000)));
