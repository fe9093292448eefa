package cli

import (
	"archive/zip"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"os/user"
	"path"
	"strings"

	"draftbox/internal/miniprogram"
)

// project is a mini program project as a zip archive. It has to be closed.
type project struct {
	file      *os.File
	size      int64 // bytes
	temporary bool  // made of a folder
}

// openProject opens an archive, or makes one of a folder.
func openProject(name string) (*project, error) {
	info, err := os.Stat(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, usagef("there is no file or folder %s", name)
	case err != nil:
		return nil, err
	case info.IsDir():
		return packFolder(name)
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	return &project{file: f, size: info.Size()}, nil
}

func packFolder(dir string) (*project, error) {
	f, err := os.CreateTemp("", "draftbox-upload-*.zip")
	if err != nil {
		return nil, err
	}
	p := &project{file: f, temporary: true}
	if err := miniprogram.ZipDir(f, dir, nil); err != nil {
		p.close()
		return nil, err
	}
	if p.size, err = f.Seek(0, io.SeekEnd); err == nil {
		_, err = f.Seek(0, io.SeekStart)
	}
	if err != nil {
		p.close()
		return nil, err
	}
	return p, nil
}

// close gives the archive up. It was only read, or nobody needs it any more, so
// that there is nothing to lose.
func (p *project) close() {
	_ = p.file.Close()
	if p.temporary {
		_ = os.Remove(p.file.Name())
	}
}

// appid returns what project.config.json says the mini program's appid is; empty
// when it says nothing, or the archive cannot be read: the server tells why.
func (p *project) appid() string {
	archive, err := zip.NewReader(p.file, p.size)
	if err != nil {
		return ""
	}
	for _, f := range archive.File {
		// At the top or in the one folder around everything.
		if path.Base(f.Name) == "project.config.json" && strings.Count(f.Name, "/") <= 1 {
			return appidIn(f)
		}
	}
	return ""
}

func appidIn(f *zip.File) string {
	r, err := f.Open()
	if err != nil {
		return ""
	}
	defer r.Close()
	return readAppid(r)
}

// readAppid returns the appid in the text of a project.config.json; empty when
// there is none.
func readAppid(r io.Reader) string {
	const most = 1 << 20 // bytes of a file that people write by hand
	var config struct {
		Appid string `json:"appid"`
	}
	if json.NewDecoder(io.LimitReader(r, most)).Decode(&config) != nil {
		return ""
	}
	return config.Appid
}

// userName is who uploads unless --developer says otherwise; empty when the
// system does not know.
func userName() string {
	u, err := user.Current()
	if err != nil {
		return ""
	}
	// Windows puts the domain before it.
	return u.Username[strings.LastIndexByte(u.Username, '\\')+1:]
}
