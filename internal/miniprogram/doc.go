// Package miniprogram reads the project of a mini program from a folder, a file
// system, a zip archive or the container of the official uploader, checks it, and
// puts it into the one form in which draftbox stores code.
//
// Every source is reduced to a list of entries (path, size, how to open it), so
// a source more needs no more than such a list. From there on all go the same
// way:
//
//  1. Paths that could leave the folder are refused, whatever they belong to.
//  2. Left out without a word: names that begin with a dot (.git, .DS_Store),
//     node_modules, __MACOSX, project.private.config.json, the uploader's
//     ci.signature, the roots of cloud functions and plugins that
//     project.config.json names, and what its packOptions.ignore matches.
//  3. A single folder around everything is taken off; miniprogramRoot of
//     project.config.json names the folder that is the package, and what lies
//     outside of it does not belong to it. Without miniprogramRoot
//     project.config.json is itself a file of the package, as it is in the
//     official uploader's container.
//  4. What remains is held against app.json and the [Limits].
//  5. The contents are written to the stored form: a zip archive of uncompressed
//     entries in path order with no times, so that equal files have equal
//     digests whatever way they came.
//
// Files are stored as they are sent: nothing is compiled, and a file type that
// no rule names is kept. A container is opened first, for the signature in it, and
// built when that is found good ([OpenContainer]).
package miniprogram
