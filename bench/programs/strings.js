function lineOf(i) {
  let line = "line";
  for (let k = 0; k < 10; k++) line += ` ${i + k}`;
  return line;
}

function run(n) {
  const lines = [];
  for (let i = 0; i < n; i++) lines.push(lineOf(i));
  const text = lines.join("\n");
  const parts = [];
  let words = 0;
  for (const line of text.split("\n")) {
    const pieces = line.split(" ");
    words += pieces.length;
    parts.push(pieces.join("-"));
  }
  return `${words} ${text.length} ${parts.join(",").length}`;
}
console.log(run(Number(process.argv[2] ?? 100000)));
