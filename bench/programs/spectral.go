package main

import (
	"fmt"
	"math"
)

func a(i, j int) float64 { return 1 / float64((i+j)*(i+j+1)/2+i+1) }

func times(v, out []float64) {
	for i := range out {
		sum := 0.0
		for j, x := range v {
			sum += a(i, j) * x
		}
		out[i] = sum
	}
}

func timesTransposed(v, out []float64) {
	for i := range out {
		sum := 0.0
		for j, x := range v {
			sum += a(j, i) * x
		}
		out[i] = sum
	}
}

func norm(n int) float64 {
	u, v, between := make([]float64, n), make([]float64, n), make([]float64, n)
	for i := range u {
		u[i] = 1
	}
	for i := 0; i < 10; i++ {
		times(u, between)
		timesTransposed(between, v)
		times(v, between)
		timesTransposed(between, u)
	}
	uv, vv := 0.0, 0.0
	for i := range u {
		uv += u[i] * v[i]
		vv += v[i] * v[i]
	}
	return math.Sqrt(uv / vv)
}

func main() { fmt.Println(int(math.Floor(norm(size(500)) * 1000000000))) }
