package main

import (
	"os"
	"strconv"
)

// The first argument as a number; every program here is built together with this file.
func size(standard int) int {
	if len(os.Args) < 2 {
		return standard
	}
	given, err := strconv.Atoi(os.Args[1])
	if err != nil {
		panic(err)
	}
	return given
}
