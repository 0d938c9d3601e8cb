package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
)

const clients = 32

type answer struct {
	Path  string `json:"path"`
	Hello string `json:"hello"`
}

func hello(w http.ResponseWriter, r *http.Request) {
	text, err := json.Marshal(answer{r.URL.Path, "world"})
	if err != nil {
		panic(err)
	}
	w.Header().Set("Content-Type", "application/json")
	w.Write(text)
}

func get(client *http.Client, url string) int {
	response, err := client.Get(url)
	if err != nil {
		panic(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		panic(err)
	}
	return len(body)
}

func main() {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	go http.Serve(listener, http.HandlerFunc(hello))
	url := fmt.Sprintf("http://%s/hello", listener.Addr())
	// The default keeps only two connections per host.
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: clients}}

	each := size(10000) / clients
	results := make(chan int)
	for i := 0; i < clients; i++ {
		go func() {
			received := 0
			for k := 0; k < each; k++ {
				received += get(client, url)
			}
			results <- received
		}()
	}
	received := 0
	for i := 0; i < clients; i++ {
		received += <-results
	}
	fmt.Println(received)
}
