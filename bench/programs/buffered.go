package main

import "fmt"

func produce(ch chan<- int, n int) {
	for i := 0; i < n; i++ {
		ch <- i
	}
	close(ch)
}

func main() {
	ch := make(chan int, 256)
	go produce(ch, size(6000000))
	sum := 0
	for v := range ch {
		sum += v
	}
	fmt.Println(sum)
}
