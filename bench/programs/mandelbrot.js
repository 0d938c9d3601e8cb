function run(n, limit) {
  let total = 0;
  for (let py = 0; py < n; py++) {
    const ci = (2 * py) / n - 1;
    for (let px = 0; px < n; px++) {
      const cr = (2 * px) / n - 1.5;
      let zr = 0, zi = 0, i = 0;
      while (i < limit) {
        const r2 = zr * zr, i2 = zi * zi;
        if (r2 + i2 > 4) break;
        zi = 2 * zr * zi + ci;
        zr = r2 - i2 + cr;
        i++;
      }
      total += i;
    }
  }
  return total;
}
console.log(run(Number(process.argv[2] ?? 800), 50));
