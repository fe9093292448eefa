// The rules for pushes: section 4 of the notes on client libraries. Each test is named as
// its rule is.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { test } from 'node:test'

import { changeComponent, decide, deleteComponent, grant, newPlainComponent, pushTicket, settled } from '../admin.mjs'
import { open, Receiver, sign } from './push.js'
import { Shop } from './wire.js'

/** What the notes give as a vector. */
const VECTOR = {
  token: 'pushtoken',
  key: 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFE',
  appid: 'wx1234567890abcdef',
  random: '0123456789abcdef',
  timestamp: '1700000000',
  nonce: '1029384756',
  signature: '724cc5179c9bbfa6dced6cd051bdc1592ec58910',
  msgSignature: '4016dc199c3a932282622bbeff36229f83fa21d1',
  xml: '<xml><AppId><![CDATA[wx1234567890abcdef]]></AppId><CreateTime>1700000000</CreateTime><InfoType><![CDATA[component_verify_ticket]]></InfoType><ComponentVerifyTicket><![CDATA[ticket@@@abcDEF-123_xyz]]></ComponentVerifyTicket></xml>',
  ciphertext: 'Q3stYC6hdFzMh9T8HCvyDI3N2qc1BRPT4qYXNgsYV3z8GVGAWA+2TInmDwRZmzACUT6znIzUoTCT4gRv4u/L9i3wzSogszr/DXmHn+wK945KsQvXhQoeud5sc9ZH4y4LVwQI3+A8ycAcICgVE6j174DLk4mnuFqRhCb/cKfALRnXgNvUFD4W1gqcaFlgxJDcwLki5S8NaThGKagRgzz4dPvIQAKdpvm68F1Em2SH3WjJkqiXySvfcyCIee4uUF/RpVNMzlEZJ8q3b/5/jxQGfCCPO680jCqayz1WqUA89rOT11d8oN1fsZPNWQFGkxFq36VBWOMi24FrOxyanUpzuE7+oLFCFqQ4pPsvgfm/r6N85/3EXYRjKkZYLIGaGKee'
}

/** Has a platform and its merchant push to both URLs; returns the pushes to each. */
async function everyPush (t) {
  const shop = await Shop.open(t)
  const receiver = await Receiver.start(t)
  await changeComponent(shop.component, { event_url: `${receiver.url}/event`, message_url: `${receiver.url}/$APPID$/message` })
  await grant(shop.component, shop.merchant, { func_ids: [17, 18] })
  await shop.commit()
  await decide(await shop.submit(), 'delay', { reason: '请耐心等待' })
  await decide(await shop.submitAgain(), 'reject', { reason: '1:<br>(1):"a" & ]]> b<br>' })
  await decide(await shop.submit(), 'approve')
  await settled(shop.component, 5)
  const events = receiver.pushes.filter(push => push.url.pathname === '/event')
  const messages = receiver.pushes.filter(push => push.url.pathname === `/${shop.merchant.appid}/message`)
  assert.deepEqual([events.length >= 2, messages.length, events.length + messages.length], [true, 3, receiver.pushes.length])
  return { shop, events, messages, all: receiver.pushes }
}

/** The content of an element. */
const inner = (xml, name) => new RegExp(`<${name}>(.*?)</${name}>`, 's').exec(xml)?.[1]

/** The text of the one Encrypt element. */
const encrypted = push => inner(push.body, 'Encrypt').replace(/^<!\[CDATA\[(.*)\]\]>$/, '$1')

test('push rule 1: every parameter on every push, and both signatures', async t => {
  const { shop, events, messages } = await everyPush(t)
  for (const { url, method, body } of [...events, ...messages]) {
    const query = Object.fromEntries(url.searchParams)
    const own = url.pathname === '/event' ? [] : ['openid']
    assert.equal(method, 'POST')
    assert.deepEqual(Object.keys(query), ['signature', 'timestamp', 'nonce', ...own, 'encrypt_type', 'msg_signature'])
    assert.equal(query.encrypt_type, 'aes')
    assert.match(query.timestamp, /^\d{10}$/)
    assert.ok(Number(query.timestamp) < 2 ** 31)
    assert.match(query.nonce, /^\d+$/)
    assert.equal(query.signature, sign(shop.component.token, query.timestamp, query.nonce))
    assert.equal(query.msg_signature, sign(shop.component.token, query.timestamp, query.nonce, encrypted({ body })))
  }
})

test('push rule 2: text/xml, with AppId or ToUserName beside Encrypt', async t => {
  const { shop, events, messages } = await everyPush(t)
  const outer = body => [...body.replace(/<!\[CDATA\[.*?\]\]>/g, '').matchAll(/<(\w+)>/g)].map(match => match[1])
  for (const { headers, body } of events) {
    assert.match(headers['content-type'], /^text\/xml/)
    assert.deepEqual(outer(body), ['xml', 'AppId', 'Encrypt'])
    assert.ok(inner(body, 'AppId').includes(shop.component.appid), body)
  }
  for (const { headers, body } of messages) {
    assert.match(headers['content-type'], /^text\/xml/)
    assert.deepEqual(outer(body), ['xml', 'ToUserName', 'Encrypt'])
    assert.ok(inner(body, 'ToUserName').includes('gh_'), body)
  }
})

test("push rule 3: padding to 32, and the platform's appid at the end, on both URLs", async t => {
  const { shop, all } = await everyPush(t)
  for (const push of all) {
    const { size, pad, padding, random, xml, appid } = open(encrypted(push), shop.component.encoding_aes_key)
    assert.equal(size % 32, 0)
    assert.ok(pad >= 1 && pad <= 32, `pad ${pad}`)
    assert.ok(padding.every(byte => byte === pad))
    assert.match(random, /^[!-~]{16}$/)
    assert.match(xml, /^<xml>.*<\/xml>$/s)
    assert.equal(appid, shop.component.appid)
  }
  assert.equal(new Set(all.map(push => open(encrypted(push), shop.component.encoding_aes_key).random)).size, all.length)
})

