package main

import (
	"fmt"
	"sort"
)

func main() {
	numbers := make([]int, size(300000))
	seed := 42
	for i := range numbers {
		seed = seed * 16807 % 2147483647
		numbers[i] = seed
	}
	sort.Slice(numbers, func(i, j int) bool { return numbers[i] < numbers[j] })
	fmt.Println(numbers[0], numbers[len(numbers)/2], numbers[len(numbers)-1])
}
