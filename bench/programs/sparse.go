package main

import "fmt"

func main() {
	n, sum, key := size(1000000), 0, 1
	places := map[int]int{}
	for i := 0; i < n; i++ {
		places[key] = i
		key = key * 48271 % 2147483647
	}
	key = 1
	for i := 0; i < n; i++ {
		sum += places[key]
		key = key * 48271 % 2147483647
	}
	fmt.Println(sum)
}
