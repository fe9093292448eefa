//go:build ignore

// Lists the draft box with net/http.
package main

import (
	"io"
	"log"
	"net/http"
	"os"
)

func main() {
	res, err := http.Get("https://api.weixin.qq.com/wxa/gettemplatedraftlist?access_token=" + os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	defer res.Body.Close()
	if _, err := io.Copy(os.Stdout, res.Body); err != nil {
		log.Fatal(err)
	}
}
