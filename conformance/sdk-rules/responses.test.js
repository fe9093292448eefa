// The rules for responses: section 3 of the notes on client libraries. Each test is named
// as its rule is.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'

import { newMerchant } from '../admin.mjs'
import { journey, refusals } from './journey.js'
import { done, read, refused, Shop } from './wire.js'

let shop, login, wxa, wrong
const cleanups = []

before(async () => {
  shop = await Shop.open({ after: f => cleanups.push(f) });
  ({ login, wxa } = await journey(shop))
  wrong = await refusals(shop)
  for (const answer of [...login, ...wxa]) assert.equal(read(answer).errcode ?? 0, 0, `${answer.call}: ${answer.body}`)
  for (const answer of wrong) assert.notEqual(read(answer).errcode ?? 0, 0, `${answer.call}: ${answer.body}`)
})

after(async () => {
  for (const f of cleanups) await f()
})

/** Calls f for each member of an answer, however deep, with its name and those of the objects around it. */
function walk (value, f, names = []) {
  if (value === null || typeof value !== 'object') return
  for (const [name, member] of Object.entries(value)) {
    const inner = Array.isArray(value) ? names : [...names, name]
    if (!Array.isArray(value)) f(name, member, names)
    walk(member, f, inner)
  }
}

test('response rule 1: the HTTP status is 200, whatever happened', () => {
  for (const answer of [...login, ...wxa, ...wrong]) assert.equal(answer.status, 200, answer.call)
})

test('response rule 2: JSON is compact, without control characters and without a newline at its end', () => {
  for (const answer of [...login, ...wxa, ...wrong]) {
    const text = answer.body.toString()
    assert.doesNotMatch(text, /[\0-\x1f\x7f]/, answer.call) // eslint-disable-line no-control-regex
    const bare = text.replace(/"(?:[^"\\]|\\.)*"/g, '""')
    assert.doesNotMatch(bare, /\s/, answer.call)
    assert.equal(text.at(-1), '}', answer.call)
  }
  // The texts that have control characters arrived whole.
  assert.equal(read(wxa[0]).draft_list[0].user_desc, '第一行\r\n第二行\t"引号" \\ <b>&amp;</b> \u2028 🛒')
})

test('response rule 3: Content-Type of JSON contains application/json', () => {
  for (const answer of [...login, ...wxa, ...wrong]) {
    assert.equal(answer.headers['content-type'], 'application/json; encoding=utf-8', answer.call)
  }
})

test('response rule 4: lists are lists, also when they are empty', async t => {
  const fresh = await Shop.open(t)
  assert.deepEqual(done(await fresh.list('gettemplatedraftlist')), { draft_list: [] })
  assert.deepEqual(done(await fresh.list('gettemplatelist')), { template_list: [] })
  assert.deepEqual(read(await fresh.ofComponent('api_get_authorizer_list', { offset: 1, count: 10 })), { total_count: 1, list: [] })
  assert.deepEqual(done(await fresh.get('/wxa/revertcoderelease', '&action=get_history_version')), { version_list: [] })
  await fresh.change({ category_audits: [{ first: '工具', second: '效率', status: 'auditing' }] })
  assert.deepEqual(done(await fresh.get('/wxa/get_category')), { category_list: [] })
  await fresh.commit()
  assert.deepEqual(done(await fresh.get('/wxa/security/get_code_privacy_info')), { without_auth_list: [], without_conf_list: [] })
  const lists = ['draft_list', 'template_list', 'list', 'page_list', 'category_list', 'version_list', 'func_info']
  const seen = new Set()
  for (const answer of [...login, ...wxa]) {
    walk(read(answer), (name, value) => {
      if (!lists.includes(name)) return
      seen.add(name)
      assert.ok(Array.isArray(value), `${answer.call}: ${name} is ${JSON.stringify(value)}`)
    })
  }
  assert.deepEqual([...seen].sort(), [...lists].sort())
})

test('response rule 5: errcode 0 and ok on success of /wxa/; none beside tokens and authorizations', () => {
  for (const answer of wxa) {
    assert.deepEqual(Object.entries(read(answer)).slice(0, 2), [['errcode', 0], ['errmsg', 'ok']], answer.call)
  }
  for (const answer of login) assert.ok(!('errcode' in read(answer)) && !('errmsg' in read(answer)), answer.call)
  assert.deepEqual(Object.keys(shop.authorization),
    ['authorizer_appid', 'authorizer_access_token', 'expires_in', 'authorizer_refresh_token', 'func_info'])
})

test('response rule 6: types are strict', () => {
  const types = {
    number: ['errcode', 'expires_in', 'draft_id', 'template_id', 'template_type', 'create_time', 'auditid', 'status', 'id', 'account_status',
      'register_type', 'auth_time', 'commit_time', 'app_version', 'submit_audit_time', 'rest', 'limit', 'speedup_rest', 'speedup_limit',
      'gray_percentage', 'create_timestamp', 'exp_time', 'release_time', 'total_count', 'first_id', 'second_id', 'percentage'],
    boolean: ['support_debuger_first', 'support_experiencer_first'],
    string: ['errmsg', 'user_version', 'user_desc', 'reason', 'screenshot', 'ScreenShot', 'exp_version', 'release_version']
  }
  const typeOf = Object.fromEntries(Object.entries(types).flatMap(([type, names]) => names.map(name => [name, type])))
  const seen = new Set()
  for (const answer of [...login, ...wxa, ...wrong]) {
    walk(read(answer), (name, value, around) => {
      const type = { business_info: 'number', basic_config: 'boolean' }[around.at(-1)] ?? typeOf[name]
      if (!type) return
      seen.add(around.at(-1) in { business_info: 1, basic_config: 1 } ? around.at(-1) : name)
      assert.equal(typeof value, type, `${answer.call}: ${[...around, name].join('.')} is ${JSON.stringify(value)}`)
      if (type === 'number') assert.ok(Number.isInteger(value), `${answer.call}: ${name} is ${value}`)
    })
  }
  assert.deepEqual([...seen].sort(), [...Object.keys(typeOf), 'business_info', 'basic_config'].sort())
  const { authorizer_info: info, authorization_info: grant } = read(login[3])
  for (const { funcscope_category: category } of grant.func_info) assert.deepEqual(Object.keys(category), ['id'])
  assert.deepEqual([typeof info.service_type_info.id, typeof info.verify_type_info.id], ['number', 'number'])
})

