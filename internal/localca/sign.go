package localca

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"math/big"
	"net"
	"slices"
	"strings"
	"time"

	"draftbox/internal/clock"
)

// How long certificates are good, and how long before its end one is made anew.
// Apple's systems refuse a server's certificate that is good for more than 825
// days, and under public authorities for more than 398.
const (
	lifeCA    = 10 * 365 * 24 * time.Hour
	renewCA   = 30 * 24 * time.Hour
	lifeLeaf  = 90 * 24 * time.Hour
	renewLeaf = 30 * 24 * time.Hour
	// skew is how far behind another machine's clock, a container's say, may be.
	skew = time.Hour
)

// create makes a new authority and writes it.
func (ca *CA) create() error {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return err
	}
	serial, err := newSerial()
	if err != nil {
		return err
	}
	now := clock.Now()
	template := &x509.Certificate{
		SerialNumber: serial,
		// The random end tells the authorities of two data dirs apart in a list.
		Subject:   pkix.Name{CommonName: "draftbox local CA " + strings.ToLower(rand.Text()[:8])},
		NotBefore: now.Add(-skew), NotAfter: now.Add(lifeCA),
		KeyUsage:              x509.KeyUsageCertSign,
		BasicConstraintsValid: true, IsCA: true, MaxPathLen: 0, MaxPathLenZero: true,
		PermittedDNSDomains: ca.names, PermittedDNSDomainsCritical: true,
		// A constraint on names leaves addresses free (RFC 5280, section 4.2.1.10).
		ExcludedIPRanges: []*net.IPNet{
			{IP: make(net.IP, net.IPv4len), Mask: make(net.IPMask, net.IPv4len)},
			{IP: make(net.IP, net.IPv6len), Mask: make(net.IPMask, net.IPv6len)},
		},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return err
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		return err
	}
	ca.key, ca.cert = key, cert
	return ca.write()
}

// leaf is a host's certificate.
type leaf struct {
	cert  *tls.Certificate
	renew time.Time
}

// TLSConfig returns the configuration of a server of the names: TLS 1.2 or
// later, HTTP/2 or HTTP/1.1. Certificates are made when they are asked for, and
// stay in memory.
func (ca *CA) TLSConfig() *tls.Config {
	return &tls.Config{
		MinVersion: tls.VersionTLS12, NextProtos: []string{"h2", "http/1.1"},
		GetCertificate: func(hello *tls.ClientHelloInfo) (*tls.Certificate, error) { return ca.certificate(hello.ServerName) },
	}
}

// certificate returns the certificate for a host. Who asks for another one, or
// for none, gets that of the first name: a client that checks says then which
// name it wanted and which it got, where an alert would tell it nothing.
func (ca *CA) certificate(host string) (*tls.Certificate, error) {
	host = strings.ToLower(host)
	if !slices.Contains(ca.names, host) {
		host = ca.names[0]
	}
	ca.mu.Lock()
	defer ca.mu.Unlock()
	if l := ca.leaves[host]; l != nil && clock.Now().Before(l.renew) {
		return l.cert, nil
	}
	l, err := ca.issue(host)
	if err != nil {
		return nil, err
	}
	ca.leaves[host] = l
	return l.cert, nil
}

// issue signs for a host.
func (ca *CA) issue(host string) (*leaf, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	serial, err := newSerial()
	if err != nil {
		return nil, err
	}
	now := clock.Now()
	template := &x509.Certificate{
		SerialNumber: serial, Subject: pkix.Name{CommonName: host}, DNSNames: []string{host},
		NotBefore: now.Add(-skew), NotAfter: now.Add(lifeLeaf),
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, ca.cert, key.Public(), ca.key)
	if err != nil {
		return nil, err
	}
	parsed, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, err
	}
	// Without the authority's own certificate: who trusts it has it.
	cert := &tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key, Leaf: parsed}
	return &leaf{cert: cert, renew: now.Add(lifeLeaf - renewLeaf)}, nil
}

// newSerial returns a serial number of 128 random bits; no two certificates of
// an authority may have the same.
func newSerial() (*big.Int, error) {
	return rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 128))
}
