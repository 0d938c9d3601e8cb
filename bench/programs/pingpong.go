package main

import "fmt"

func main() {
	there, back := make(chan int), make(chan int)
	go func() {
		for v := range there {
			back <- v + 1
		}
	}()
	n, times := 0, size(2000000)
	for n < times {
		there <- n
		n = <-back
	}
	fmt.Println(n)
}
