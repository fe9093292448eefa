// What the suite needs of the admin API: a component of its own and uploads.
import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'

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

/** Returns the ticket that WeChat would have pushed last. */
export async function ticketOf (component) {
  const answer = await call('GET', `/components/${component.appid}/ticket`)
  return answer.component_verify_ticket
}

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