test('response rule 7: ids below 2^31, template_type within a signed byte', () => {
  let seen = 0
  for (const answer of [...login, ...wxa]) {
    walk(read(answer), (name, value) => {
      if (/^(draft_id|template_id|auditid|app_version|id|first_id|second_id)$/.test(name)) {
        seen++
        assert.ok(value >= 0 && value < 2 ** 31, `${answer.call}: ${name} is ${value}`)
      }
      if (name === 'template_type') assert.ok(value >= -128 && value < 128, `${answer.call}: ${value}`)
    })
  }
  assert.ok(seen > 20, `${seen} ids`)
})

test('response rule 8: type infos are objects; MiniProgramInfo tells a mini program', async () => {
  const info = async merchant => read(await shop.ofComponent('api_get_authorizer_info', { authorizer_appid: merchant.appid })).authorizer_info
  const official = await newMerchant(shop.component, '公众号', { authorized: true, profile: { account: 'official_account' } })
  for (const [merchant, isMini] of [[shop.merchant, true], [official, false]]) {
    const told = await info(merchant)
    assert.equal('MiniProgramInfo' in told, isMini, JSON.stringify(told))
    for (const name of ['service_type_info', 'verify_type_info']) assert.ok(Number.isInteger(told[name].id), JSON.stringify(told))
  }
})

test('response rule 9: the picture of get_qrcode is image/jpeg and nothing more', async () => {
  const { headers, body, status } = await shop.get('/wxa/get_qrcode')
  assert.equal(status, 200)
  assert.equal(headers['content-type'], 'image/jpeg')
  assert.equal(headers['content-disposition'], 'attachment; filename="QRCode.jpg"')
  assert.equal(headers['cache-control'], 'no-cache, must-revalidate')
  assert.deepEqual([body.toString('hex', 0, 3), body.toString('hex', body.length - 2)], ['ffd8ff', 'ffd9'])
})

test('response rule 10: an error of get_qrcode has one type, that of every error', async t => {
  const fresh = await Shop.open(t)
  const answers = [await fresh.get('/wxa/get_qrcode'), await fresh.post('/wxa/get_qrcode'), await shop.get('/wxa/get_qrcode', `&path=${'x'.repeat(3000)}`)]
  for (const [i, code] of [86001, 43001, 40097].entries()) {
    refused(answers[i], code)
    assert.equal(answers[i].headers['content-type'], 'application/json; encoding=utf-8')
    assert.ok(!('content-disposition' in answers[i].headers))
  }
})

test('response rule 11: authorizer_refresh_token is in every answer of api_authorizer_token', async () => {
  for (let i = 0; i < 3; i++) {
    const answer = read(await shop.ofComponent('api_authorizer_token',
      { authorizer_appid: shop.merchant.appid, authorizer_refresh_token: shop.refreshToken }))
    assert.deepEqual(Object.keys(answer), ['authorizer_access_token', 'expires_in', 'authorizer_refresh_token'])
    assert.equal(answer.authorizer_refresh_token, shop.refreshToken)
  }
})

test('response rule 12: what is made up fits a known database schema', async t => {
  const fresh = await Shop.open(t)
  const merchant = await newMerchant(fresh.component, undefined, { authorized: true })
  const answer = read(await fresh.ofComponent('api_get_authorizer_info', { authorizer_appid: merchant.appid }))
  const { authorizer_info: info, authorization_info: grant } = answer
  const sizes = { nick_name: 32, user_name: 32, principal_name: 64, head_img: 256, qrcode_url: 256 }
  for (const [name, size] of Object.entries(sizes)) {
    assert.equal(typeof info[name], 'string', name)
    assert.ok([...info[name]].length <= size, `${name} is ${info[name]}`)
  }
  const token = grant.authorizer_refresh_token
  assert.ok(token.length > 14 && token.length <= 128, token)
  const joined = grant.func_info.map(scope => `|${scope.funcscope_category.id}`).join('') + '|'
  assert.ok(joined.length > 20 && joined.length <= 128, joined)
})

test('response rule 13: tokens, tickets and codes can go into a query as they are', () => {
  const { pre_auth_code: preAuthCode } = read(login[1])
  const values = { 'ticket@@@': shop.ticket, 'preauthcode@@@': preAuthCode, 'queryauthcode@@@': shop.code, 'refreshtoken@@@': shop.refreshToken }
  for (const [prefix, text] of Object.entries(values)) {
    assert.ok(text.startsWith(prefix), text)
    assert.match(text.slice(prefix.length), /^[A-Za-z0-9_-]{20,}$/)
  }
  for (const token of [shop.token, shop.merchantToken]) {
    assert.match(token, /^[A-Za-z0-9_-]{20,}$/)
    assert.match(token, /[A-Za-z]/)
  }
})

test('response rule 14: no audit yet is 85058', async t => {
  refused(await (await Shop.open(t)).get('/wxa/get_latest_auditstatus'), 85058)
})
