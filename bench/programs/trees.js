function make(depth) {
  if (depth === 0) return { left: null, right: null };
  return { left: make(depth - 1), right: make(depth - 1) };
}

function count(tree) {
  if (tree.left === null) return 1;
  return 1 + count(tree.left) + count(tree.right);
}

const depth = Number(process.argv[2] ?? 16);
const longLived = make(depth + 2);
let total = 0;
for (let i = 0; i < 20; i++) total += count(make(depth));
console.log(`${total} ${count(longLived)}`);
