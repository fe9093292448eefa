// The rules for requests: section 2 of the notes on client libraries. Each test is named
// as its rule is.
import assert from 'node:assert/strict'
import { test } from 'node:test'

import { decide } from '../admin.mjs'
import { done, read, refused, send, Shop } from './wire.js'

const FORM = 'application/x-www-form-urlencoded'

test('request rule 1: a body is JSON whatever Content-Type says', async t => {
  const shop = await Shop.open(t)
  const template = await shop.newTemplate()
  const { draft_id: draft } = await shop.upload()
  const commit = JSON.stringify({ template_id: template, ext_json: '{}', user_version: '1.0.0', user_desc: 'a=b&c=%41' })
  const login = JSON.stringify({
    component_appid: shop.component.appid, component_appsecret: shop.component.secret, component_verify_ticket: shop.ticket
  })
  for (const type of ['application/json', 'application/json;charset=utf-8', undefined, FORM, `${FORM}; charset=UTF-8`, 'text/plain', '']) {
    const headers = type === undefined ? {} : { 'Content-Type': type }
    for (const around of [['', ''], ['', '\n'], [' \r\n', '\t \n']]) {
      const call = (path, body) => send('POST', path, { body: around.join(body), headers })
      const what = `${type} ${JSON.stringify(around)}`
      assert.ok(read(await call('/cgi-bin/component/api_component_token', login)).component_access_token, what)
      done(await call(`/wxa/addtotemplate?access_token=${shop.token}`, `{"draft_id":${draft}}`), what)
      done(await call(`/wxa/commit?access_token=${shop.merchantToken}`, commit), what) // of which the real service takes forms, too
      assert.equal(done(await shop.post('/wxa/getversioninfo')).exp_info.exp_desc, 'a=b&c=%41', what)
    }
  }
})

test('request rule 2: empty bodies, lists and empty objects', async t => {
  const shop = await Shop.open(t)
  await shop.commit()
  const needs = ['/wxa/submit_audit', '/wxa/get_auditstatus', '/wxa/release', '/wxa/grayrelease', '/wxa/change_visitstatus',
    '/wxa/getversioninfo', '/wxa/getvisitstatus', '/wxa/commit', '/wxa/speedupaudit', '/cgi-bin/wxopen/getweappsupportversion']
  for (const path of needs) {
    refused(await shop.post(path, ''), 44002)
    for (const body of ['[]', '[{}]', '"text"', '1', 'null', 'x=1', '{']) {
      refused(await shop.post(path, body), 47001, `${path} ${body}`)
    }
  }
  const wxa = `access_token=${shop.token}`
  refused(await send('POST', `/wxa/addtotemplate?${wxa}`), 44002)
  refused(await send('POST', `/wxa/deletetemplate?${wxa}`, { body: '[]' }), 47001)
  done(await shop.list('gettemplatedraftlist'))
  done(await shop.get('/wxa/get_page'))
  // All members are optional.
  for (const path of ['/wxa/getversioninfo', '/wxa/getvisitstatus', '/cgi-bin/wxopen/getweappsupportversion', '/wxa/submit_audit']) {
    done(await shop.post(path, '{}'))
  }
  refused(await shop.post('/wxa/release', '{}'), 85020) // and not 44002
})

test('request rule 3: unknown members are ignored, and null is absent', async t => {
  const shop = await Shop.open(t)
  const { draft_id: draft } = await shop.upload()
  const token = { component_appid: shop.component.appid, component_appsecret: shop.component.secret, component_verify_ticket: shop.ticket }
  const more = { appid: 'x', secret: ['y'], neededText: '' } // as one library sends them
  assert.ok(read(await send('POST', '/cgi-bin/component/api_component_token', { body: JSON.stringify({ ...more, ...token }) })).component_access_token)
  const body = JSON.stringify({ draft_id: draft, template_type: null, unknown: { a: [null] } })
  done(await send('POST', `/wxa/addtotemplate?access_token=${shop.token}`, { body }))
  await shop.commit()
  done(await shop.post('/wxa/submit_audit', {
    item_list: null, preview_info: null, ugc_declare: null, version_desc: null, feedback_info: null, privacy_api_not_use: null, x: 1
  }))
  done(await shop.post('/wxa/getversioninfo', { x: null }))
  // A null where a member is needed is the missing member.
  refused(await shop.post('/wxa/commit', { template_id: null, ext_json: '{}', user_version: '1', user_desc: '' }), 85014)
  refused(await send('POST', `/wxa/addtotemplate?access_token=${shop.token}`, { body: '{"draft_id":null}' }), 85064)
})

