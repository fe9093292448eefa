// A user's program: by-api.cjs PACKAGE upload|preview JSON. It does what the
// uploader's readme shows, and tells on one line how it went.
const [, , name, action, text] = process.argv
const ci = require(name)

const { project, options } = JSON.parse(text)
const tell = outcome => console.log('\noutcome: ' + JSON.stringify(outcome))

async function main () {
  const value = await ci[action]({ project: new ci.Project(project), onProgressUpdate: () => {}, ...options })
  tell({ value })
}

main().catch(err => tell({ code: err.code, message: err.message }))
