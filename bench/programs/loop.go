package main

import "fmt"

func main() {
	n, sum := size(30000000), 0
	for i := 0; i < n; i++ {
		sum += i % 7
	}
	fmt.Println(sum)
}
