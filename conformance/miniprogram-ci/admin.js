// What the suite needs of the admin API: a component of its own, upload keys, and
// what became of uploads.
import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'

const ready = JSON.parse(await readFile(process.env.DRAFTBOX_READY_FILE, 'utf8'))

async function call (method, path, body) {
  const res = await fetch(`${ready.admin_url}/_draftbox/v1${path}`, {
    method,
    headers: {
      authorization: `Bearer ${ready.admin_token}`,
      ...(body ? { 'content-type': 'application/json' } : {})
    },
    body: body && JSON.stringify(body)
  })
  const text = await res.text()
  if (!res.ok) {
    throw new Error(`${method} ${path}: ${res.status} ${text}`)
  }
  return text === '' ? undefined : JSON.parse(text)
}

export const newAppid = () => 'wx' + randomBytes(8).toString('hex')

/** A component that nobody else uses. */
export class Component {
  static async make () {
    const component = new Component()
    component.appid = newAppid()
    await call('POST', '/components', { appid: component.appid, name: '一致性测试平台' })
    component.path = `/components/${component.appid}`
    return component
  }

  /** Binds a development mini program and returns it with the private half of its key. */
  async newDev (more = {}) {
    const dev = await call('POST', `${this.path}/dev_miniprograms`, { appid: newAppid(), name: '商城演示', ...more })
    return { ...dev, key: await this.newKey(dev) }
  }

  /** Makes the upload key anew; the former is void from then on. */
  async newKey (dev) {
    return (await call('POST', `${this.path}/dev_miniprograms/${dev.appid}/upload_key`)).private_key
  }

  /** Makes a merchant that has authorized the component. */
  newMerchant () {
    return call('POST', `${this.path}/authorizers`, { nick_name: '商户一', authorized: true })
  }

  /** Returns the draft box as platforms see it. */
  async listed () {
    const { component_access_token: token } = await call('POST', `${this.path}/tokens`)
    const res = await fetch(`${ready.api_url}/wxa/gettemplatedraftlist?access_token=${token}`)
    return (await res.json()).draft_list
  }

  /** Returns the draft box with what the server knows of each package. */
  async drafts () {
    return (await call('GET', `${this.path}/drafts`)).items
  }

  /** Returns the files of a draft's package: a zip of uncompressed entries. */
  async package (draft) {
    const res = await fetch(`${ready.admin_url}/_draftbox/v1${this.path}/drafts/${draft.draft_id}/package`, {
      headers: { authorization: `Bearer ${ready.admin_token}` }
    })
    return Buffer.from(await res.arrayBuffer())
  }

  async pending (merchant) {
    return (await call('GET', `${this.path}/authorizers/${merchant.appid}/pending`)).items
  }

  devVersion (dev) {
    return call('GET', `${this.path}/dev_miniprograms/${dev.appid}/dev_version`)
  }
}

/** Returns the newest calls to a path that speak of an appid, newest first. */
export async function calls (path, appid) {
  const { items } = await call('GET', `/requests?limit=1000&path=${encodeURIComponent(path)}`)
  const all = await Promise.all(items.map(i => call('GET', `/requests/${i.rid}`)))
  return all.filter(i => JSON.stringify(i).includes(appid))
}
