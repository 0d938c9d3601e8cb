package main

import "fmt"

// A goroutine cannot be awaited, so each hands its result over a channel of its own.
func main() {
	gate := make(chan struct{})
	results := make([]chan int, size(1000000))
	for i := range results {
		results[i] = make(chan int, 1)
		go func(i int) {
			<-gate
			results[i] <- i
		}(i)
	}
	close(gate)
	sum := 0
	for _, result := range results {
		sum += <-result
	}
	fmt.Println(sum)
}
