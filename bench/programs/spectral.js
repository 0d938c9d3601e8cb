function a(i, j) {
  return 1 / (((i + j) * (i + j + 1)) / 2 + i + 1);
}

function times(v, out) {
  for (let i = 0; i < v.length; i++) {
    let sum = 0;
    for (let j = 0; j < v.length; j++) sum += a(i, j) * v[j];
    out[i] = sum;
  }
}

function timesTransposed(v, out) {
  for (let i = 0; i < v.length; i++) {
    let sum = 0;
    for (let j = 0; j < v.length; j++) sum += a(j, i) * v[j];
    out[i] = sum;
  }
}

function norm(n) {
  const u = new Float64Array(n).fill(1), v = new Float64Array(n), between = new Float64Array(n);
  for (let i = 0; i < 10; i++) {
    times(u, between);
    timesTransposed(between, v);
    times(v, between);
    timesTransposed(between, u);
  }
  let uv = 0, vv = 0;
  for (let i = 0; i < n; i++) {
    uv += u[i] * v[i];
    vv += v[i] * v[i];
  }
  return Math.sqrt(uv / vv);
}
console.log(Math.floor(norm(Number(process.argv[2] ?? 500)) * 1000000000));
