// How tokens end: the end of section 3 of the notes on client libraries. Each test is
// named as its rule is.
import assert from 'node:assert/strict'
import { test } from 'node:test'

import { advance, revoke, ticketOf } from '../admin.mjs'
import { done, read, refused, send, Shop } from './wire.js'

/** Codes upon which clients fetch a token and repeat, some without an end. */
const RENEW = [40001, 40014, 42001]

test('tokens: expires_in is 7200', async t => {
  const shop = await Shop.open(t)
  const whose = { authorizer_appid: shop.merchant.appid }
  assert.equal((await shop.fetchToken()).expires_in, 7200)
  assert.equal(shop.authorization.expires_in, 7200)
  assert.equal(read(await shop.ofComponent('api_authorizer_token', { ...whose, authorizer_refresh_token: shop.refreshToken })).expires_in, 7200)
})

test('tokens: an ended token is 42001, an unknown one 40001, none 41001', async t => {
  const shop = await Shop.open(t)
  await advance('3h')
  refused(await shop.list('gettemplatedraftlist'), 42001)
  refused(await shop.ofComponent('api_create_preauthcode'), 42001)
  refused(await shop.post('/wxa/getversioninfo'), 42001)
  shop.ticket = await ticketOf(shop.component)
  const { component_access_token: token, expires_in: lifetime } = await shop.fetchToken()
  assert.equal(lifetime, 7200)
  shop.token = token
  done(await shop.list('gettemplatedraftlist'))
  refused(await send('GET', '/wxa/gettemplatedraftlist?access_token=nonsense'), 40001)
  for (const query of ['', '?access_token=', '?access_token']) refused(await send('GET', `/wxa/gettemplatedraftlist${query}`), 41001)
})

test('tokens: no code that asks for another token where that would not help', async t => {
  const shop = await Shop.open(t)
  await shop.commit()
  const nobody = { authorizer_appid: 'wx0123456789abcdef' }
  const cases = {
    'an authorizer token on a component call': [61014, await send('POST', `/cgi-bin/component/api_create_preauthcode?access_token=${shop.merchantToken}`,
      { body: JSON.stringify({ component_appid: shop.component.appid }) })],
    'an authorizer token on a template call': [48001, await send('GET', `/wxa/gettemplatedraftlist?access_token=${shop.merchantToken}`)],
    'a component token on a merchant call': [48001, await send('POST', `/wxa/getversioninfo?access_token=${shop.token}`, { body: '{}' })],
    'a component token on queryquota': [61014, await send('GET', `/wxa/queryquota?access_token=${shop.token}`)],
    'an unknown merchant': [undefined, await shop.ofComponent('api_get_authorizer_info', nobody)],
    'an unknown refresh token': [undefined, await shop.ofComponent('api_authorizer_token', { ...nobody, authorizer_refresh_token: 'x' })],
    'an unknown code': [undefined, await shop.ofComponent('api_query_auth', { authorization_code: 'queryauthcode@@@nonsense' })],
    'another component': [undefined, await shop.ofComponent('api_create_preauthcode', { component_appid: 'wx0123456789abcdef' })]
  }
  await shop.authorize({ func_ids: [17] })
  cases['a permission set that was not granted'] = [61007, await shop.post('/wxa/getversioninfo')]
  await revoke(shop.component, shop.merchant)
  cases['a merchant that is gone'] = [61003, await shop.post('/wxa/getversioninfo')]
  cases['its refresh token'] = [undefined, await shop.ofComponent('api_authorizer_token',
    { authorizer_appid: shop.merchant.appid, authorizer_refresh_token: shop.refreshToken })]
  for (const [what, [code, answer]] of Object.entries(cases)) {
    const { errcode } = read(answer)
    assert.ok(errcode > 0 && !RENEW.includes(errcode), `${what}: ${answer.body}`)
    if (code) assert.equal(errcode, code, `${what}: ${answer.body}`)
  }
})

test('tokens: the previous token goes on for a while', async t => {
  const shop = await Shop.open(t)
  const first = shop.token
  shop.token = (await shop.fetchToken()).component_access_token
  assert.notEqual(shop.token, first)
  for (const token of [first, shop.token]) done(await send('GET', `/wxa/gettemplatedraftlist?access_token=${token}`))
  const older = shop.merchantToken
  shop.merchantToken = read(await shop.ofComponent('api_authorizer_token',
    { authorizer_appid: shop.merchant.appid, authorizer_refresh_token: shop.refreshToken })).authorizer_access_token
  assert.notEqual(shop.merchantToken, older)
  for (const token of [older, shop.merchantToken]) done(await send('POST', `/wxa/getversioninfo?access_token=${token}`, { body: '{}' }))
  // For a while, and not for good.
  await advance('6m')
  refused(await send('GET', `/wxa/gettemplatedraftlist?access_token=${first}`), 40001)
  refused(await send('POST', `/wxa/getversioninfo?access_token=${older}`, { body: '{}' }), 40001)
  done(await shop.list('gettemplatedraftlist'))
  done(await shop.post('/wxa/getversioninfo'))
})

test('tokens: the repeat with an authorizer token gets an error, and no data', async t => {
  const shop = await Shop.open(t)
  await shop.newTemplate()
  for (const name of ['gettemplatedraftlist', 'gettemplatelist']) {
    for (const parameter of ['access_token', 'component_access_token']) {
      const answer = await send('GET', `/wxa/${name}?${parameter}=${shop.merchantToken}`)
      refused(answer, 48001)
      assert.deepEqual(Object.keys(read(answer)), ['errcode', 'errmsg'])
    }
  }
})
