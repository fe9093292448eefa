'use strict'

// What the preload of `draftbox exec` does to a Node program, and what it must
// not do. Run under it: draftbox exec -- node --test preload.test.js

const assert = require('node:assert')
const childProcess = require('node:child_process')
const fs = require('node:fs')
const http = require('node:http')
const http2 = require('node:http2')
const https = require('node:https')
const net = require('node:net')
const os = require('node:os')
const path = require('node:path')
const tls = require('node:tls')
const test = require('node:test')
const { once } = require('node:events')
const { Worker } = require('node:worker_threads')

const host = 'api.weixin.qq.com'
const nothingThere = /"errcode":40066/ // what the emulated host says of /

async function bodyOf (req) {
  const [res] = await once(req, 'response')
  let text = ''
  for await (const chunk of res.setEncoding('utf8')) text += chunk
  return text
}

// secured returns whether the certificate of a TLS socket is good.
async function secured (socket) {
  await once(socket, 'secureConnect')
  socket.destroy()
  return socket.authorized
}

test('http and https, with agents and without', async () => {
  assert.match(await bodyOf(https.get(`https://${host}/`)), nothingThere)
  assert.match(await bodyOf(http.get(`http://${host}/`)), nothingThere)
  assert.match(await bodyOf(https.get({ host, agent: false })), nothingThere)
  const agent = new https.Agent({ keepAlive: true })
  for (let i = 0; i < 2; i++) assert.match(await bodyOf(https.get(`https://${host}/`, { agent })), nothingThere)
  agent.destroy()
  const spelled = https.get({ host: 'API.WeiXin.qq.com.', servername: host, port: '443' })
  assert.match(await bodyOf(spelled), nothingThere)
})

test('fetch', { skip: typeof fetch === 'undefined' && 'this Node has none' }, async () => {
  assert.match(await (await fetch(`https://${host}/`)).text(), nothingThere)
  assert.match(await (await fetch(`http://${host}/`)).text(), nothingThere)
})

test('HTTP/2', async () => {
  const session = http2.connect(`https://${host}`)
  const req = session.request({ ':path': '/' })
  let text = ''
  for await (const chunk of req.setEncoding('utf8')) text += chunk
  session.close()
  assert.match(text, nothingThere)
})

test('modules of the other kind', async () => {
  const { default: get } = await import('data:text/javascript,import { get } from "node:https"; export default get')
  assert.match(await bodyOf(get(`https://${host}/`)), nothingThere)
})

test('child processes and threads', async () => {
  const program = `require('https').get('https://${host}/', (res) => res.pipe(process.stdout))`
  assert.match(childProcess.execFileSync(process.execPath, ['-e', program], { encoding: 'utf8' }), nothingThere)
  const worker = new Worker(`
    require('https').get('https://${host}/', (res) => {
      res.setEncoding('utf8').on('data', (text) => require('worker_threads').parentPort.postMessage(text))
    })`, { eval: true })
  const [text] = await once(worker, 'message')
  assert.match(text, nothingThere)
})

test('every form of connect', async () => {
  const servername = host
  assert.ok(await secured(tls.connect(443, host, { servername })))
  assert.ok(await secured(tls.connect({ port: 443, host, servername })))
  for (const socket of [net.connect(443, host), net.connect('443', host), net.connect({ port: 443, host }), new net.Socket().connect(443, host)]) {
    assert.ok(await secured(tls.connect({ socket, servername })))
  }
  let told = false
  const socket = net.connect(443, host, () => { told = true })
  await once(socket, 'connect')
  socket.destroy()
  assert.ok(told)
  assert.strictEqual(net.Socket.prototype.connect.name, 'connect')
})

test('options are left as they were', async () => {
  const options = Object.freeze({ port: 443, host, servername: host })
  for (let i = 0; i < 2; i++) assert.ok(await secured(tls.connect(options)))
  const inherited = Object.assign(Object.create({ host }), { port: 443 })
  const socket = net.connect(inherited)
  await once(socket, 'connect')
  socket.destroy()
  assert.deepStrictEqual(Object.keys(inherited), ['port'])
})

test('certificates are still checked', async () => {
  const socket = tls.connect({ host, port: 443, servername: 'example.com' })
  const [err] = await once(socket, 'error')
  assert.ok(err)
  const distrusting = https.get({ host, ca: [], agent: false })
  assert.match((await once(distrusting, 'error'))[0].code, /CERT|ISSUER|VERIFY/)
})

test('a program that uses the proxy by itself', async () => {
  const proxy = new URL(process.env.HTTPS_PROXY)
  const req = http.request({ host: proxy.hostname, port: proxy.port, method: 'CONNECT', path: `${host}:443` }).end()
  const [res, socket] = await once(req, 'connect')
  assert.strictEqual(res.statusCode, 200)
  const tunnel = tls.connect({ socket, servername: host })
  tunnel.write(`GET / HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`)
  let text = ''
  for await (const chunk of tunnel.setEncoding('utf8')) text += chunk
  assert.match(text, nothingThere)
})

test('other places are not touched', async (t) => {
  const server = http.createServer((req, res) => res.end('mine'))
  t.after(() => server.close())
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address()
  assert.strictEqual(await bodyOf(http.get({ port, host: 'localhost', autoSelectFamily: true, agent: false })), 'mine')
  const lookup = (name, options, cb) => options.all ? cb(null, [{ address: '127.0.0.1', family: 4 }]) : cb(null, '127.0.0.1', 4)
  // Another port of an emulated host, and another name on its port.
  assert.strictEqual(await bodyOf(http.get({ port, host, lookup, agent: false })), 'mine')
  const [err] = await once(net.connect({ host: `${host}.example`, port: 443, lookup: (name, options, cb) => cb(new Error('asked')) }), 'error')
  assert.strictEqual(err.message, 'asked')
})

test('pipes', { skip: process.platform === 'win32' && 'they have other names there' }, async (t) => {
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'draftbox-preload-'))
  t.after(() => fs.rmSync(dir, { recursive: true }))
  const file = path.join(dir, 'pipe')
  const server = net.createServer((socket) => socket.end('mine')).listen(file)
  t.after(() => server.close())
  await once(server, 'listening')
  for (const socket of [net.connect(file), net.connect({ path: file }), net.connect({ path: file, host, port: 443 })]) {
    assert.strictEqual((await once(socket.setEncoding('utf8'), 'data'))[0], 'mine')
    socket.destroy()
  }
})
