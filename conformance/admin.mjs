// What the suites in JavaScript need of the admin API: a component of their own, uploads,
// merchants, audits, pushes, time.
import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { setTimeout as pause } from 'node:timers/promises'

const ready = JSON.parse(await readFile(process.env.DRAFTBOX_READY_FILE, 'utf8'))

export const apiURL = ready.api_url

async function call (method, path, body) {
  const isForm = body instanceof FormData
  const res = await fetch(`${ready.admin_url}/_draftbox/v1${path}`, {
    method,
    headers: {
      authorization: `Bearer ${ready.admin_token}`,
      ...(body && !isForm ? { 'content-type': 'application/json' } : {})
    },
    body: isForm || !body ? body : JSON.stringify(body)
  })
  const text = await res.text()
  if (!res.ok) {
    throw new Error(`${method} ${path}: ${res.status} ${text}`)
  }
  return text === '' ? undefined : JSON.parse(text)
}

const newAppid = () => 'wx' + randomBytes(8).toString('hex')

/** Makes a component with one development mini program that nobody else uses. */
export async function newComponent () {
  const component = {
    appid: newAppid(),
    name: '一致性测试平台',
    secret: randomBytes(16).toString('hex'),
    token: 'messagetoken',
    encoding_aes_key: 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFE',
    dev_miniprograms: [{ appid: newAppid(), name: '商城演示' }]
  }
  await call('POST', '/components', component)
  return component
}

/** Changes settings of a component, such as event_url or switches. */
export const changeComponent = (component, changes) => call('PATCH', `/components/${component.appid}`, changes)

export const deleteComponent = component => call('DELETE', `/components/${component.appid}`)

/** Makes a component that has what the server gives to one, and returns that with its secrets. */
export async function newPlainComponent () {
  const { appid } = await call('POST', '/components', { appid: newAppid() })
  return call('GET', `/components/${appid}?reveal=1`)
}

/** Returns the ticket that WeChat would have pushed last. */
export async function ticketOf (component) {
  const answer = await call('GET', `/components/${component.appid}/ticket`)
  return answer.component_verify_ticket
}

/** Has the ticket pushed now, beside those of every ten minutes. */
export const pushTicket = component => call('POST', `/components/${component.appid}/ticket/push`)

/** Uploads the sample mini program and returns the draft that came of it. */
export async function upload (component, { version, desc, developer }) {
  const form = new FormData()
  form.set('package', new Blob([await readFile(process.env.DRAFTBOX_SAMPLE_ZIP)]), 'miniprogram.zip')
  form.set('source_miniprogram_appid', component.dev_miniprograms[0].appid)
  form.set('user_version', version)
  form.set('user_desc', desc)
  form.set('developer', developer)
  return call('POST', `/components/${component.appid}/drafts`, form)
}

/** Makes a merchant's mini program known; it has not authorized the component yet. */
export function newMerchant (component, nickName, more = {}) {
  return call('POST', `/components/${component.appid}/authorizers`, { appid: newAppid(), nick_name: nickName, ...more })
}

/** Changes what a merchant has, such as categories or restrictions. */
export function changeMerchant (component, merchant, changes) {
  return call('PATCH', `/components/${component.appid}/authorizers/${merchant.appid}`, changes)
}

/** Authorizes the component, as the merchant's administrator does; returns the code of the redirect. */
export async function grant (component, merchant, changes = {}) {
  return (await call('POST', `/components/${component.appid}/authorizers/${merchant.appid}/grant`, changes)).authorization_code
}

/** Cancels an authorization, as the merchant's administrator does. */
export function revoke (component, merchant) {
  return call('POST', `/components/${component.appid}/authorizers/${merchant.appid}/revoke`, {})
}

/** Is the reviewer of an order: approve, reject or delay it. */
export const decide = (auditid, decision, said = {}) => call('POST', `/audits/${auditid}/${decision}`, said)

/** Has a push made once more. */
export const redeliver = delivery => call('POST', `/deliveries/${delivery.id}/redeliver`, {})

/** Waits until a component has so many pushes and none is pending; returns them in order, with their attempts. */
export async function settled (component, count, within = 30_000) {
  const deadline = Date.now() + within
  for (;;) {
    const rows = (await call('GET', `/deliveries?component=${component.appid}&limit=1000`)).items
    if (rows.length >= count && rows.every(row => row.state !== 'pending')) {
      const number = row => Number(row.id.split('-')[1])
      rows.sort((x, y) => number(x) - number(y))
      return Promise.all(rows.map(row => call('GET', `/deliveries/${row.id}`)))
    }
    if (Date.now() > deadline) {
      throw new Error(`after ${within} ms there are ${rows.map(row => `${row.type} ${row.state}`)}`)
    }
    await pause(50)
  }
}

/** Moves the virtual clock of the whole server on. */
export const advance = duration => call('POST', '/clock', { advance: duration })