test('request rule 4: ids come as numbers and as strings of digits; ext_json is a string', async t => {
  const shop = await Shop.open(t)
  const { draft_id: draft } = await shop.upload()
  const call = (name, body) => send('POST', `/wxa/${name}?access_token=${shop.token}`, { body: JSON.stringify(body) })
  for (const id of [draft, String(draft)]) done(await call('addtotemplate', { draft_id: id }))
  const [one, two] = done(await shop.list('gettemplatelist')).template_list.map(template => template.template_id)
  const version = { ext_json: '{"ext":{"a":1}}', user_version: '1', user_desc: '' }
  for (const id of [one, String(one)]) done(await shop.post('/wxa/commit', { ...version, template_id: id }))
  refused(await shop.post('/wxa/commit', { ...version, template_id: one, ext_json: { ext: { a: 1 } } }), 47001)
  for (const wrong of ['x', ' ', `"${one}"`]) refused(await shop.post('/wxa/commit', { ...version, template_id: wrong }), 85014, wrong)
  const order = await shop.submit()
  for (const id of [order, String(order)]) assert.deepEqual(done(await shop.post('/wxa/get_auditstatus', { auditid: id })), { status: 2 })
  for (const id of [one, String(two)]) done(await call('deletetemplate', { template_id: id }))
  assert.deepEqual(done(await shop.list('gettemplatelist')).template_list, [])
})

