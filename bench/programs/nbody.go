package main

import (
	"fmt"
	"math"
)

type body struct{ x, y, z, vx, vy, vz, mass float64 }

const (
	solar = 4 * math.Pi * math.Pi
	days  = 365.24
)

func bodies() []body {
	return []body{
		{mass: solar},
		{4.84143144246472090, -1.16032004402742839, -0.103622044471123109,
			0.00166007664274403694 * days, 0.00769901118419740425 * days, -0.0000690460016972063023 * days,
			0.000954791938424326609 * solar},
		{8.34336671824457987, 4.12479856412430479, -0.403523417114321381,
			-0.00276742510726411 * days, 0.00499852801234917238 * days, 0.0000230417297573763929 * days,
			0.000285885980666130812 * solar},
		{12.8943695621391310, -15.1111514016986312, -0.223307578892655734,
			0.00296460137564761618 * days, 0.00237847173959480950 * days, -0.0000296589568540237556 * days,
			0.0000436624404335156298 * solar},
		{15.3796971148509165, -25.9193146099879641, 0.179258772950371181,
			0.00268067772490389322 * days, 0.00162824170038242295 * days, -0.0000951592254519715870 * days,
			0.0000515138902046611451 * solar},
	}
}

func holdStill(bs []body) {
	sun := &bs[0]
	for _, b := range bs {
		sun.vx -= b.vx * b.mass / solar
		sun.vy -= b.vy * b.mass / solar
		sun.vz -= b.vz * b.mass / solar
	}
}

func advance(bs []body, dt float64) {
	for i := range bs {
		b := &bs[i]
		for j := i + 1; j < len(bs); j++ {
			c := &bs[j]
			dx, dy, dz := b.x-c.x, b.y-c.y, b.z-c.z
			d2 := dx*dx + dy*dy + dz*dz
			mag := dt / (math.Sqrt(d2) * d2)
			cm, bm := c.mass*mag, b.mass*mag
			b.vx -= dx * cm
			b.vy -= dy * cm
			b.vz -= dz * cm
			c.vx += dx * bm
			c.vy += dy * bm
			c.vz += dz * bm
		}
		b.x += dt * b.vx
		b.y += dt * b.vy
		b.z += dt * b.vz
	}
}

func energy(bs []body) float64 {
	e := 0.0
	for i, b := range bs {
		e += 0.5 * b.mass * (b.vx*b.vx + b.vy*b.vy + b.vz*b.vz)
		for _, c := range bs[i+1:] {
			dx, dy, dz := b.x-c.x, b.y-c.y, b.z-c.z
			e -= b.mass * c.mass / math.Sqrt(dx*dx+dy*dy+dz*dz)
		}
	}
	return e
}

func nano(x float64) int { return int(math.Floor(x * 1000000000)) }

func main() {
	bs := bodies()
	holdStill(bs)
	before := energy(bs)
	for n := size(200000); n > 0; n-- {
		advance(bs, 0.01)
	}
	fmt.Println(nano(before), nano(energy(bs)))
}
