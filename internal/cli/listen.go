package cli

import (
	"context"
	"errors"
	"fmt"
	"net"
	"runtime"
	"strconv"
	"strings"
	"syscall"
)

// listeners are where a server can be reached.
type listeners struct {
	api, admin *listener
	tls        *listener // nil where it is off
}

type listener struct{ net.Listener }

// url is how this machine reaches the listener. One that takes connections on
// every address is reached by loopback.
func (l *listener) url(scheme string) string {
	addr, ok := l.Addr().(*net.TCPAddr)
	if !ok {
		return scheme + "://" + l.Addr().String()
	}
	host := addr.IP.String()
	if addr.IP.IsUnspecified() {
		host = "127.0.0.1"
	}
	return scheme + "://" + net.JoinHostPort(host, strconv.Itoa(addr.Port))
}

// check refuses an admin token that cannot be sent, and to let other machines in
// unless somebody has chosen one: who serves the network should know what guards
// it.
func (f *serveFlags) check() error {
	if strings.ContainsFunc(f.adminToken, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return usagef("the admin token has a character that HTTP cannot carry").
			withNext("make it of letters, digits and punctuation, without blanks")
	}
	for _, l := range []struct{ flag, address string }{
		{"--listen", f.listen.String()}, {"--admin-listen", f.adminListen.String()}, {"--tls-listen", f.tlsListen.String()},
	} {
		if l.address == off {
			continue
		}
		addr, err := net.ResolveTCPAddr("tcp", l.address)
		if err != nil {
			return usagef("%s %s is no address to listen on", l.flag, l.address).withWhy("%v", err)
		}
		if !addr.IP.IsLoopback() && f.adminToken == "" {
			return usagef("%s %s lets other machines in", l.flag, l.address).
				withWhy("the management API would be guarded only by a token that nobody has chosen").
				withNext("set one with --admin-token or DRAFTBOX_ADMIN_TOKEN, or listen on 127.0.0.1")
		}
	}
	return nil
}

// listen opens all listeners or none.
func listen(ctx context.Context, f *serveFlags) (_ *listeners, err error) {
	l := &listeners{}
	defer func() {
		for _, opened := range []*listener{l.api, l.admin, l.tls} {
			if err != nil && opened != nil {
				_ = opened.Close()
			}
		}
	}()
	if l.api, err = listenOn(ctx, "--listen", f.listen.String()); err != nil {
		return nil, err
	}
	if l.admin, err = listenOn(ctx, "--admin-listen", f.adminListen.String()); err != nil {
		return nil, err
	}
	if f.tlsListen != off {
		if l.tls, err = listenOn(ctx, "--tls-listen", f.tlsListen.String()); err != nil {
			return nil, err
		}
	}
	return l, nil
}

func listenOn(ctx context.Context, flag, addr string) (*listener, error) {
	var config net.ListenConfig
	l, err := config.Listen(ctx, "tcp", addr)
	if err == nil {
		return &listener{l}, nil
	}
	f := &fault{what: "cannot listen on " + addr, why: err.Error(), code: exitRefused}
	if op, ok := errors.AsType[*net.OpError](err); ok {
		f.why = op.Err.Error()
	}
	host, port, _ := net.SplitHostPort(addr) // it was parsed before
	switch {
	case addressInUse(err):
		f.why = "another program has this port"
		f.next = fmt.Sprintf("stop that program (%s names it), or take a free port: %s %s",
			whoListens(port), flag, net.JoinHostPort(host, "0"))
	case errors.Is(err, syscall.EACCES):
		f.next = fmt.Sprintf("take a port over 1023: %s %s", flag, net.JoinHostPort(host, "0"))
	}
	return nil, f
}

// errWSAAddrInUse is what Windows says in place of EADDRINUSE.
const errWSAAddrInUse = syscall.Errno(10048)

func addressInUse(err error) bool {
	return errors.Is(err, syscall.EADDRINUSE) || runtime.GOOS == "windows" && errors.Is(err, errWSAAddrInUse)
}

// whoListens is a command that tells which program listens on a port.
func whoListens(port string) string {
	switch runtime.GOOS {
	case "linux":
		return fmt.Sprintf("\"ss -ltnp sport = :%s\"", port)
	case "windows":
		return fmt.Sprintf("\"netstat -ano | findstr :%s\"", port)
	default:
		return fmt.Sprintf("\"lsof -nP -iTCP:%s -sTCP:LISTEN\"", port)
	}
}
