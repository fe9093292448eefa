// Requests as some client library sends them, byte for byte: nothing is added to what a
// test says but Host, Connection and the length of the body.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { request } from 'node:http'

import { apiURL, changeMerchant, deleteComponent, grant, newComponent, newMerchant, ticketOf, upload } from '../admin.mjs'

const api = new URL(apiURL)
const RID = / rid: [0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{8}$/

/** Sends a request and returns { status, headers, body }. */
export async function send (method, path, { body = '', headers = {} } = {}) {
  const req = request({ host: api.hostname, port: api.port, method, path, headers, agent: false })
  if (body !== '' || method === 'POST') req.setHeader('Content-Length', Buffer.byteLength(body))
  req.end(body)
  const [res] = await once(req, 'response')
  const parts = []
  for await (const part of res) parts.push(part)
  return { call: `${method} ${path}`, status: res.statusCode, headers: res.headers, body: Buffer.concat(parts) }
}

/** The JSON of an answer. */
export function read (answer) {
  return JSON.parse(answer.body.toString())
}

/** Checks that a call was answered with an errcode and the text of it, and a rid. */
export function refused (answer, code, what = answer.call) {
  const { errcode, errmsg } = read(answer)
  assert.equal(errcode, code, `${what}: ${answer.body}`)
  assert.match(errmsg, RID, what)
}

/** Checks that a call of /wxa/ did what was asked, and returns what it tells. */
export function done (answer, what = answer.call) {
  const { errcode, errmsg, ...rest } = read(answer)
  assert.deepEqual([errcode, errmsg], [0, 'ok'], `${what}: ${answer.body}`)
  return rest
}

/** A platform with a merchant, and the tokens of both, got over the wire. */
export class Shop {
  static async open (t) {
    const shop = new Shop()
    shop.component = await newComponent()
    t.after(() => deleteComponent(shop.component))
    shop.ticket = await ticketOf(shop.component)
    shop.merchant = await newMerchant(shop.component, '商户一', { categories: [{ first: '工具', second: '效率' }] })
    shop.token = (await shop.fetchToken()).component_access_token
    await shop.authorize()
    return shop
  }

  async fetchToken () {
    return read(await send('POST', '/cgi-bin/component/api_component_token', {
      body: JSON.stringify({
        component_appid: this.component.appid,
        component_appsecret: this.component.secret,
        component_verify_ticket: this.ticket
      })
    }))
  }

  /** Has the merchant say yes, and exchanges the code. */
  async authorize (changes = {}) {
    this.code = await grant(this.component, this.merchant, changes)
    this.authorization = read(await this.ofComponent('api_query_auth', { authorization_code: this.code })).authorization_info
    this.merchantToken = this.authorization.authorizer_access_token
    this.refreshToken = this.authorization.authorizer_refresh_token
  }

  change (changes) {
    return changeMerchant(this.component, this.merchant, changes)
  }

  /** A call of /cgi-bin/component/ with the component's token. */
  ofComponent (name, body = {}) {
    return send('POST', `/cgi-bin/component/${name}?component_access_token=${this.token}`,
      { body: JSON.stringify({ component_appid: this.component.appid, ...body }) })
  }

  /** A read with the component's token. */
  list (name, query = '') {
    return send('GET', `/wxa/${name}?access_token=${this.token}${query}`)
  }

  /** A read with the merchant's token. */
  get (path, query = '') {
    return send('GET', `${path}?access_token=${this.merchantToken}${query}`)
  }

  /** A call with the merchant's token; a body that is no text goes as JSON. */
  post (path, body = {}, headers = {}) {
    return send('POST', `${path}?access_token=${this.merchantToken}`,
      { body: typeof body === 'string' ? body : JSON.stringify(body), headers })
  }

  /** Makes a draft. */
  upload (version = '1.0.0', desc = '说明') {
    return upload(this.component, { version, desc, developer: '小明' })
  }

  /** Makes a template and returns its id. */
  async newTemplate () {
    const draft = await this.upload()
    done(await send('POST', `/wxa/addtotemplate?access_token=${this.token}`, { body: JSON.stringify({ draft_id: draft.draft_id }) }))
    return done(await this.list('gettemplatelist')).template_list.at(-1).template_id
  }

  /** Makes a template the experience version. */
  async commit (version = '1.0.0') {
    this.template ??= await this.newTemplate()
    done(await this.post('/wxa/commit', { template_id: this.template, ext_json: '{}', user_version: version, user_desc: '说明' }))
  }

  async submit () {
    return done(await this.post('/wxa/submit_audit', {})).auditid
  }

  /** Submits after an order that may be open, which is withdrawn. */
  async submitAgain () {
    await this.get('/wxa/undocodeaudit')
    return this.submit()
  }
}
