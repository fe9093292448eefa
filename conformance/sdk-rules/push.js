// A receiver of pushes that looks at each byte, and the reader of one: written from the
// rules, with nothing of an SDK or of the server in it.
import assert from 'node:assert/strict'
import { createDecipheriv, createHash } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'

/** The signature of some texts: SHA-1 of them in the order of their bytes. */
export function sign (...texts) {
  return createHash('sha1').update(texts.sort().join('')).digest('hex')
}

/** Decrypts the content of Encrypt and returns its parts. */
export function open (ciphertext, encodingAESKey) {
  const key = Buffer.from(encodingAESKey + '=', 'base64')
  assert.equal(key.length, 32)
  const bytes = Buffer.from(ciphertext, 'base64')
  assert.equal(bytes.toString('base64'), ciphertext, 'standard base64 on one line')
  const decipher = createDecipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false)
  const padded = Buffer.concat([decipher.update(bytes), decipher.final()])
  const pad = padded.at(-1)
  const plain = padded.subarray(0, padded.length - pad)
  const length = plain.readUInt32BE(16)
  return {
    size: bytes.length,
    pad,
    padding: padded.subarray(plain.length),
    random: plain.toString('latin1', 0, 16),
    xml: plain.toString('utf8', 20, 20 + length),
    appid: plain.toString('latin1', 20 + length)
  }
}

/** Receives pushes at every path and answers each as `answer` says. */
export class Receiver {
  pushes = []
  answer = { status: 200, body: 'success' }

  static async start (t) {
    const receiver = new Receiver()
    const server = createServer(async (req, res) => {
      const parts = []
      for await (const part of req) parts.push(part)
      receiver.pushes.push({ url: new URL(req.url, receiver.url), method: req.method, headers: req.headers, body: Buffer.concat(parts).toString() })
      res.writeHead(receiver.answer.status).end(receiver.answer.body)
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    receiver.url = `http://127.0.0.1:${server.address().port}`
    t.after(() => {
      server.closeAllConnections()
      server.close()
    })
    return receiver
  }
}
