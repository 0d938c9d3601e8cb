package main

import (
	"fmt"
	"strconv"
	"sync"
)

type record struct {
	number int
	name   string
	parts  []int
}

var last *record

func main() {
	n := size(1000000)
	gates := make([]chan int, n)
	results := make([]int, n)
	var all sync.WaitGroup
	all.Add(n)
	for i := range gates {
		gates[i] = make(chan int)
		go func(i int) {
			v := <-gates[i]
			results[i] = v + i
			all.Done()
		}(i)
	}
	parts := 0
	for _, gate := range gates {
		last = &record{parts, "record " + strconv.Itoa(parts), []int{1, 2, 3}}
		parts += len(last.parts)
		gate <- 1
	}
	all.Wait()
	sum := 0
	for _, result := range results {
		sum += result
	}
	fmt.Println(sum, parts)
}
