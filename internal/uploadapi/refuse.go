package uploadapi

import (
	"errors"
	"fmt"
	"io/fs"

	"draftbox/internal/miniprogram"
	"draftbox/internal/platform"
)

// Codes behind "inner upload fail with errcode". 80200 is reported by users of the
// uploader; for what else can be wrong with code no report is known, and 80051, the
// code of the same family that DevTools' users report, stands for all of it.
const (
	innerSize    = 80200
	innerPackage = 80051
)

// badCode turns an error of the package into the answer of the upload.
func badCode(err error) error {
	if size, ok := errors.AsType[*miniprogram.SizeError](err); ok {
		return platform.InnerUploadError(innerSize, tooLarge(size), err.Error())
	}
	if errors.Is(err, platform.ErrInvalid) {
		return platform.InnerUploadError(innerPackage, err.Error(), err.Error())
	}
	return err
}

// tooLarge is the sentence that users report for the main package, and its like
// for the other parts.
func tooLarge(e *miniprogram.SizeError) string {
	what := "subpackage " + e.Part
	switch e.Part {
	case miniprogram.MainPart:
		what = "main package"
	case miniprogram.WholePart:
		what = "total package"
	case miniprogram.SourceMapsPart:
		what = "source map"
	}
	return fmt.Sprintf("%s source size %dKB exceed max limit %dMB", what, (e.Size+1023)/1024, e.Limit>>20)
}

// isDisk tells a failing disk from a failing caller.
func isDisk(err error) bool {
	_, ok := errors.AsType[*fs.PathError](err)
	return ok
}
