package wxopen

import (
	"bufio"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"
	"unicode/utf8"
)

// The container of an upload is a wxapkg. All its integers are big endian, and
// offsets count from its first byte:
//
//	BE | 0 (4) | index length (4) | data length (4) | ED |
//	count (4) | count × { name length (4) | name | offset (4) | size (4) } | data
const (
	containerHeadLen = 14
	containerCount   = 4
	containerEntry   = 12 // and the name
)

// maxCodeBytes bounds the files of an upload: 20 MiB of code, which is what a
// mini program may have, and twice that of source maps, with some room. A
// draftbox server takes no more.
const maxCodeBytes = 63 << 20

const (
	projectConfigFile = "project.config.json"
	extFile           = "ext.json"
	signatureFile     = "ci.signature"
)

// codeFile is a file of a container: in the file system, or in memory.
type codeFile struct {
	name string // in the container, without the slash before it
	size int64
	path string // in the file system, or
	data []byte
}

// project is the files of an upload, without the signature.
type project struct {
	files    []codeFile // in order of their names
	extAppid string     // the merchant that ext.json names, where it takes effect
}

// readProject lists the files of the mini program in a project folder. Contents
// are read when the container is written.
func readProject(code fs.FS) (*project, error) {
	root, config, err := readProjectConfig(code)
	if err != nil {
		return nil, err
	}
	p := &project{}
	if config != nil {
		p.files = append(p.files, codeFile{name: projectConfigFile, size: int64(len(config)), data: config})
	}
	if p.extAppid, err = readExtAppid(code, path.Join(root, extFile)); err != nil {
		return nil, err
	}
	var total int64
	err = fs.WalkDir(code, root, func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case name == root && d.IsDir():
			return nil
		case leftOut(d.Name()) && d.IsDir():
			return fs.SkipDir
		case d.IsDir() || leftOut(d.Name()):
			return nil
		}
		inner := strings.TrimPrefix(name, root+"/")
		if inner == signatureFile || inner == projectConfigFile && config != nil {
			return nil
		}
		f, err := listCodeFile(name, inner, d)
		if total += f.size; err == nil && total > maxCodeBytes {
			err = fmt.Errorf("over %d MiB of files; leave out what is no part of the mini program", maxCodeBytes>>20)
		}
		p.files = append(p.files, f)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("wxopen: reading the code: %w", err)
	}
	slices.SortFunc(p.files, func(a, b codeFile) int { return strings.Compare(a.name, b.name) })
	// Nobody wants the files of a wrong folder to be sent.
	if !slices.ContainsFunc(p.files, func(f codeFile) bool { return f.name == "app.json" }) {
		return nil, fmt.Errorf("wxopen: there is no %s; give the project folder, as DevTools opens it", path.Join(root, "app.json"))
	}
	return p, nil
}

func listCodeFile(name, inner string, d fs.DirEntry) (codeFile, error) {
	switch {
	case d.Type()&fs.ModeSymlink != 0:
		return codeFile{}, fmt.Errorf("%q is a symbolic link; put the file itself in its place", name)
	case d.Type() != 0:
		return codeFile{}, fmt.Errorf("%q is no regular file; take it out", name)
	case !utf8.ValidString(inner) || strings.ContainsAny(inner, "\\\x00"):
		return codeFile{}, fmt.Errorf("%q is no name for a file of a mini program; rename it", name)
	}
	info, err := d.Info()
	if err != nil {
		return codeFile{}, err
	}
	return codeFile{name: inner, size: info.Size(), path: name}, nil
}

// leftOut says whether a file or folder of that name is no part of any package.
func leftOut(name string) bool {
	switch name {
	case ".": // the folder itself
		return false
	case "node_modules", "__MACOSX", "project.private.config.json":
		return true
	}
	return strings.HasPrefix(name, ".")
}

