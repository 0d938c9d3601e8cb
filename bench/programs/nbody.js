const SOLAR = 4 * Math.PI * Math.PI;
const DAYS = 365.24;

class Body {
  constructor(x, y, z, vx, vy, vz, mass) {
    this.x = x;
    this.y = y;
    this.z = z;
    this.vx = vx;
    this.vy = vy;
    this.vz = vz;
    this.mass = mass;
  }
}

const bodies = () => [
  new Body(0, 0, 0, 0, 0, 0, SOLAR),
  new Body(4.84143144246472090, -1.16032004402742839, -0.103622044471123109,
    0.00166007664274403694 * DAYS, 0.00769901118419740425 * DAYS, -0.0000690460016972063023 * DAYS,
    0.000954791938424326609 * SOLAR),
  new Body(8.34336671824457987, 4.12479856412430479, -0.403523417114321381,
    -0.00276742510726411 * DAYS, 0.00499852801234917238 * DAYS, 0.0000230417297573763929 * DAYS,
    0.000285885980666130812 * SOLAR),
  new Body(12.8943695621391310, -15.1111514016986312, -0.223307578892655734,
    0.00296460137564761618 * DAYS, 0.00237847173959480950 * DAYS, -0.0000296589568540237556 * DAYS,
    0.0000436624404335156298 * SOLAR),
  new Body(15.3796971148509165, -25.9193146099879641, 0.179258772950371181,
    0.00268067772490389322 * DAYS, 0.00162824170038242295 * DAYS, -0.0000951592254519715870 * DAYS,
    0.0000515138902046611451 * SOLAR),
];

function holdStill(bs) {
  for (const b of bs) {
    bs[0].vx -= (b.vx * b.mass) / SOLAR;
    bs[0].vy -= (b.vy * b.mass) / SOLAR;
    bs[0].vz -= (b.vz * b.mass) / SOLAR;
  }
}

function advance(bs, dt) {
  for (let i = 0; i < bs.length; i++) {
    const b = bs[i];
    for (let j = i + 1; j < bs.length; j++) {
      const c = bs[j];
      const dx = b.x - c.x, dy = b.y - c.y, dz = b.z - c.z;
      const d2 = dx * dx + dy * dy + dz * dz;
      const mag = dt / (Math.sqrt(d2) * d2);
      const cm = c.mass * mag, bm = b.mass * mag;
      b.vx -= dx * cm;
      b.vy -= dy * cm;
      b.vz -= dz * cm;
      c.vx += dx * bm;
      c.vy += dy * bm;
      c.vz += dz * bm;
    }
    b.x += dt * b.vx;
    b.y += dt * b.vy;
    b.z += dt * b.vz;
  }
}

function energy(bs) {
  let e = 0;
  for (let i = 0; i < bs.length; i++) {
    const b = bs[i];
    e += 0.5 * b.mass * (b.vx * b.vx + b.vy * b.vy + b.vz * b.vz);
    for (let j = i + 1; j < bs.length; j++) {
      const c = bs[j];
      const dx = b.x - c.x, dy = b.y - c.y, dz = b.z - c.z;
      e -= (b.mass * c.mass) / Math.sqrt(dx * dx + dy * dy + dz * dz);
    }
  }
  return e;
}

const nano = (x) => Math.floor(x * 1000000000);
const bs = bodies();
holdStill(bs);
const before = energy(bs);
for (let n = Number(process.argv[2] ?? 200000); n > 0; n--) advance(bs, 0.01);
console.log(`${nano(before)} ${nano(energy(bs))}`);
