package main

import "fmt"

func run(n, limit int) int {
	total := 0
	for py := 0; py < n; py++ {
		ci := 2*float64(py)/float64(n) - 1
		for px := 0; px < n; px++ {
			cr := 2*float64(px)/float64(n) - 1.5
			zr, zi, i := 0.0, 0.0, 0
			for i < limit {
				r2, i2 := zr*zr, zi*zi
				if r2+i2 > 4 {
					break
				}
				zi = 2*zr*zi + ci
				zr = r2 - i2 + cr
				i++
			}
			total += i
		}
	}
	return total
}

func main() { fmt.Println(run(size(800), 50)) }