// readProjectConfig returns the folder of app.json, and the project.config.json
// to send in place of the project's own; nil is to send that.
//
// What miniprogramRoot names is the package, and what is sent says that there is
// none, as miniprogram-ci has it; the choice of files is kept with it.
func readProjectConfig(code fs.FS) (root string, config []byte, err error) {
	const empty = `{"miniprogramRoot":""}`
	text, err := fs.ReadFile(code, projectConfigFile)
	if errors.Is(err, fs.ErrNotExist) {
		return ".", []byte(empty), nil
	}
	if err != nil {
		return "", nil, fmt.Errorf("wxopen: reading the code: %w", err)
	}
	var fields map[string]json.RawMessage
	if err := json.Unmarshal([]byte(strings.TrimPrefix(string(text), "\uFEFF")), &fields); err != nil {
		return "", nil, fmt.Errorf("wxopen: %s: %w", projectConfigFile, err)
	}
	if raw := fields["miniprogramRoot"]; raw != nil && json.Unmarshal(raw, &root) != nil {
		return "", nil, fmt.Errorf(`wxopen: %s: "miniprogramRoot" must be a string, the folder of app.json`, projectConfigFile)
	}
	root = path.Clean("./" + strings.TrimRight(root, "/"))
	if root == "." {
		return root, nil, nil
	}
	if !fs.ValidPath(root) {
		return "", nil, fmt.Errorf("wxopen: %s: miniprogramRoot %q leaves the project folder", projectConfigFile, root)
	}
	config = []byte(empty)
	if rules := fields["packOptions"]; rules != nil {
		config, err = json.Marshal(map[string]any{"miniprogramRoot": "", "packOptions": rules})
	}
	return root, config, err
}

// readExtAppid returns the merchant that ext.json names, empty where it has no
// effect.
func readExtAppid(code fs.FS, name string) (string, error) {
	text, err := fs.ReadFile(code, name)
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("wxopen: reading the code: %w", err)
	}
	var ext struct {
		Enable bool   `json:"extEnable"`
		Appid  string `json:"extAppid"`
	}
	if err := json.Unmarshal([]byte(strings.TrimPrefix(string(text), "\uFEFF")), &ext); err != nil {
		return "", fmt.Errorf("wxopen: %s: %w", extFile, err)
	}
	switch {
	case !ext.Enable:
		return "", nil
	case ext.Appid == "":
		return "", fmt.Errorf(`wxopen: %s: "extEnable" needs an "extAppid"`, extFile)
	}
	return ext.Appid, nil
}

// writeContainer writes the files and, as the last of them, the signature.
func writeContainer(ctx context.Context, w io.Writer, code fs.FS, files []codeFile, signature []byte) error {
	files = append(slices.Clip(files), codeFile{name: signatureFile, size: int64(len(signature)), data: signature})
	index, data := int64(containerCount), int64(0)
	for _, f := range files {
		index += containerEntry + 1 + int64(len(f.name))
		data += f.size
	}
	be := binary.BigEndian
	head := make([]byte, 0, containerHeadLen+index)
	head = append(head, 0xBE, 0, 0, 0, 0)
	head = be.AppendUint32(head, uint32(index))
	head = be.AppendUint32(head, uint32(data))
	head = append(head, 0xED)
	head = be.AppendUint32(head, uint32(len(files)))
	offset := containerHeadLen + index
	for _, f := range files {
		head = be.AppendUint32(head, uint32(len(f.name)+1))
		head = append(head, '/')
		head = append(head, f.name...)
		head = be.AppendUint32(head, uint32(offset))
		head = be.AppendUint32(head, uint32(f.size))
		offset += f.size
	}
	out := bufio.NewWriterSize(w, 64<<10)
	if _, err := out.Write(head); err != nil {
		return err
	}
	for _, f := range files {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := f.writeTo(out, code); err != nil {
			return fmt.Errorf("wxopen: reading the code: %w", err)
		}
	}
	return out.Flush()
}

// writeTo writes the content, which must still be as long as it was.
func (f *codeFile) writeTo(w io.Writer, code fs.FS) error {
	if f.path == "" {
		_, err := w.Write(f.data)
		return err
	}
	src, err := code.Open(f.path)
	if err != nil {
		return err
	}
	defer src.Close()
	n, err := io.Copy(w, io.LimitReader(src, f.size+1))
	if err == nil && n != f.size {
		err = fmt.Errorf("%q changed while it was read", f.path)
	}
	return err
}
