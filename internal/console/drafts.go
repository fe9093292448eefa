package console

import (
	"context"
	"net/http"
	"regexp"
	"strconv"
	"strings"

	"draftbox/internal/miniprogram"
	"draftbox/internal/platform"
)

// draftsView is the draft box, and the draft that is open beside it.
type draftsView struct {
	Sources []platform.DevMiniprogram
	Version string // offered for the next upload
	Draft   *packageView
}

// sourceLimit is how many development mini programs the upload offers.
const sourceLimit = 100

func (a *Console) drafts(ctx context.Context, c *call) (*answer, error) {
	return a.draftBox(ctx, c, nil)
}

// draftBox lists the drafts. Their sizes are those of their packages: these are read
// for the rows that are shown, and for all only where the list goes by size.
func (a *Console) draftBox(ctx context.Context, c *call, open *packageView) (*answer, error) {
	box, err := a.service.DraftBox(ctx, c.component)
	if err != nil {
		return nil, err
	}
	sizes := map[int64]int64{}
	if strings.TrimPrefix(c.r.URL.Query().Get("sort"), "-") == "size" || len(box.Drafts) <= pageSize {
		packaged, err := a.service.PackagedDrafts(ctx, c.component, -1, 0)
		if err != nil {
			return nil, err
		}
		for _, d := range packaged {
			sizes[d.ID] = d.Package.Size
		}
	}
	base := "/c/" + c.component + "/drafts"
	l := list[platform.Draft]{
		id: "drafts", sort: "-uploaded",
		key:  func(d platform.Draft) string { return strconv.FormatInt(d.ID, 10) },
		href: func(d platform.Draft) string { return base + "/" + strconv.FormatInt(d.ID, 10) },
		columns: []column[platform.Draft]{
			{"draft_id", false, func(d platform.Draft) cell { return numberCell(d.ID) }},
			{"version", false, func(d platform.Draft) cell { return textCell(d.UserVersion) }},
			{"description", false, func(d platform.Draft) cell { return firstLine(d.UserDesc) }},
			{"source", true, func(d platform.Draft) cell { return cell{Kind: "text", Text: d.SourceName, Title: d.SourceAppid} }},
			{"developer", true, func(d platform.Draft) cell { return textCell(d.Developer) }},
			{"uploaded", false, func(d platform.Draft) cell { return c.timeCell(d.CreateTime) }},
			{"size", true, func(d platform.Draft) cell { return sizeCell(sizes[d.ID]) }},
		},
	}
	selected := ""
	if open != nil {
		selected = strconv.FormatInt(open.ID, 10)
	}
	rows := l.view(c, base, box.Drafts, selected)
	rows.Empty = "drafts.empty"
	if err := a.fillSizes(ctx, rows, sizes, box.Drafts); err != nil {
		return nil, err
	}
	devs, err := a.service.DevMiniprograms(ctx, c.component, "", sourceLimit)
	if err != nil {
		return nil, err
	}
	out, err := a.framed(ctx, c, "drafts", c.texts.must("nav.drafts"), draftsView{devs, nextVersion(box.Drafts), open})
	if err != nil {
		return nil, err
	}
	out.view.List = rows
	if open != nil {
		out.view.Title = c.texts.must("draft.title", "id", open.ID, "version", open.Version)
		out.view.Up = address(base, c.r.URL.Query())
	}
	return out, nil
}

// fillSizes reads the sizes of the rows that are shown.
func (a *Console) fillSizes(ctx context.Context, rows *tableView, known map[int64]int64, drafts []platform.Draft) error {
	digests := map[string]string{}
	for _, d := range drafts {
		digests[strconv.FormatInt(d.ID, 10)] = d.Digest
	}
	for _, row := range rows.Rows {
		id, err := strconv.ParseInt(row.Key, 10, 64)
		if _, is := known[id]; is || err != nil {
			continue
		}
		p, err := a.service.Package(ctx, digests[row.Key])
		if err != nil {
			return err
		}
		row.Cells[len(row.Cells)-1].cell = sizeCell(p.Size)
	}
	return nil
}

func firstLine(text string) cell {
	first, _, _ := strings.Cut(strings.TrimSpace(text), "\n")
	return cell{Kind: "text", Text: first, Title: text}
}

var lastNumber = regexp.MustCompile(`^(.*?)(\d{1,9})$`)

// nextVersion offers a version: that of the newest draft, counted on.
func nextVersion(drafts []platform.Draft) string {
	if len(drafts) == 0 {
		return "1.0.0"
	}
	former := drafts[len(drafts)-1].UserVersion
	m := lastNumber.FindStringSubmatch(former)
	if m == nil {
		return former
	}
	n, err := strconv.Atoi(m[2])
	if err != nil {
		return former
	}
	return m[1] + strconv.Itoa(n+1)
}

// packageView is a draft or a template opened to its package.
type packageView struct {
	ID                      int64
	Version, Desc           string
	SourceName, SourceAppid string
	Developer               string
	DraftID                 int64 // of a template
	Uploaded                cell
	Digest                  string
	Bars                    []bar
	Pages                   []string
	Files                   []fileView
	FileCount, FirstFile    int
	LastFile                int
	FilesBefore, FilesAfter string // where the other parts of the files are
	AppJSON                 string
	Templates               []int64
}

