package main

import (
	"encoding/json"
	"fmt"
)

type item struct {
	ID    int      `json:"id"`
	Name  string   `json:"name"`
	Price float64  `json:"price"`
	Tags  []string `json:"tags"`
	Sold  bool     `json:"sold"`
}

func main() {
	n := size(100000)
	items := make([]item, 0, n)
	for i := 0; i < n; i++ {
		items = append(items, item{i, fmt.Sprint("item ", i), float64(i) + 0.5,
			[]string{"new", fmt.Sprint("tag ", i%10)}, i%2 == 0})
	}
	text, err := json.Marshal(items)
	if err != nil {
		panic(err)
	}
	var back []item
	if err := json.Unmarshal(text, &back); err != nil {
		panic(err)
	}
	ids, prices := 0, 0.0
	for _, each := range back {
		ids += each.ID
		prices += each.Price
	}
	fmt.Println(len(text), ids, int(prices))
}
