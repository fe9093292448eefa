// What a merchant's browser does with the authorization page. Links to WeChat's hosts
// open on another one, as `draftbox exec` has a browser do.
import assert from 'node:assert/strict'

const entities = { amp: '&', lt: '<', gt: '>', quot: '"' }

/** The attributes of a tag. */
function attributes (tag) {
  const out = {}
  for (const [, name, value] of tag.matchAll(/([a-z-]+)="([^"]*)"/g)) {
    out[name] = value.replace(/&(?:#(\d+)|([a-z]+));/g, (_, code, name) => code ? String.fromCodePoint(code) : entities[name])
  }
  return out
}

/** Opens a link and returns the page's text and its form. */
export async function open (apiURL, link) {
  const { pathname, search } = new URL(link)
  const res = await fetch(apiURL + pathname + search)
  const text = await res.text()
  assert.equal(res.status, 200, text)
  const form = /<form [^>]*>/.exec(text)
  const inputs = [...text.matchAll(/<input [^>]*>/g)].map(([tag]) => attributes(tag))
  return { url: res.url, text, inputs, action: new URL(attributes(form[0]).action, res.url).href }
}

/** Chooses a mini program, ticks permission sets (none given: as they are), confirms and follows the redirect. */
export async function confirm (page, appid, funcIDs) {
  const fields = new URLSearchParams()
  for (const { type, name, value, checked } of page.inputs) {
    if (type === 'hidden' || (type === 'checkbox' && (funcIDs ? funcIDs.includes(Number(value)) : checked !== undefined))) {
      fields.append(name, value)
    }
  }
  assert.ok(page.inputs.some(i => i.type === 'radio' && i.value === appid), page.text)
  fields.append('authorizer_appid', appid)
  fields.append('decision', 'confirm')
  const res = await fetch(page.action, {
    method: 'POST',
    body: fields,
    redirect: 'manual',
    headers: { origin: new URL(page.url).origin, referer: page.url, 'sec-fetch-site': 'same-origin' }
  })
  assert.equal(res.status, 303, await res.text())
  const back = await fetch(res.headers.get('location'))
  assert.equal(back.status, 200, await back.text())
}