// bar shows a size against its limit.
type bar struct {
	Name        string // path of a sub-package; empty: see Key
	Key         string // text of the name
	Size, Limit int64
	Width       int64 // of 100
}

// fileView is a file, or the folder that those after it are in.
type fileView struct {
	Path  string
	Depth int
	Size  int64
	Dir   bool
}

func (c *call) packageOf(p platform.Package) packageView {
	limits := miniprogram.DefaultLimits()
	v := packageView{Digest: p.Digest, Pages: p.Pages, AppJSON: pretty(p.AppJSON)}
	add := func(name, key string, size, limit int64) {
		v.Bars = append(v.Bars, bar{name, key, size, limit, min(100, size*100/limit)})
	}
	add("", "package.main", p.MainSize, limits.PartSize)
	for _, sub := range p.Subpackages {
		add(sub.Root, "", sub.Size, limits.PartSize)
	}
	add("", "package.total", p.Size, limits.TotalSize)
	c.filesOf(&v, p.Files)
	return v
}

// filePage is how many files are shown at once; a package may have 10,000.
const filePage = 500

// filesOf puts that part of the files into a view that the query asks for.
func (c *call) filesOf(v *packageView, files []platform.PackageFile) {
	q := c.r.URL.Query()
	page, _ := strconv.Atoi(q.Get("files")) // what is malformed is the first
	page = min(max(page, 1), max(1, (len(files)+filePage-1)/filePage))
	from, to := (page-1)*filePage, min(page*filePage, len(files))
	v.Files, v.FileCount, v.FirstFile, v.LastFile = tree(files[from:to]), len(files), from+1, to
	if page > 1 {
		v.FilesBefore = address(c.r.URL.Path, q, "files", strconv.Itoa(page-1))
	}
	if to < len(files) {
		v.FilesAfter = address(c.r.URL.Path, q, "files", strconv.Itoa(page+1))
	}
}

// tree puts folders before their files.
func tree(files []platform.PackageFile) []fileView {
	var out []fileView
	var at []string
	for _, f := range files {
		parts := strings.Split(strings.TrimPrefix(f.Path, "/"), "/")
		dirs := parts[:len(parts)-1]
		same := 0
		for same < len(dirs) && same < len(at) && dirs[same] == at[same] {
			same++
		}
		for i := same; i < len(dirs); i++ {
			out = append(out, fileView{Path: dirs[i], Depth: i, Dir: true})
		}
		at = dirs
		out = append(out, fileView{Path: parts[len(parts)-1], Depth: len(dirs), Size: f.Size})
	}
	return out
}

func (a *Console) draft(ctx context.Context, c *call) (*answer, error) {
	id, err := c.id()
	if err != nil {
		return nil, err
	}
	d, err := a.service.Draft(ctx, c.component, id)
	if err != nil {
		return nil, err
	}
	v := c.packageOf(d.Package)
	v.ID, v.Version, v.Desc, v.SourceName, v.SourceAppid, v.Developer, v.Uploaded = d.ID, d.UserVersion, d.UserDesc, d.SourceName, d.SourceAppid, d.Developer, c.timeCell(d.CreateTime)
	library, err := a.service.TemplateLibrary(ctx, c.component)
	if err != nil {
		return nil, err
	}
	for _, t := range library.Templates {
		if t.DraftID == d.ID {
			v.Templates = append(v.Templates, t.ID)
		}
	}
	return a.draftBox(ctx, c, &v)
}

// id is the number in the path.
func (c *call) id() (int64, error) {
	id, err := strconv.ParseInt(c.r.PathValue("id"), 10, 64)
	if err != nil || id < 0 {
		return 0, &refusal{http.StatusNotFound, "told.nothing"}
	}
	return id, nil
}

func (a *Console) addDraft(ctx context.Context, c *call) (*answer, error) {
	id, err := c.id()
	if err != nil {
		return nil, err
	}
	t, err := a.service.AddToTemplate(ctx, c.component, id, platform.TemplateOrdinary)
	if err != nil {
		return nil, err
	}
	return done(strings.TrimSuffix(c.r.URL.Path, "/add"), "added", strconv.FormatInt(t.ID, 10)), nil
}

func (a *Console) deleteDraft(ctx context.Context, c *call) (*answer, error) {
	id, err := c.id()
	if err != nil {
		return nil, err
	}
	if err := a.service.DeleteDraft(ctx, c.component, id); err != nil {
		return nil, err
	}
	return done("/c/"+c.component+"/drafts", "draft_deleted", strconv.FormatInt(id, 10)), nil
}

// draftPackage is the stored form of a draft's code, to download.
func (a *Console) draftPackage(ctx context.Context, c *call) (*answer, error) {
	id, err := c.id()
	if err != nil {
		return nil, err
	}
	d, err := a.service.Draft(ctx, c.component, id)
	if err != nil {
		return nil, err
	}
	h := c.w.Header()
	h.Set("Content-Type", "application/zip")
	h.Set("Content-Disposition", `attachment; filename="`+d.SourceAppid+"-"+strconv.FormatInt(id, 10)+`.zip"`)
	h.Set("Content-Length", strconv.FormatInt(d.Package.StoredSize, 10))
	if c.r.Method != http.MethodHead {
		if err := a.service.WriteDraftPackage(ctx, c.component, id, c.w); err != nil {
			panic(http.ErrAbortHandler) // the answer is under way: break it off
		}
	}
	return &answer{sent: true}, nil
}
