package main

import (
	"fmt"
	"time"
)

func main() {
	n, count := size(1000000), 0
	done := make(chan int, n)
	for i := 0; i < n; i++ {
		go func() {
			time.Sleep(time.Second)
			done <- 1
		}()
	}
	for i := 0; i < n; i++ {
		count += <-done
	}
	fmt.Println(count)
}
