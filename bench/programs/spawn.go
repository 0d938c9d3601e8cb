package main

import "fmt"

func main() {
	n, sum := size(3000000), 0
	result := make(chan int)
	for i := 0; i < n; i++ {
		go func(i int) { result <- i }(i)
		sum += <-result
	}
	fmt.Println(sum)
}
