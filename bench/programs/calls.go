package main

import "fmt"

type adding interface{ add(k int) int }

type counter struct{ n int }

func (c *counter) add(k int) int {
	c.n += k
	return c.n
}

func adder(k int) func(int) int { return func(x int) int { return x + k } }

func main() {
	times := size(10000000)
	c := &counter{}
	var method adding = c
	add := adder(1)
	sum := 0
	for i := 0; i < times; i++ {
		method.add(1)
	}
	for i := 0; i < times; i++ {
		sum = add(sum)
	}
	fmt.Println(c.n, sum)
}
