package wxcrypt_test

import (
	"errors"
	"fmt"
	"log"
	"net/url"
	"time"

	"draftbox/wxopen/wxcrypt"
)

// A push, from the sender to the receiver.
func Example() {
	c, err := wxcrypt.New("messagetoken", "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFE", "wx0000000000000001")
	if err != nil {
		log.Fatal(err)
	}
	sealed, err := c.Seal([]byte("<xml><InfoType>unauthorized</InfoType></xml>"), time.Now(), wxcrypt.NewNonce())
	if err != nil {
		log.Fatal(err)
	}

	query, err := url.ParseQuery(sealed.Query)
	if err != nil {
		log.Fatal(err)
	}
	opened, err := c.Open(query, sealed.Body)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%s\n", opened.Message)

	query.Set("timestamp", "1700000000")
	_, err = c.Open(query, sealed.Body)
	fmt.Println(errors.Is(err, wxcrypt.ErrSignature))
	// Output:
	// <xml><InfoType>unauthorized</InfoType></xml>
	// true
}

// What stands in a log can be read without the Token.
func ExampleKey_Decrypt() {
	key, err := wxcrypt.ParseKey("DraftBoxTestVectorEncodingAESKey0123456789A")
	if err != nil {
		log.Fatal(err)
	}
	msg, appid, err := key.Decrypt("R+nbvckz68UbfPXVRDAkbyZweQZu7w8dWya/z5qnTQFtIoVRlsnQyP2TBr7RFPCbKPr2U/EDTmUAjpC3SciNQQ==")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%s for %s\n", msg, appid)
	// Output: success for wx1234567890abcdef
}
