package main

import "fmt"

func pass(from <-chan int, to chan<- int) {
	for v := range from {
		to <- v + 1
	}
}

func main() {
	first := make(chan int)
	last := first
	for i := 0; i < 999; i++ {
		next := make(chan int)
		go pass(last, next)
		last = next
	}
	v := 0
	for rounds := size(3000); rounds > 0; rounds-- {
		first <- v
		v = <-last
	}
	fmt.Println(v)
}
