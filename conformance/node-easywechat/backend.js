// A platform's back end as a user of node-easywechat writes it. It knows its
// configuration and nothing else: no admin API, no ready file. What it receives at
// /event it hands to the SDK, which verifies, decrypts and keeps the ticket; the code of
// a grant it exchanges with the SDK while the push still waits for its answer. What it
// receives at /APPID/message it hands to the SDK's server of that mini program.
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { OpenPlatform, ServerRequest } from 'node-easywechat'

const PATIENCE = 30_000 // ms that an event may take to arrive

/** A queue that one waits at. */
class Queue {
  items = []
  waiting = []

  put (item) {
    const next = this.waiting.shift()
    next ? next(item) : this.items.push(item)
  }

  take (what) {
    if (this.items.length > 0) return this.items.shift()
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`no ${what} within ${PATIENCE} ms`)), PATIENCE)
      this.waiting.push(item => { clearTimeout(timer); resolve(item) })
    })
  }
}

export class Backend {
  events = new Queue()
  messages = new Queue() // each with the appid of its path
  cameBack = new Queue()
  failures = [] // errors that ended the handling of a push
  broken = null // an error that the program's own code is to throw
  shared = null // one app for all pushes, for the test that shows why not

  /**
   * Starts a program. `config` is what the platform's page of WeChat shows, and where the
   * API is: { appid, secret, token, aesKey, apiURL, port }; port 0 picks a free one.
   */
  static async start (config) {
    const backend = new Backend()
    backend.config = config
    backend.cacheDir = await mkdtemp(join(tmpdir(), 'draftbox-easywechat-'))
    backend.app = backend.newApp()
    backend.server = createServer((req, res) => backend.answer(req, res))
    backend.server.listen(config.port ?? 0, '127.0.0.1')
    await once(backend.server, 'listening')
    backend.url = `http://127.0.0.1:${backend.server.address().port}`
    return backend
  }

  async close () {
    this.server.closeAllConnections()
    this.server.close()
    await rm(this.cacheDir, { recursive: true })
  }

  /** An app of the SDK; all of a program's share its cache of files. */
  newApp () {
    const { appid, secret, token, aesKey, apiURL } = this.config
    return new OpenPlatform({
      app_id: appid,
      secret,
      token,
      aes_key: aesKey,
      http: { baseURL: `${apiURL}/` },
      file_cache: { path: this.cacheDir }
    })
  }

  async answer (req, res) {
    const url = new URL(req.url, this.url)
    const appid = /^\/(wx[0-9a-f]{16})\/message$/.exec(url.pathname)?.[1]
    if (!appid && url.pathname !== '/event') {
      this.cameBack.put(Object.fromEntries(url.searchParams))
      return res.end('authorized')
    }
    try {
      const response = await (appid ? this.receiveMessage(appid, req) : this.receive(req))
      res.writeHead(response.getStatusCode(), response.getHeaders()).end(response.getBody())
    } catch (err) {
      this.failures.push(err)
      res.writeHead(500).end('Internal Server Error') // as Koa does
    }
  }

  async receive (req) {
    // A new app for each push: an app's server decrypts a second push with the first one's query, too.
    const app = this.shared ?? this.newApp()
    app.setRequest(await ServerRequest.createFromIncomingMessage(req))
    const exchange = async (message, next) => {
      message.set('exchanged', await app.getAuthorization(message.AuthorizationCode))
      return next(message)
    }
    return app.getServer()
      .handleAuthorized(exchange)
      .handleAuthorizeUpdated(exchange)
      .with(async (message, next) => {
        if (this.broken) throw this.broken
        this.events.put(message)
        return next(message)
      })
      .serve()
  }

  async receiveMessage (appid, req) {
    // The token would be for calls, and a message needs none.
    const miniprogram = this.newApp().getMiniAppWithAccessToken(appid, '')
    miniprogram.setRequest(await ServerRequest.createFromIncomingMessage(req))
    const take = (message, next) => {
      this.messages.put([appid, message])
      return next(message)
    }
    return miniprogram.getServer()
      .addEventListener('weapp_audit_success', take)
      .addEventListener('weapp_audit_fail', take)
      .addEventListener('weapp_audit_delay', take)
      .serve()
  }

  /** Waits for the next event of a kind; events of other kinds before it are dropped. */
  async nextEvent (kind) {
    for (;;) {
      const message = await this.events.take(kind)
      if (message.InfoType === kind) return message
    }
  }

  /** A call with the component's token. The SDK leaves errcode to its caller. */
  async call (method, path, json) {
    const options = json ? { json: { component_appid: this.config.appid, ...json } } : {}
    return (await this.app.getClient().request(method, path, options)).toObject()
  }

  /** What a user does about 42001, for which the SDK does nothing: fetch a token, call again. */
  async callRenewing (method, path, json) {
    const answer = await this.call(method, path, json)
    if (answer.errcode !== 42001) return answer
    await this.app.getComponentAccessToken().refresh()
    return this.call(method, path, json)
  }

  /** Has the SDK forget the access token that it holds for a merchant. */
  async forget (appid, refreshToken) {
    const digest = createHash('md5').update(refreshToken).digest('hex')
    await this.app.getCache().delete(`open-platform.authorizer_access_token.${appid}.${digest}`)
  }
}
