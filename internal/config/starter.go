package config

import (
	"bytes"
	"crypto/rand"
	_ "embed"
	"math/big"
	"text/template"
)

//go:embed starter.yaml
var starterText string

var starterTemplate = template.Must(template.New("starter.yaml").Parse(starterText))

const (
	hexDigits    = "0123456789abcdef"
	alphanumeric = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
)

// Starter returns a commented world file to begin with. Its secrets are made up
// at each call.
func Starter() []byte {
	var b bytes.Buffer
	err := starterTemplate.Execute(&b, map[string]string{
		"Secret": randomText(hexDigits, 32),
		"Token":  randomText(alphanumeric, 24),
		"AESKey": randomText(alphanumeric, 43),
	})
	if err != nil {
		panic(err) // the template is our own
	}
	return b.Bytes()
}

// randomText returns n characters of an alphabet, each as likely as the others.
func randomText(alphabet string, n int) string {
	out := make([]byte, n)
	for i := range out {
		k, err := rand.Int(rand.Reader, big.NewInt(int64(len(alphabet))))
		if err != nil {
			panic(err) // the system's source does not fail
		}
		out[i] = alphabet[k.Int64()]
	}
	return string(out)
}
