import math
import sys

SOLAR = 4 * math.pi * math.pi
DAYS = 365.24


class Body:
    __slots__ = ("x", "y", "z", "vx", "vy", "vz", "mass")

    def __init__(self, x, y, z, vx, vy, vz, mass):
        self.x, self.y, self.z = x, y, z
        self.vx, self.vy, self.vz = vx, vy, vz
        self.mass = mass


def bodies():
    return [
        Body(0.0, 0.0, 0.0, 0.0, 0.0, 0.0, SOLAR),
        Body(4.84143144246472090, -1.16032004402742839, -0.103622044471123109,
             0.00166007664274403694 * DAYS, 0.00769901118419740425 * DAYS, -0.0000690460016972063023 * DAYS,
             0.000954791938424326609 * SOLAR),
        Body(8.34336671824457987, 4.12479856412430479, -0.403523417114321381,
             -0.00276742510726411 * DAYS, 0.00499852801234917238 * DAYS, 0.0000230417297573763929 * DAYS,
             0.000285885980666130812 * SOLAR),
        Body(12.8943695621391310, -15.1111514016986312, -0.223307578892655734,
             0.00296460137564761618 * DAYS, 0.00237847173959480950 * DAYS, -0.0000296589568540237556 * DAYS,
             0.0000436624404335156298 * SOLAR),
        Body(15.3796971148509165, -25.9193146099879641, 0.179258772950371181,
             0.00268067772490389322 * DAYS, 0.00162824170038242295 * DAYS, -0.0000951592254519715870 * DAYS,
             0.0000515138902046611451 * SOLAR),
    ]


def hold_still(bs):
    sun = bs[0]
    for b in bs:
        sun.vx -= b.vx * b.mass / SOLAR
        sun.vy -= b.vy * b.mass / SOLAR
        sun.vz -= b.vz * b.mass / SOLAR


def advance(bs, dt):
    sqrt = math.sqrt
    n = len(bs)
    for i in range(n):
        b = bs[i]
        x, y, z, m = b.x, b.y, b.z, b.mass
        vx, vy, vz = b.vx, b.vy, b.vz
        for j in range(i + 1, n):
            c = bs[j]
            dx = x - c.x
            dy = y - c.y
            dz = z - c.z
            d2 = dx * dx + dy * dy + dz * dz
            mag = dt / (sqrt(d2) * d2)
            cm = c.mass * mag
            bm = m * mag
            vx -= dx * cm
            vy -= dy * cm
            vz -= dz * cm
            c.vx += dx * bm
            c.vy += dy * bm
            c.vz += dz * bm
        b.vx, b.vy, b.vz = vx, vy, vz
        b.x = x + dt * vx
        b.y = y + dt * vy
        b.z = z + dt * vz


def energy(bs):
    e = 0.0
    for i, b in enumerate(bs):
        e += 0.5 * b.mass * (b.vx * b.vx + b.vy * b.vy + b.vz * b.vz)
        for c in bs[i + 1:]:
            dx = b.x - c.x
            dy = b.y - c.y
            dz = b.z - c.z
            e -= b.mass * c.mass / math.sqrt(dx * dx + dy * dy + dz * dz)
    return e


def nano(x):
    return math.floor(x * 1000000000)


def main(steps):
    bs = bodies()
    hold_still(bs)
    before = energy(bs)
    for _ in range(steps):
        advance(bs, 0.01)
    print(nano(before), nano(energy(bs)))


main(int(sys.argv[1]) if len(sys.argv) > 1 else 200000)
