package main

import (
	"fmt"
	"strconv"
	"strings"
)

func lineOf(i int) string {
	var line strings.Builder
	line.WriteString("line")
	for k := 0; k < 10; k++ {
		line.WriteByte(' ')
		line.WriteString(strconv.Itoa(i + k))
	}
	return line.String()
}

func main() {
	n := size(100000)
	lines := make([]string, 0, n)
	for i := 0; i < n; i++ {
		lines = append(lines, lineOf(i))
	}
	text := strings.Join(lines, "\n")
	parts := []string{}
	words := 0
	for _, line := range strings.Split(text, "\n") {
		pieces := strings.Split(line, " ")
		words += len(pieces)
		parts = append(parts, strings.Join(pieces, "-"))
	}
	fmt.Println(words, len(text), len(strings.Join(parts, ",")))
}
