// The plainest client that Go's standard library makes: GET the URL given, exit with 0 for a 2xx answer.
package main

import (
	"fmt"
	"net/http"
	"os"
)

func main() {
	response, err := http.Get(os.Args[1])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	defer response.Body.Close()
	fmt.Println(response.Status)
	if response.StatusCode/100 != 2 {
		os.Exit(1)
	}
}
