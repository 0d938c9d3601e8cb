package main

import (
	"fmt"
	"sync"
)

// A goroutine cannot be awaited: each leaves its result in its place, and the group says when all have.
func main() {
	gate := make(chan struct{})
	results := make([]int, size(1000000))
	var all sync.WaitGroup
	all.Add(len(results))
	for i := range results {
		go func(i int) {
			<-gate
			results[i] = i
			all.Done()
		}(i)
	}
	close(gate)
	all.Wait()
	sum := 0
	for _, result := range results {
		sum += result
	}
	fmt.Println(sum)
}
