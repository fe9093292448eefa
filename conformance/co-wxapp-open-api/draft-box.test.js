import assert from 'node:assert/strict'
import { test } from 'node:test'

import co from 'co'
import API from 'co-wxapp-open-api'

import { apiURL, newComponent, ticketOf, upload } from '../admin.mjs'

const RID = / rid: [0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{8}$/

/** The SDK as a platform's back end would make it; a platform alone has no authorizer. */
function sdk (component, ticket) {
  const api = new API(component.appid, component.secret, undefined, undefined, ticket)
  api.prefix = `${apiURL}/cgi-bin/`
  api.wxappPrefix = `${apiURL}/wxa/`
  const methods = {}
  for (const name of ['getComponentAccessToken', 'getCodeTemplateDraftList', 'getCodeTemplateList',
    'addCodeTemplate', 'deleteCodeTemplate', 'request']) {
    methods[name] = co.wrap(api[name].bind(api))
  }
  return { ...methods, raw: api }
}

async function setup () {
  const component = await newComponent()
  return { component, api: sdk(component, await ticketOf(component)) }
}

/** Runs a call that must be refused and checks what the SDK throws. */
async function refused (promise, code, text) {
  await assert.rejects(promise, err => {
    assert.equal(err.name, 'WeChatAPIError')
    assert.equal(err.code, code, err.message)
    assert.ok(err.message.startsWith(text), err.message)
    assert.match(err.message, RID)
    return true
  })
}

test('a ticket buys a component token', async () => {
  const { component, api } = await setup()
  const ticket = await ticketOf(component)
  assert.match(ticket, /^ticket@@@[A-Za-z0-9_-]+$/)

  const token = await api.getComponentAccessToken()
  assert.match(token.componentAccessToken, /^[A-Za-z0-9_-]+$/)
  const lifetime = token.expireTime - Date.now() // the SDK takes ten seconds off
  assert.ok(lifetime > 7180_000 && lifetime <= 7190_000, `lifetime ${lifetime} ms`)

  // A second fetch gives another token, and the first goes on for its grace.
  const first = token.componentAccessToken
  const second = (await api.getComponentAccessToken()).componentAccessToken
  assert.notEqual(second, first)
  const list = await api.request(`${apiURL}/wxa/gettemplatedraftlist?access_token=${first}`, {}, 0)
  assert.deepEqual(list.draft_list, [])
})

test('empty lists are lists', async () => {
  const { api } = await setup()
  assert.deepEqual(await api.getCodeTemplateDraftList(), { errcode: 0, errmsg: 'ok', draft_list: [] })
  assert.deepEqual(await api.getCodeTemplateList(), { errcode: 0, errmsg: 'ok', template_list: [] })
})

test('draft to template and back', async () => {
  const { component, api } = await setup()
  const dev = component.dev_miniprograms[0]
  const before = Math.floor(Date.now() / 1000)
  // A form sends the line breaks of a text field as CRLF, as a browser does.
  const desc = '修复：购物车 🛒 结算\r\n第二行 "引号" \\ <b>&amp;</b>\t完'
  const made = await upload(component, { version: '1.2.3', desc, developer: '小明' })

  const drafts = await api.getCodeTemplateDraftList()
  assert.deepEqual(Object.keys(drafts), ['errcode', 'errmsg', 'draft_list'])
  assert.equal(drafts.draft_list.length, 1)
  const draft = drafts.draft_list[0]
  assert.deepEqual(draft, {
    create_time: draft.create_time,
    user_version: '1.2.3',
    user_desc: desc,
    draft_id: 0,
    source_miniprogram_appid: dev.appid,
    source_miniprogram: dev.name,
    developer: '小明',
    category_list: []
  })
  assert.deepEqual(Object.keys(draft), ['create_time', 'user_version', 'user_desc', 'draft_id',
    'source_miniprogram_appid', 'source_miniprogram', 'developer', 'category_list'])
  assert.equal(typeof draft.create_time, 'number')
  assert.equal(made.draft_id, draft.draft_id)
  assert.equal(made.create_time, draft.create_time)

  // The id is taken as a number and as a string of digits; each makes a template.
  assert.deepEqual(await api.addCodeTemplate(draft.draft_id), { errcode: 0, errmsg: 'ok' })
  assert.deepEqual(await api.addCodeTemplate(String(draft.draft_id)), { errcode: 0, errmsg: 'ok' })
  assert.equal((await api.getCodeTemplateDraftList()).draft_list.length, 1, 'adding keeps the draft')

  const templates = (await api.getCodeTemplateList()).template_list
  assert.deepEqual(templates.map(t => t.template_id), [0, 1])
  assert.deepEqual(templates[0], {
    create_time: draft.create_time,
    user_version: '1.2.3',
    user_desc: desc,
    template_id: 0,
    draft_id: draft.draft_id,
    source_miniprogram_appid: dev.appid,
    source_miniprogram: dev.name,
    developer: '小明',
    template_type: 0,
    category_list: []
  })

  // A newer upload replaces the draft under a new id; templates are copies and stay.
  await upload(component, { version: '1.2.4', desc: '新', developer: '小红' })
  const newer = (await api.getCodeTemplateDraftList()).draft_list
  assert.deepEqual(newer.map(d => [d.draft_id, d.user_version]), [[1, '1.2.4']])
  assert.deepEqual((await api.getCodeTemplateList()).template_list, templates)

  assert.deepEqual(await api.deleteCodeTemplate(0), { errcode: 0, errmsg: 'ok' })
  assert.deepEqual(await api.deleteCodeTemplate('1'), { errcode: 0, errmsg: 'ok' })
  assert.deepEqual((await api.getCodeTemplateList()).template_list, [])
  assert.ok(before - 5 <= draft.create_time, 'made now, in seconds')
})

test('what is not there is 85064', async () => {
  const { component, api } = await setup()
  await refused(api.addCodeTemplate(0), 85064, 'template not found')
  await refused(api.deleteCodeTemplate(0), 85064, 'template not found')
  // undefined leaves the member out, and a missing id is not id 0.
  await upload(component, { version: '1.0.0', desc: '一', developer: '小明' })
  await refused(api.addCodeTemplate(undefined), 85064, 'template not found')
  await api.addCodeTemplate(0)
  await refused(api.deleteCodeTemplate(undefined), 85064, 'template not found')
  await api.deleteCodeTemplate(0)
  await refused(api.deleteCodeTemplate(0), 85064, 'template not found')
})

test('an unknown token is 40001', async () => {
  const { api } = await setup()
  const url = `${apiURL}/wxa/gettemplatedraftlist?access_token=nonsense`
  await refused(api.request(url, { dataType: 'json' }, 0), 40001, 'invalid credential, access_token is invalid or not latest')
})

test('the repeat after 40001 gets an error, not data', async () => {
  const { component, api } = await setup()
  await upload(component, { version: '1.0.0', desc: '一', developer: '小明' })
  await api.raw.saveComponentToken({ componentAccessToken: 'nonsense', expireTime: Date.now() + 3600_000 }).next()
  await assert.rejects(api.getCodeTemplateDraftList(), err => {
    assert.equal(err.name, 'WeChatAPIError')
    assert.ok(Number.isInteger(err.code) && err.code !== 0, `code ${err.code}`)
    return true
  })
})

test('a token of one component shows nothing of another', async () => {
  const one = await setup()
  const two = await setup()
  await upload(one.component, { version: '1.0.0', desc: '一', developer: '小明' })
  assert.equal((await one.api.getCodeTemplateDraftList()).draft_list.length, 1)
  assert.deepEqual((await two.api.getCodeTemplateDraftList()).draft_list, [])
  await refused(two.api.addCodeTemplate(0), 85064, 'template not found')
})

test('wrong ticket, secret and appid', async () => {
  const { component } = await setup()
  const ticket = await ticketOf(component)
  await refused(sdk(component, 'ticket@@@nonsense').getComponentAccessToken(), 61006, 'component ticket is invalid')
  await refused(sdk(component, '').getComponentAccessToken(), 61006, 'component ticket is invalid')
  await refused(sdk({ ...component, secret: '0'.repeat(32) }, ticket).getComponentAccessToken(), 40125, 'invalid appsecret')
  await refused(sdk({ ...component, appid: 'wxffffffffffffffff' }, ticket).getComponentAccessToken(), 40013, 'invalid appid')
})
