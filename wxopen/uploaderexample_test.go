package wxopen_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"net/http"

	"draftbox/wxopen"
)

func ExampleUploader_Upload() {
	uploader, err := wxopen.NewUploader(wxopen.UploaderConfig{
		BaseURL:    "http://127.0.0.1:8506", // a draftbox server; leave it out for the real service
		Appid:      "wx00000000000000d1",
		PrivateKey: pkcs1(uploadKey()),                 // what private.wx00000000000000d1.key holds
		HTTPClient: &http.Client{Transport: newHost()}, // stands for the service in this example
	})
	if err != nil {
		log.Fatal(err)
	}
	project := shop() // os.DirFS("shop")
	uploaded, err := uploader.Upload(context.Background(), wxopen.CodeUpload{
		Version: "1.2.0",
		Desc:    "说明",
		Progress: func(sent, total int64) {
			if sent == total {
				fmt.Println("all is sent")
			}
		},
	}, project)
	if refused, ok := errors.AsType[*wxopen.Error](err); ok {
		log.Fatalf("refused: %s", refused.Msg)
	}
	if err != nil {
		log.Fatal(err)
	}
	for _, part := range uploaded.Parts {
		fmt.Println(part.Name, part.Size)
	}
	// Output:
	// all is sent
	// __FULL__ 1152
	// /pkgA/ 152
}
