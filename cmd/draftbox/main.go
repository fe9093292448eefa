// Command draftbox runs WeChat's third-party platform on your own machine, and
// works with it or with the real one.
package main

import (
	"context"
	"os"

	"draftbox/internal/cli"
)

func main() {
	stdio := cli.Stdio{In: os.Stdin, Out: os.Stdout, Err: os.Stderr}
	os.Exit(cli.Main(context.Background(), os.Args, stdio, os.LookupEnv))
}
