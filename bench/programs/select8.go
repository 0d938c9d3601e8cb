package main

import "fmt"

func main() {
	n, sum := size(250000), 0
	var c [8]chan int
	for i := range c {
		c[i] = make(chan int, n)
		for v := 0; v < n; v++ {
			c[i] <- v
		}
	}
	for i := 0; i < 8*n; i++ {
		select {
		case v := <-c[0]:
			sum += v
		case v := <-c[1]:
			sum += v
		case v := <-c[2]:
			sum += v
		case v := <-c[3]:
			sum += v
		case v := <-c[4]:
			sum += v
		case v := <-c[5]:
			sum += v
		case v := <-c[6]:
			sum += v
		case v := <-c[7]:
			sum += v
		}
	}
	fmt.Println(sum)
}
