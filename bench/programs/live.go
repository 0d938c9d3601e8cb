package main

import (
	"fmt"
	"strconv"
)

type record struct {
	number int
	name   string
	next   *record
}

func main() {
	n := size(6000000)
	records := make([]*record, 0)
	for i := 0; i < n; i++ {
		records = append(records, &record{number: i, name: "record " + strconv.Itoa(i)})
	}
	at := 1
	for i := 0; i < n; i++ {
		at = at * 16807 % 2147483647
		records[at%n] = &record{number: i, name: "new " + strconv.Itoa(i)}
	}
	sum := 0
	for _, record := range records {
		sum += record.number
	}
	fmt.Println(sum)
}
