// Runs the uploader as users do, from its command line and from a program, under
// `draftbox exec` and with nothing but its own parameters.
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const here = dirname(fileURLToPath(import.meta.url))
const bin = resolve(process.env.DRAFTBOX_BIN ?? join(here, '../../bin/draftbox'))

/** The package as package.json names it, by version; the newest comes first. */
export const uploaders = {
  '2.1.42': 'miniprogram-ci',
  '2.0.10': 'miniprogram-ci-2.0',
  '1.9.27': 'miniprogram-ci-1.9'
}
export const versions = Object.keys(uploaders)
export const newest = versions[0]

/** How long one use of the uploader may take, in milliseconds. */
const deadline = 150_000

/** What by-api.cjs puts before the line that tells how it went. */
const mark = 'outcome: '

/** The programs that run, each the leader of its process group. */
const running = new Set()

/** Ends a program with all that it has started. */
function end (pid) {
  try {
    process.kill(-pid, 'SIGKILL')
  } catch (err) {
    if (err.code !== 'ESRCH') throw err
  }
}

// The test runner stops a file that takes too long.
process.once('SIGTERM', () => {
  running.forEach(end)
  process.exit(143)
})

/**
 * Runs a program until it ends or, with a mark, until a line that begins with it, and
 * ends what it leaves behind: after a rejected upload the uploader's processes stay. It
 * runs in a folder of its own, for it makes folders where it runs.
 */
function run (argv, mark) {
  const cwd = mkdtempSync(join(tmpdir(), 'draftbox-uploader.'))
  return new Promise((resolve, reject) => {
    const child = spawn(bin, ['exec', '--', ...argv], {
      cwd, detached: true, stdio: ['ignore', 'pipe', 'pipe']
    })
    let out = ''
    let line
    let code = null
    if (child.pid) running.add(child.pid)
    const timer = setTimeout(() => {
      end(child.pid)
      reject(new Error(`not done after ${deadline / 1000} s: ${argv.join(' ')}\n${out}`))
    }, deadline)
    const read = text => {
      out += text
      if (!mark || line) return
      line = out.match(new RegExp(`^${mark}(.*)\n`, 'm'))?.[1]
      if (line) end(child.pid)
    }
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', read)
    }
    child.on('error', err => {
      clearTimeout(timer)
      reject(err)
    })
    child.on('exit', c => {
      code = c
      end(child.pid)
    })
    child.on('close', () => {
      clearTimeout(timer)
      running.delete(child.pid)
      resolve({ code, out, line })
    })
  }).finally(() => rmSync(cwd, { recursive: true, force: true, maxRetries: 3 }))
}

/**
 * Uses the uploader's API: action is upload or preview, options are its own. Returns what
 * its promise came to: {value}, or {code, message} of the error that it was rejected
 * with; and all that was printed.
 */
export async function byAPI (version, action, project, options) {
  const { out, line } = await run(['node', join(here, 'by-api.cjs'), uploaders[version], action, JSON.stringify({
    project: { type: 'miniProgram', ignores: ['node_modules/**/*'], ...project }, options
  })], mark)
  if (line === undefined) {
    throw new Error(`miniprogram-ci ${version} ended without an outcome:\n${out}`)
  }
  return { ...JSON.parse(line), out }
}

/** Uses the uploader's command line. Returns its exit code and all that it printed. */
export function byCLI (version, ...args) {
  return run(['node', join(here, 'node_modules', uploaders[version], 'bin/miniprogram-ci.js'), ...args])
}
