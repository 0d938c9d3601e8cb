package main

import "fmt"

// What Go has for a result that is there: a closed channel, and the value beside it.
type settled struct {
	done  chan struct{}
	value int
}

func (s *settled) await() int {
	<-s.done
	return s.value
}

func main() {
	s := &settled{make(chan struct{}), 1}
	close(s.done)
	sum := 0
	for i, n := 0, size(10000000); i < n; i++ {
		sum += s.await()
	}
	fmt.Println(sum)
}