test('push rule 4: a key that is made up is base64 of 32 bytes; one with stray bits works', async t => {
  const component = await newPlainComponent()
  t.after(() => deleteComponent(component))
  const key = component.encoding_aes_key
  assert.match(key, /^[A-Za-z0-9]{43}$/)
  assert.equal(Buffer.from(key, 'base64').toString('base64'), `${key}=`)
  const receiver = await Receiver.start(t)
  const stray = 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG'
  assert.notEqual(Buffer.from(stray, 'base64').toString('base64'), `${stray}=`)
  for (const [n, encodingAESKey] of [key, stray].entries()) {
    await changeComponent(component, { encoding_aes_key: encodingAESKey, event_url: `${receiver.url}/${n}` })
    await pushTicket(component)
    await settled(component, n + 1)
    assert.equal(open(encrypted(receiver.pushes.at(-1)), encodingAESKey).appid, component.appid)
  }
})

test('push rule 5: numbers bare, text in CDATA', async t => {
  const { shop, all } = await everyPush(t)
  const kinds = new Set()
  for (const push of all) {
    const { xml } = open(encrypted(push), shop.component.encoding_aes_key)
    const members = [...xml.matchAll(/<(\w+)>((?:<!\[CDATA\[.*?\]\]>)+|[^<]*)<\/\1>/gs)]
    assert.ok(members.length >= 4, xml)
    const bare = { CreateTime: 1, SuccTime: 1, FailTime: 1, DelayTime: 1 }
    for (const [, name, value] of members) {
      if (name in bare) assert.match(value, /^\d{10}$/, `${name} in ${xml}`)
      else assert.match(value, /^<!\[CDATA\[.*\]\]>$/s, `${name} in ${xml}`)
    }
    const expires = inner(xml, 'AuthorizationCodeExpiredTime')
    if (expires) assert.match(expires, /^(<!\[CDATA\[)?\d{10}(\]\]>)?$/)
    kinds.add(inner(xml, 'InfoType') ?? inner(xml, 'Event'))
  }
  assert.deepEqual([...kinds].map(kind => kind.slice(9, -3)).sort(),
    ['component_verify_ticket', 'updateauthorized', 'weapp_audit_delay', 'weapp_audit_fail', 'weapp_audit_success'])
})

test('push rule 6: delivered only by the body success, and what came instead is kept', async t => {
  const shop = await Shop.open(t)
  const receiver = await Receiver.start(t)
  await changeComponent(shop.component, { event_url: `${receiver.url}/event`, switches: { push_tries: 1 } })
  await settled(shop.component, 1)
  const answers = [
    [200, 'success', true], [200, '', false], [200, 'SUCCESS', false], [200, 'success\n', false], [200, ' success', false], [200, '"success"', false],
    [200, 'ok', false], [200, 'success<xml><Encrypt><![CDATA[AA==]]></Encrypt></xml>', false], [500, 'success', false], [201, 'success', false]
  ]
  let pushes = 1
  for (const [status, body, isDelivered] of answers) {
    receiver.answer = { status, body }
    await pushTicket(shop.component)
    const push = (await settled(shop.component, ++pushes)).at(-1)
    const [attempt, ...more] = push.attempts
    assert.deepEqual([push.state, attempt.status, attempt.answer, more], [isDelivered ? 'delivered' : 'failed', status, body, []], body)
    assert.equal(attempt.reason === '', isDelivered, attempt.reason)
  }

  // For the message URL an empty body does as well.
  await changeComponent(shop.component, { event_url: '', message_url: `${receiver.url}/$APPID$` })
  await shop.commit()
  for (const [body, state] of [['ok', 'failed'], ['', 'delivered'], ['success', 'delivered'], ['<xml></xml>', 'failed']]) {
    receiver.answer = { status: 200, body }
    await decide(await shop.submit(), 'reject')
    const push = (await settled(shop.component, ++pushes)).at(-1)
    assert.deepEqual([push.type, push.state, push.attempts.map(attempt => attempt.answer)], ['weapp_audit_fail', state, [body]])
  }
})

test('push rule 7: the vector', () => {
  const { token, key, appid, random, timestamp, nonce, signature, msgSignature, xml, ciphertext } = VECTOR
  const { size, pad, padding, ...parts } = open(ciphertext, key)
  assert.deepEqual(parts, { random, xml, appid })
  assert.equal(sign(token, timestamp, nonce), signature)
  assert.equal(sign(token, timestamp, nonce, ciphertext), msgSignature)
  // The server's own code reads it, too.
  const bin = process.env.DRAFTBOX_BIN ?? fileURLToPath(new URL('../../bin/draftbox', import.meta.url))
  const args = ['event', 'decrypt', '--aes-key', key, '--token', token, '--component', appid]
  const query = `?signature=${signature}&timestamp=${timestamp}&nonce=${nonce}&encrypt_type=aes&msg_signature=`
  const input = `<xml><AppId><![CDATA[${appid}]]></AppId><Encrypt><![CDATA[${ciphertext}]]></Encrypt></xml>`
  const good = spawnSync(bin, [...args, '--url', query + msgSignature], { input, encoding: 'utf8' })
  assert.deepEqual([good.status, good.stdout.trim()], [0, xml], good.stderr)
  const wrong = spawnSync(bin, [...args, '--url', query + msgSignature.replace('4', '5')], { input, encoding: 'utf8' })
  assert.notEqual(wrong.status, 0)
})
