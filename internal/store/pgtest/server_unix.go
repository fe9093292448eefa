//go:build unix

package pgtest

import (
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
)

// Options of a throwaway cluster.
type Options struct {
	// Durable keeps fsync on, for measurements; off it saves seconds. What was
	// committed outlives the server either way, but not the machine.
	Durable bool
}

// Server is a throwaway cluster.
type Server struct {
	bin, dir string
	owner    *syscall.Credential // nil for the user that we are
	leash    io.Closer           // while it is open the cluster lives
	keeper   *exec.Cmd
}

// role owns the cluster's databases.
const role = "draftbox"

// Start makes and starts a cluster.
func Start(o Options) (*Server, error) {
	bin, err := findPrograms()
	if err != nil {
		return nil, err
	}
	s := &Server{bin: bin}
	if err := s.chooseOwner(); err != nil {
		return nil, err
	}
	// A Unix socket's path is short: at most 107 bytes.
	if s.dir, err = os.MkdirTemp("/tmp", "pgtest"); err != nil {
		return nil, err
	}
	if s.owner != nil {
		err = os.Chown(s.dir, int(s.owner.Uid), int(s.owner.Gid))
	}
	if err == nil {
		err = s.leashIt()
	}
	if err != nil {
		_ = os.RemoveAll(s.dir)
		return nil, err
	}
	if err := s.initialize(o); err != nil {
		s.Close()
		return nil, err
	}
	return s, nil
}

func (s *Server) initialize(o Options) error {
	err := s.run("initdb", "-D", s.data(), "-U", role, "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync")
	if err != nil {
		return err
	}
	settings := "listen_addresses = ''\nunix_socket_directories = '" + s.dir + "'\nmax_connections = 400\n"
	if !o.Durable {
		settings += "fsync = off\nfull_page_writes = off\n"
	}
	f, err := os.OpenFile(filepath.Join(s.data(), "postgresql.conf"), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	_, err = f.WriteString(settings)
	if err := f.Close(); err != nil {
		return err
	}
	if err != nil {
		return err
	}
	return s.Start()
}

func (s *Server) data() string { return filepath.Join(s.dir, "data") }

// URL returns the URL of one of the cluster's databases; "postgres" is there
// from the start.
func (s *Server) URL(database string) string {
	return "postgres://" + role + "@/" + database + "?host=" + url.QueryEscape(s.dir)
}

// Start starts the cluster after a Stop and waits until it answers.
func (s *Server) Start() error {
	return s.run("pg_ctl", "-D", s.data(), "-l", filepath.Join(s.dir, "log"), "-w", "-t", "60", "start")
}

// Stop ends the cluster at once, as a crash does, and keeps its data.
func (s *Server) Stop() error {
	return s.run("pg_ctl", "-D", s.data(), "-m", "immediate", "-w", "stop")
}

// PID returns the process that started all others of the cluster, or 0 when it
// is stopped.
func (s *Server) PID() int {
	text, err := os.ReadFile(filepath.Join(s.data(), "postmaster.pid"))
	if err != nil {
		return 0
	}
	first, _, _ := strings.Cut(string(text), "\n")
	pid, _ := strconv.Atoi(first)
	return pid
}

// Close stops the cluster and removes its data.
func (s *Server) Close() {
	_ = s.leash.Close()
	_ = s.keeper.Wait()
	_ = os.RemoveAll(s.dir) // the keeper did, unless it was killed
}

// leashIt starts a shell that reads a pipe of ours. When the pipe ends, because
// we closed it or died, it stops the cluster and removes it.
func (s *Server) leashIt() error {
	script := `read -r _; "$1" -D "$2/data" -m immediate -w stop; cd /; rm -rf "$2"`
	s.keeper = s.command("/bin/sh", "-c", script, "sh", filepath.Join(s.bin, "pg_ctl"), s.dir)
	leash, err := s.keeper.StdinPipe()
	if err != nil {
		return err
	}
	s.leash = leash
	return s.keeper.Start()
}

// command runs a program as the cluster's owner, in its folder, and in a session
// of its own, so that an interrupt at the terminal is not for it.
func (s *Server) command(name string, args ...string) *exec.Cmd {
	cmd := exec.Command(name, args...)
	cmd.Dir = s.dir
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Credential: s.owner}
	cmd.Env = append(slices.DeleteFunc(os.Environ(), func(v string) bool { return strings.HasPrefix(v, "PG") }), "HOME="+s.dir)
	return cmd
}

func (s *Server) run(program string, args ...string) error {
	// The server inherits the output, so a pipe would never end; a file does.
	out, err := os.OpenFile(filepath.Join(s.dir, "out"), os.O_CREATE|os.O_TRUNC|os.O_RDWR, 0o600)
	if err != nil {
		return err
	}
	defer out.Close()
	cmd := s.command(filepath.Join(s.bin, program), args...)
	cmd.Stdout, cmd.Stderr = out, out
	if err := cmd.Run(); err != nil {
		text, _ := os.ReadFile(out.Name())
		log, _ := os.ReadFile(filepath.Join(s.dir, "log"))
		return fmt.Errorf("%s: %w\n%s%s", program, err, text, log)
	}
	return nil
}

// chooseOwner: PostgreSQL refuses to run as root.
func (s *Server) chooseOwner() error {
	if os.Geteuid() != 0 {
		return nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, uerr := strconv.ParseUint(u.Uid, 10, 32)
		gid, gerr := strconv.ParseUint(u.Gid, 10, 32)
		if uerr == nil && gerr == nil {
			s.owner = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
			return nil
		}
	}
	return fmt.Errorf("%w: root may not run them and there is no user postgres or nobody", ErrMissing)
}

// findPrograms returns the folder of initdb, pg_ctl and postgres. Debian keeps
// those of each version apart and out of PATH.
func findPrograms() (string, error) {
	folders, _ := filepath.Glob("/usr/lib/postgresql/*/bin")
	slices.SortFunc(folders, func(a, b string) int { return version(b) - version(a) })
	if found, err := exec.LookPath("initdb"); err == nil {
		if real, err := filepath.EvalSymlinks(found); err == nil {
			folders = append([]string{filepath.Dir(real)}, folders...)
		}
	}
	for _, dir := range folders {
		if all(dir, "initdb", "pg_ctl", "postgres") {
			return dir, nil
		}
	}
	return "", fmt.Errorf("%w: no initdb, pg_ctl and postgres in PATH or /usr/lib/postgresql", ErrMissing)
}

func version(dir string) int {
	n, _ := strconv.Atoi(filepath.Base(filepath.Dir(dir)))
	return n
}

func all(dir string, programs ...string) bool {
	for _, p := range programs {
		if _, err := os.Stat(filepath.Join(dir, p)); err != nil {
			return false
		}
	}
	return true
}
