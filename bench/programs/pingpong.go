package main

import "fmt"

func main() {
	there, back := make(chan int), make(chan int)
	go func() {
		for v := range there {
			back <- v + 1
		}
	}()
	n := 0
	for n < 1000000 {
		there <- n
		n = <-back
	}
	fmt.Println(n)
}