test('request rule 5: text comes raw or escaped', async t => {
  const shop = await Shop.open(t)
  await shop.commit()
  const text = '购物车 🛒 <b>"a" & \'b\'</b> \\ / \u2028'
  const raw = JSON.stringify(text)
  const escape = (json, pattern) => json.replace(pattern, c => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`)
  const forms = [raw, escape(raw, /[&<>]/g), escape(raw, /[^ -~]/g), escape(raw, /[^ -~]|[&<>']/g).replaceAll('/', '\\/')]
  assert.equal(new Set(forms).size, 4)
  for (const form of forms) {
    done(await shop.post('/wxa/commit', `{"template_id":${shop.template},"ext_json":"{}","user_version":"1","user_desc":${form}}`))
    assert.equal(done(await shop.post('/wxa/getversioninfo')).exp_info.exp_desc, text, form)
    done(await shop.post('/wxa/commit', `{"template_id":${shop.template},"ext_json":"{}","user_version":"1","user_desc":""}`))
  }
})

test('request rule 6: both names of the component token; one of the authorizer token', async t => {
  const shop = await Shop.open(t)
  const { draft_id: draft } = await shop.upload()
  const appid = { component_appid: shop.component.appid }
  const calls = {
    '/cgi-bin/component/api_create_preauthcode': appid,
    '/cgi-bin/component/api_authorizer_token': { ...appid, authorizer_appid: shop.merchant.appid, authorizer_refresh_token: shop.refreshToken },
    '/cgi-bin/component/api_get_authorizer_info': { ...appid, authorizer_appid: shop.merchant.appid },
    '/cgi-bin/component/api_get_authorizer_list': { ...appid, offset: 0, count: 10 },
    '/cgi-bin/component/api_get_authorizer_option': { ...appid, authorizer_appid: shop.merchant.appid, option_name: 'voice_recognize' },
    '/cgi-bin/component/api_set_authorizer_option': { ...appid, authorizer_appid: shop.merchant.appid, option_name: 'voice_recognize', option_value: '1' },
    '/wxa/addtotemplate': { draft_id: draft },
    '/wxa/gettemplatedraftlist': undefined,
    '/wxa/gettemplatelist': undefined
  }
  const made = []
  for (const name of ['access_token', 'component_access_token']) {
    for (const [path, body] of Object.entries(calls)) {
      const answer = await send(body ? 'POST' : 'GET', `${path}?${name}=${shop.token}`, { body: JSON.stringify(body) })
      assert.equal(read(answer).errcode ?? 0, 0, `${path} ${name} ${answer.body}`)
      if (path === '/wxa/gettemplatelist') made.push(read(answer).template_list.at(-1).template_id)
    }
  }
  for (const [i, name] of ['access_token', 'component_access_token'].entries()) {
    done(await send('POST', `/wxa/deletetemplate?${name}=${shop.token}`, { body: JSON.stringify({ template_id: made[i] }) }))
  }

  // The repeat of one library puts the new token into authorizer_access_token.
  shop.merchantToken = read(await shop.ofComponent('api_authorizer_token',
    { authorizer_appid: shop.merchant.appid, authorizer_refresh_token: shop.refreshToken })).authorizer_access_token
  const good = shop.merchantToken
  done(await send('POST', `/wxa/getversioninfo?authorizer_access_token=nonsense&access_token=${good}`, { body: '{}' }))
  refused(await send('POST', `/wxa/getversioninfo?authorizer_access_token=${good}&access_token=nonsense`, { body: '{}' }), 40001)
  refused(await send('POST', `/wxa/getversioninfo?authorizer_access_token=${good}`, { body: '{}' }), 41001)
})

test('request rule 7: the query in any order and with anything beside', async t => {
  const shop = await Shop.open(t)
  await shop.commit()
  const list = query => send('GET', `/wxa/gettemplatelist${query}`)
  for (const query of [
    `?access_token=${shop.token}&template_type=0`, `?template_type=0&access_token=${shop.token}`, `?template_type=&access_token=${shop.token}`,
    `?access_token=${shop.token}&template_type=`, `?access_token=${shop.token}&debug=1&x=%20&y`, `?&access_token=${shop.token}`,
    `?&&access_token=${shop.token}&`
  ]) {
    assert.equal(done(await list(query)).template_list.length, 1, query)
  }
  for (const query of ['&pages%2Findex', '&pages%2Findex%3Fa%3D1', '&path=', '&path=pages%2Findex%2Findex%3Fa%3D1']) {
    const answer = await shop.get('/wxa/get_qrcode', query)
    assert.equal(answer.headers['content-type'], 'image/jpeg', `${query} ${answer.body}`)
  }
})

test('request rule 8: Host, User-Agent and Accept are ignored', async t => {
  const shop = await Shop.open(t)
  for (const headers of [
    {}, { Host: 'api.weixin.qq.com' }, { Host: 'wechat.example:8080' }, { Host: 'localhost' }, { 'User-Agent': '' }, { 'User-Agent': 'x'.repeat(500) },
    { Accept: 'text/html' }, { Accept: 'image/*;q=0' }, { Accept: '' }, { Accept: 'nonsense' }
  ]) {
    const answer = await send('GET', `/wxa/gettemplatedraftlist?access_token=${shop.token}`, { headers })
    assert.deepEqual(done(answer, JSON.stringify(headers)), { draft_list: [] })
    assert.match(answer.headers['content-type'], /^application\/json/)
  }
})

test('request rule 9: the authorizer options with and without api_', async t => {
  const shop = await Shop.open(t)
  const ask = { option_name: 'voice_recognize' }
  const whose = { authorizer_appid: shop.merchant.appid }
  const value = answer => read(answer).option_value
  const short = (name, body) => shop.post(`/cgi-bin/component/${name}`, body)
  assert.equal(value(await shop.ofComponent('api_get_authorizer_option', { ...whose, ...ask })), '0')
  assert.equal(value(await short('get_authorizer_option', ask)), '0')
  assert.equal(read(await shop.ofComponent('api_set_authorizer_option', { ...whose, ...ask, option_value: '1' })).errcode, 0)
  assert.equal(value(await short('get_authorizer_option', ask)), '1')
  assert.equal(read(await short('set_authorizer_option', { ...ask, option_value: '0' })).errcode, 0)
  assert.equal(value(await shop.ofComponent('api_get_authorizer_option', { ...whose, ...ask })), '0')
  // Two libraries set by the path that reads.
  assert.equal(value(await shop.ofComponent('api_get_authorizer_option', { ...whose, ...ask, option_value: '1' })), '0')
  assert.equal(value(await short('get_authorizer_option', { ...ask, option_value: '1' })), '0')
})

test('request rule 10: which reads are GET, and which POST', async t => {
  const shop = await Shop.open(t)
  await shop.commit('1.0.0')
  await decide(await shop.submit(), 'approve')
  done(await shop.post('/wxa/release'))
  await shop.commit('2.0.0')
  await decide(await shop.submit(), 'approve')
  done(await shop.list('gettemplatedraftlist'))
  done(await shop.list('gettemplatelist'))
  for (const name of ['get_page', 'get_category', 'get_latest_auditstatus', 'getgrayreleaseplan', 'queryquota']) done(await shop.get(`/wxa/${name}`))
  assert.equal((await shop.get('/wxa/get_qrcode')).headers['content-type'], 'image/jpeg')
  done(await shop.post('/wxa/grayrelease', { gray_percentage: 1 }))
  done(await shop.get('/wxa/revertgrayrelease'))
  done(await shop.post('/wxa/release'))
  done(await shop.get('/wxa/revertcoderelease', '&action=get_history_version'))
  done(await shop.get('/wxa/revertcoderelease'))
  const order = await shop.submit()
  done(await shop.post('/wxa/get_auditstatus', { auditid: order }))
  done(await shop.get('/wxa/undocodeaudit'))
  for (const path of ['/wxa/getversioninfo', '/wxa/getvisitstatus', '/cgi-bin/wxopen/getweappsupportversion']) done(await shop.post(path))
})
