package main

import "fmt"

func echo(there <-chan int, back chan<- int) {
	for v := range there {
		back <- v + 1
	}
}

func play(result chan<- int) {
	there, back := make(chan int), make(chan int)
	go echo(there, back)
	n := 0
	for n < 4 {
		there <- n
		n = <-back
	}
	close(there)
	result <- n
}

func main() {
	n, sum := size(1000000)/2, 0
	result := make(chan int)
	for i := 0; i < n; i++ {
		go play(result)
	}
	for i := 0; i < n; i++ {
		sum += <-result
	}
	fmt.Println(sum)
}
