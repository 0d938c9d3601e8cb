package main

import "fmt"

func work(out chan<- int, n int) {
	for i := 0; i < n; i++ {
		out <- i
	}
}

func main() {
	n, sum := size(4000), 0
	out := make(chan int)
	for i := 0; i < 1000; i++ {
		go work(out, n)
	}
	for i := 0; i < 1000*n; i++ {
		sum += <-out
	}
	fmt.Println(sum)
}
