package cli_test

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/signal"
	"strconv"
	"syscall"
)

// child is the program that `draftbox exec` runs in the scripts:
//
//	child args ARG...       prints its arguments, one a line
//	child env VARIABLE      prints a variable
//	child get URL           prints what a URL answers, by way of the proxy and with the CA of its environment
//	child wait FILE CODE    removes FILE when it is ready for a signal, prints the signal it gets, ends with CODE
func child() {
	switch os.Args[1] {
	case "args":
		for _, arg := range os.Args[2:] {
			fmt.Println(arg)
		}
	case "env":
		fmt.Println(os.Getenv(os.Args[2]))
	case "get":
		if err := fetch(os.Args[2]); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	case "wait":
		signals := make(chan os.Signal, 1)
		signal.Notify(signals, os.Interrupt, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGQUIT)
		_ = os.Remove(os.Args[2])
		fmt.Println(<-signals)
		code, _ := strconv.Atoi(os.Args[3])
		os.Exit(code)
	}
}

// fetch reads SSL_CERT_FILE by itself, which Go does on some systems only.
func fetch(url string) error {
	roots := x509.NewCertPool()
	if bundle, err := os.ReadFile(os.Getenv("SSL_CERT_FILE")); err == nil {
		roots.AppendCertsFromPEM(bundle)
	}
	client := &http.Client{Transport: &http.Transport{
		Proxy: http.ProxyFromEnvironment, TLSClientConfig: &tls.Config{RootCAs: roots}, ForceAttemptHTTP2: true,
	}}
	res, err := client.Get(url)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	_, err = io.Copy(os.Stdout, res.Body)
	return err
}
