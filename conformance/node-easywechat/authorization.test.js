import assert from 'node:assert/strict'
import { test } from 'node:test'

import { advance, apiURL, changeComponent, deleteComponent, newComponent, newMerchant, pushTicket, redeliver, revoke, settled, ticketOf, upload } from '../admin.mjs'
import { Backend } from './backend.js'
import { confirm, open } from './browser.js'

const REASON = 'HTTP 500: the receiver failed; its own log says why'
const RID = / rid: [0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{8}$/
// Permission sets that the page offers, all ticked.
const DEFAULT_SETS = [17, 18, 19, 25, 27, 30, 31, 36, 37, 40, 45, 49, 52, 57, 76, 81, 84, 86]

/** Makes a component, and a program whose configuration is the component's unless something is changed. */
async function newPlatform (t, changed = {}) {
  const component = await newComponent()
  const program = await Backend.start({
    appid: component.appid,
    secret: component.secret,
    token: component.token,
    aesKey: component.encoding_aes_key,
    apiURL,
    ...changed
  })
  t.after(async () => {
    await deleteComponent(component)
    await program.close()
  })
  return { component, program }
}

/** Enters the program's address at the platform's page; the first ticket comes at once. */
const startPushing = (component, program) => changeComponent(component, { event_url: `${program.url}/event` })

/** Checks an answer that must be a refusal. */
function refused (answer, code, text) {
  assert.equal(answer.errcode, code, JSON.stringify(answer))
  assert.ok(answer.errmsg.startsWith(text), answer.errmsg)
  assert.match(answer.errmsg, RID)
}

/** Runs a method that throws what it was refused with, and checks that. */
async function throwsRefusal (promise, what, code, text) {
  await assert.rejects(promise, err => {
    const head = `Failed to get ${what}: `
    assert.ok(err.message.startsWith(head), err.message)
    refused(JSON.parse(err.message.slice(head.length)), code, text)
    return true
  })
}

/** Sends the merchant's browser over the page; returns the pre-auth code and what came back with the browser. */
async function authorize (program, merchant, funcIDs) {
  const link = new URL(await program.app.createPreAuthorizationUrl(`${program.url}/authorized`))
  assert.equal(link.origin + link.pathname, 'https://mp.weixin.qq.com/cgi-bin/componentloginpage')
  assert.equal(link.searchParams.get('component_appid'), program.config.appid)
  const page = await open(apiURL, link)
  assert.ok(page.text.includes('一致性测试平台'), page.text)
  await confirm(page, merchant.appid, funcIDs)
  return { preAuthCode: link.searchParams.get('pre_auth_code'), back: await program.cameBack.take('browser') }
}

const setsOf = info => info.func_info.map(scope => scope.funcscope_category.id)

test('from the ticket to the revocation', async t => {
  const { component, program } = await newPlatform(t)
  const merchant = await newMerchant(component, '商户一', { profile: { principal_name: '示例公司' } })
  const draft = await upload(component, { version: '1.2.3', desc: '首个版本', developer: '小明' })
  const { app } = program
  const { appid } = merchant
  const drafts = () => program.call('get', 'wxa/gettemplatedraftlist')
  const list = () => program.call('post', 'cgi-bin/component/api_get_authorizer_list', { offset: 0, count: 500 })

  // The ticket comes by push, and the first call buys a token with it.
  const tickets = [await ticketOf(component)]
  await startPushing(component, program)
  const ticket = await program.nextEvent('component_verify_ticket')
  tickets.push(await ticketOf(component)) // another one if an hour began
  assert.equal(ticket.AppId, component.appid)
  assert.ok(tickets.includes(ticket.ComponentVerifyTicket), ticket.ComponentVerifyTicket)
  assert.equal(await app.getVerifyTicket().getTicket(), ticket.ComponentVerifyTicket)
  assert.deepEqual((await drafts()).draft_list.map(d => [d.draft_id, d.user_version]), [[draft.draft_id, '1.2.3']])
  assert.deepEqual(await list(), { total_count: 0, list: [] })
  const preAuth = await app.createPreAuthorizationCode()
  assert.deepEqual(Object.keys(preAuth), ['pre_auth_code', 'expires_in'])
  assert.match(preAuth.pre_auth_code, /^preauthcode@@@[A-Za-z0-9_-]+$/)
  assert.equal(preAuth.expires_in, 1800)

  // The grant: one code is exchanged within the push, the redirect's after it.
  const { preAuthCode, back } = await authorize(program, merchant)
  const event = await program.nextEvent('authorized')
  assert.deepEqual([event.AppId, event.AuthorizerAppid, event.PreAuthCode], [component.appid, appid, preAuthCode])
  assert.equal(Number(event.AuthorizationCodeExpiredTime), Number(event.CreateTime) + 3600)
  const pushed = event.exchanged
  assert.equal(pushed.getAppId(), appid)
  assert.deepEqual(setsOf(pushed.toObject().authorization_info), DEFAULT_SETS)
  assert.equal(pushed.toObject().authorization_info.expires_in, 7200)
  assert.deepEqual(Object.keys(back), ['auth_code', 'expires_in'])
  assert.equal(back.expires_in, '3600')
  assert.notEqual(back.auth_code, event.AuthorizationCode)
  const redirected = await app.getAuthorization(back.auth_code)
  const refreshToken = pushed.getRefreshToken()
  assert.match(refreshToken, /^refreshtoken@@@/)
  assert.equal(redirected.getRefreshToken(), refreshToken)
  assert.notEqual(await redirected.getAccessToken().getToken(), await pushed.getAccessToken().getToken())
  for (const code of [back.auth_code, event.AuthorizationCode]) {
    await throwsRefusal(app.getAuthorization(code), 'authorization_info', 61010, 'code is expired')
  }

  // Refresh, info, list, options, a call of the merchant's.
  const refreshed = await app.refreshAuthorizerToken(appid, refreshToken)
  assert.deepEqual(Object.keys(refreshed), ['authorizer_access_token', 'expires_in', 'authorizer_refresh_token'])
  assert.deepEqual([refreshed.expires_in, refreshed.authorizer_refresh_token], [7200, refreshToken])
  const info = await program.call('post', 'cgi-bin/component/api_get_authorizer_info', { authorizer_appid: appid })
  assert.deepEqual(Object.keys(info), ['authorizer_info', 'authorization_info'])
  assert.deepEqual([info.authorizer_info.nick_name, info.authorizer_info.principal_name], ['商户一', '示例公司'])
  assert.match(info.authorizer_info.user_name, /^gh_[0-9a-f]{12}$/)
  assert.ok(info.authorizer_info.MiniProgramInfo)
  assert.deepEqual(setsOf(info.authorization_info), DEFAULT_SETS)
  const listed = await list()
  assert.equal(listed.total_count, 1)
  assert.deepEqual(listed.list, [{ authorizer_appid: appid, refresh_token: refreshToken, auth_time: listed.list[0].auth_time }])
  assert.equal(typeof listed.list[0].auth_time, 'number')
  const option = (verb, more) => program.call('post', `cgi-bin/component/api_${verb}_authorizer_option`,
    { authorizer_appid: appid, option_name: 'voice_recognize', ...more })
  assert.equal((await option('get')).option_value, '0')
  assert.deepEqual(await option('set', { option_value: '1' }), { errcode: 0, errmsg: 'ok' })
  assert.deepEqual(await option('get'), {
    errcode: 0, errmsg: 'ok', authorizer_appid: appid, option_name: 'voice_recognize', option_value: '1'
  })
  const ofMerchant = async (token = refreshToken) => {
    const miniApp = await app.getMiniAppWithRefreshToken(appid, token)
    return (await miniApp.getClient().get('cgi-bin/getcallbackip')).toObject()
  }
  const addresses = (await ofMerchant()).ip_list
  assert.ok(addresses.length > 0 && addresses.every(a => typeof a === 'string'))

  // Other permission sets without a revocation: the same refresh token.
  await authorize(program, merchant, [17, 18, 25])
  const updated = (await program.nextEvent('updateauthorized')).exchanged
  assert.deepEqual(setsOf(updated.toObject().authorization_info), [17, 18, 25])
  assert.equal(updated.getRefreshToken(), refreshToken)
  // The exchange superseded the access token that the SDK holds for the merchant.
  await program.forget(appid, refreshToken)
  assert.deepEqual((await ofMerchant()).ip_list, addresses)

  // Three hours: both kinds of token are over. The SDK's cache goes by real time, so it
  // hands them out further, and its user has to renew them.
  const stale = await app.getComponentAccessToken().getToken()
  await advance('3h')
  refused(await drafts(), 42001, 'access_token expired')
  refused(await ofMerchant(), 42001, 'access_token expired')
  await throwsRefusal(app.createPreAuthorizationCode(), 'pre_auth_code', 42001, 'access_token expired')
  assert.equal((await program.callRenewing('get', 'wxa/gettemplatedraftlist')).draft_list.length, 1)
  assert.notEqual(await app.getComponentAccessToken().getToken(), stale)
  assert.equal((await list()).total_count, 1)
  await program.forget(appid, refreshToken)
  assert.deepEqual((await ofMerchant()).ip_list, addresses)

  // Revoked: told by push, and refused from then on.
  await revoke(component, merchant)
  const revoked = await program.nextEvent('unauthorized')
  assert.deepEqual([revoked.AppId, revoked.AuthorizerAppid], [component.appid, appid])
  assert.ok(!tickets.includes(await app.getVerifyTicket().getTicket()), 'tickets of the three hours came before it')
  const text = 'component is not authorized by this account'
  await throwsRefusal(app.refreshAuthorizerToken(appid, refreshToken), 'authorizer_access_token', 61003, text)
  refused(await ofMerchant(), 61003, text)
  assert.deepEqual(await list(), { total_count: 0, list: [] })

  // Granted again: the old refresh token is void, and the push brought the new one.
  await authorize(program, merchant)
  const renewed = (await program.nextEvent('authorized')).exchanged.getRefreshToken()
  assert.notEqual(renewed, refreshToken)
  await throwsRefusal(app.refreshAuthorizerToken(appid, refreshToken), 'authorizer_access_token', 61023, 'refresh_token is invalid')
  assert.equal((await app.refreshAuthorizerToken(appid, renewed)).authorizer_refresh_token, renewed)
  assert.deepEqual((await ofMerchant(renewed)).ip_list, addresses)
  assert.deepEqual((await list()).list.map(a => a.refresh_token), [renewed])

  // Each push was delivered by its first attempt, in the order of the changes.
  const pushes = await settled(component, 23)
  assert.deepEqual(pushes.map(p => p.type), ['component_verify_ticket', 'authorized', 'updateauthorized',
    ...Array(18).fill('component_verify_ticket'), 'unauthorized', 'authorized'])
  for (const push of pushes) {
    assert.deepEqual([push.state, push.tries], ['delivered', 1])
    assert.deepEqual(push.attempts.map(a => [a.outcome, a.status, a.answer, a.reason]), [['delivered', 200, 'success', '']])
  }
  assert.deepEqual(program.failures, [])
})

test('a program that throws', async t => {
  const { component, program } = await newPlatform(t)
  program.broken = new Error('the disk is full')
  await startPushing(component, program)
  const [push] = await settled(component, 1)
  assert.deepEqual([push.type, push.state, push.tries], ['component_verify_ticket', 'failed', 3])
  assert.deepEqual(push.attempts.map(a => [a.number, a.outcome, a.status, a.answer]),
    [1, 2, 3].map(n => [n, 'http_status', 500, 'Internal Server Error']))
  assert.deepEqual(push.attempts.map(a => a.reason), Array(3).fill(REASON))
  assert.equal(new Set(push.attempts.map(a => a.query)).size, 3, 'each try is signed anew')
  assert.deepEqual(program.failures, Array(3).fill(program.broken))

  // It is mended, and the push made once more.
  program.broken = null
  await redeliver(push)
  await program.nextEvent('component_verify_ticket')
  const [again] = await settled(component, 1)
  assert.deepEqual([again.state, again.tries], ['delivered', 1])
  assert.deepEqual(again.attempts.map(a => a.outcome), [...Array(3).fill('http_status'), 'delivered'])
  assert.deepEqual((await program.call('get', 'wxa/gettemplatedraftlist')).draft_list, [])
})

test('a program that throws after it exchanged the code', async t => {
  const { component, program } = await newPlatform(t)
  const merchant = await newMerchant(component, '商户一')
  await startPushing(component, program)
  await program.nextEvent('component_verify_ticket')
  program.broken = new Error('the disk is full')
  const { back } = await authorize(program, merchant)
  let pushes = await settled(component, 2)
  assert.deepEqual(pushes.map(p => [p.type, p.state, p.tries]),
    [['component_verify_ticket', 'delivered', 1], ['authorized', 'failed', 3]])
  assert.deepEqual(pushes[1].attempts.map(a => a.reason), Array(3).fill(REASON))
  assert.equal(program.failures[0], program.broken)
  assert.equal(program.failures.length, 3)
  for (const err of program.failures.slice(1)) { // the code is used up
    await throwsRefusal(Promise.reject(err), 'authorization_info', 61010, 'code is expired')
  }

  // The redirect's code is another one, and later events are not held up.
  assert.equal((await program.app.getAuthorization(back.auth_code)).getAppId(), merchant.appid)
  program.broken = null
  await revoke(component, merchant)
  await program.nextEvent('unauthorized')
  pushes = await settled(component, 3)
  assert.deepEqual([pushes[2].state, pushes[2].tries], ['delivered', 1])
})

test('one app for all pushes', async t => {
  const { component, program } = await newPlatform(t)
  await changeComponent(component, { switches: { push_tries: 1 } })
  program.shared = program.app
  await startPushing(component, program)
  await program.nextEvent('component_verify_ticket')
  await pushTicket(component)
  const pushes = await settled(component, 2)
  assert.deepEqual(pushes.map(p => p.state), ['delivered', 'failed'])
  assert.deepEqual(program.failures.map(e => e.message), ['Invalid request signature.'])
})

for (const [what, changed, message] of [
  ['token', { token: 'anothertoken' }, /^Invalid request signature\.$/],
  ['EncodingAESKey', { aesKey: 'DraftBoxTestVectorEncodingAESKey0123456789A' }, /./], // whatever the garbage runs into
  ['appid', { appid: 'wxffffffffffffffff' }, /^Invalid appId\.$/]
]) {
  test(`a wrong ${what}`, async t => {
    const { component, program } = await newPlatform(t, changed)
    await changeComponent(component, { switches: { push_tries: 1 } })
    await startPushing(component, program)
    const [push] = await settled(component, 1)
    assert.deepEqual([push.state, push.tries], ['failed', 1])
    assert.deepEqual(push.attempts.map(a => [a.outcome, a.status]), [['http_status', 500]])
    assert.equal(program.failures.length, 1)
    assert.match(program.failures[0].message, message)
    await assert.rejects(program.app.getVerifyTicket().getTicket(), /^Error: No component_verify_ticket found\.$/)
  })
}

test('a wrong secret', async t => {
  const { component, program } = await newPlatform(t, { secret: '0'.repeat(32) })
  await startPushing(component, program)
  await program.nextEvent('component_verify_ticket')
  await throwsRefusal(program.app.createPreAuthorizationCode(), 'component_access_token', 40125, 'invalid appsecret')
})
