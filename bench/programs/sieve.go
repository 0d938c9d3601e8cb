package main

import "fmt"

func generate(out chan<- int) {
	for n := 2; ; n++ {
		out <- n
	}
}

func filter(numbers <-chan int, out chan<- int, prime int) {
	for n := range numbers {
		if n%prime != 0 {
			out <- n
		}
	}
}

func main() {
	numbers := make(chan int)
	go generate(numbers)
	prime := 0
	for count := size(1500); count > 0; count-- {
		prime = <-numbers
		out := make(chan int)
		go filter(numbers, out, prime)
		numbers = out
	}
	fmt.Println(prime)
}
