package main

import (
	"fmt"
	"strconv"
)

func main() {
	n, sum := size(1000000), 0
	ages := map[string]int{}
	for i := 0; i < n; i++ {
		ages["key "+strconv.Itoa(i)] = i
	}
	for i := 0; i < n; i++ {
		sum += ages["key "+strconv.Itoa(n-1-i)]
	}
	fmt.Println(sum)
}
