package main

import (
	"fmt"
	"time"
)

func main() {
	done := make(chan int, 100000)
	for i := 0; i < 100000; i++ {
		go func() {
			time.Sleep(time.Second)
			done <- 1
		}()
	}
	count := 0
	for i := 0; i < 100000; i++ {
		count += <-done
	}
	fmt.Println(count)
}
