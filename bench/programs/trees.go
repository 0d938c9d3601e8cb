package main

import "fmt"

type tree struct{ left, right *tree }

func grow(depth int) *tree {
	if depth == 0 {
		return &tree{}
	}
	return &tree{grow(depth - 1), grow(depth - 1)}
}

func (t *tree) count() int {
	if t.left == nil {
		return 1
	}
	return 1 + t.left.count() + t.right.count()
}

func main() {
	depth := size(16)
	longLived := grow(depth + 2)
	total := 0
	for i := 0; i < 20; i++ {
		total += grow(depth).count()
	}
	fmt.Println(total, longLived.count())
}
