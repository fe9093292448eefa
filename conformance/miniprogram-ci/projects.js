// Mini programs to upload, each in a folder of its own that is gone afterwards.
import { randomBytes } from 'node:crypto'
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const sample = fileURLToPath(new URL('../../examples/miniprogram', import.meta.url))

export const MiB = 1 << 20

/** Makes a folder that is gone after the test. */
export function folder (t) {
  const dir = mkdtempSync(join(tmpdir(), 'draftbox-uploader.'))
  t.after(() => rmSync(dir, { recursive: true, force: true }))
  return dir
}

/** Writes a key to a file of its own, as WeChat's administrators save it. */
export function keyFile (dir, dev, pem = dev.key) {
  const file = join(dir, `private.${dev.appid}.key`)
  writeFileSync(file, pem, { mode: 0o600 })
  return file
}

/** Copies a project folder, and writes or replaces files in the copy. */
export function project (dir, { from = sample, files = {} } = {}) {
  const to = mkdtempSync(join(dir, 'project.'))
  if (from) {
    cpSync(from, to, { recursive: true })
  }
  for (const [name, content] of Object.entries(files)) {
    const file = join(to, name)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, content)
  }
  return to
}

const page = name => ({ [`${name}.js`]: 'Page({})', [`${name}.wxml`]: '<view/>', [`${name}.json`]: '{}' })

/** A project with pictures that do not compress: bytes of each part, '' is the main package. */
export function pictures (dir, parts) {
  const roots = Object.keys(parts).filter(root => root !== '')
  const files = {
    'app.js': 'App({})',
    'app.json': JSON.stringify({
      pages: ['pages/index/index'], subPackages: roots.map(root => ({ root, pages: ['p/p'] })), sitemapLocation: 'sitemap.json'
    }),
    'sitemap.json': '{"rules":[{"action":"allow","page":"*"}]}',
    'project.config.json': '{"compileType":"miniprogram","setting":{"es6":true,"ignoreUploadUnusedFiles":false}}',
    ...page('pages/index/index')
  }
  for (const root of roots) {
    Object.assign(files, page(`${root}/p/p`))
  }
  for (const [root, size] of Object.entries(parts)) {
    files[join(root, 'picture.png')] = randomBytes(size)
  }
  return project(dir, { from: null, files })
}
