import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'

import jpeg from 'jpeg-js'
import jsQR from 'jsqr'

import { apiURL, changeComponent, decide, deleteComponent, grant, newComponent, newMerchant, settled, upload } from '../admin.mjs'
import { Backend } from './backend.js'

const RID = / rid: [0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{8}$/
const OK = { errcode: 0, errmsg: 'ok' }
const PAGES = ['pages/index/index', 'pages/cart/cart', 'packages/goods/detail/detail']
const REASON = '1:小程序内容不符合规范:<br>(1):首页 &amp; "购物车" 无内容<br>2:账号信息不符合规范:<br>(1):简介与<b>服务</b>不一致<br>'
const DELAY = '为了更好的服务小程序，您的服务商正在进行提审系统的优化，可能会导致审核时效的增长，请耐心等待'

/** Checks an answer that must be a refusal. */
function refused (answer, code, text) {
  assert.equal(answer.errcode, code, JSON.stringify(answer))
  assert.ok(answer.errmsg.startsWith(text), answer.errmsg)
  assert.match(answer.errmsg, RID)
}

/** A merchant that authorized a component, and the program of that component. */
class Shop {
  static async open (t) {
    const shop = new Shop()
    const component = shop.component = await newComponent()
    const program = shop.program = await Backend.start({
      appid: component.appid, secret: component.secret, token: component.token, aesKey: component.encoding_aes_key, apiURL
    })
    t.after(async () => {
      await deleteComponent(component)
      await program.close()
    })
    await changeComponent(component, { event_url: `${program.url}/event`, message_url: `${program.url}/$APPID$/message` })
    await program.nextEvent('component_verify_ticket')
    shop.merchant = await newMerchant(component, '商户一', { categories: [{ first: '工具', second: '效率' }] })
    await grant(component, shop.merchant)
    const { exchanged } = await program.nextEvent('authorized')
    shop.app = await program.app.getMiniAppWithRefreshToken(shop.merchant.appid, exchanged.getRefreshToken())
    return shop
  }

  async get (path, params = {}) {
    return (await this.app.getClient().get(path, { params })).toObject()
  }

  async post (path, body = {}) {
    return (await this.app.getClient().postJson(path, body)).toObject()
  }

  /** Uploads, and makes a template of what came of it. */
  async newTemplate (version) {
    const draft = await upload(this.component, { version, desc: `说明 ${version}`, developer: '小明' })
    assert.deepEqual(await this.program.call('post', 'wxa/addtotemplate', { draft_id: draft.draft_id }), OK)
    const list = (await this.program.call('get', 'wxa/gettemplatelist')).template_list
    return list.find(template => template.draft_id === draft.draft_id).template_id
  }

  commit (template, version, ext = {}) {
    return this.post('wxa/commit', {
      template_id: template,
      ext_json: JSON.stringify({ extAppid: this.merchant.appid, ext: { shop: '一号店' }, ...ext }),
      user_version: version,
      user_desc: `商户的 ${version}`
    })
  }

  async submit (body = {}) {
    const { auditid, ...rest } = await this.post('wxa/submit_audit', body)
    assert.deepEqual(rest, OK)
    assert.ok(Number.isInteger(auditid), auditid)
    return auditid
  }

  /** Waits for the next push about the mini program. */
  async told (event) {
    const [appid, message] = await this.program.messages.take(event)
    assert.equal(appid, this.merchant.appid)
    const info = await this.program.call('post', 'cgi-bin/component/api_get_authorizer_info', { authorizer_appid: appid })
    assert.deepEqual([message.ToUserName, message.MsgType, message.Event], [info.authorizer_info.user_name, 'event', event])
    assert.match(message.FromUserName, /^o[A-Za-z0-9_-]{27}$/)
    return message
  }

  async latest () {
    const { submit_audit_time: at, ...rest } = await this.get('wxa/get_latest_auditstatus')
    assert.ok(Number.isInteger(at), at)
    return rest
  }

  /** Which version is for testers, and which is online. */
  async versions () {
    const { exp_info: exp, release_info: release } = await this.post('wxa/getversioninfo')
    return [exp?.exp_version, release?.release_version]
  }

  async plan () {
    const plan = (await this.get('wxa/getgrayreleaseplan')).gray_release_plan
    return [plan.status, plan.gray_percentage, plan.support_debuger_first, plan.support_experiencer_first]
  }

  async history () {
    const { version_list: list } = await this.get('wxa/revertcoderelease', { action: 'get_history_version' })
    return list.map(version => [version.user_version, version.app_version])
  }
}

/** Reads the QR code of a picture. */
async function decode (file) {
  const { width, height, data } = jpeg.decode(await readFile(file), { useTArray: true })
  return jsQR(new Uint8ClampedArray(data), width, height)?.data
}

test('nothing yet', async t => {
  const shop = await Shop.open(t)
  for (const [answer, code, text] of [
    [shop.get('wxa/get_page'), 86001, 'component experience version not exists'],
    [shop.get('wxa/get_qrcode'), 86001, 'component experience version not exists'],
    [shop.commit(0, '1.0.0'), 85014, 'template not exist'],
    [shop.post('wxa/submit_audit'), 85086, 'must commit before submit audit'],
    [shop.get('wxa/get_latest_auditstatus'), 85058, 'no valid audit_id exist'],
    [shop.post('wxa/get_auditstatus', { auditid: 1 }), 85012, 'invalid audit id'],
    [shop.get('wxa/undocodeaudit'), 87012, 'forbid revert this version release'],
    [shop.post('wxa/release'), 85019, 'no version is under auditing'],
    [shop.post('wxa/grayrelease', { gray_percentage: 1 }), 85079, 'miniprogram has no online release'],
    [shop.post('wxa/change_visitstatus', { action: 'close' }), 85021, 'status not allowed'],
    [shop.get('wxa/revertcoderelease'), 87012, 'forbid revert this version release']
  ]) {
    refused(await answer, code, text)
  }
  assert.deepEqual(await shop.get('wxa/revertcoderelease', { action: 'get_history_version' }), { ...OK, version_list: [] })
  assert.deepEqual(await shop.post('wxa/getversioninfo'), OK)

  // Of a refusal where a picture was asked for, the SDK has bytes and no errcode.
  const noPicture = await shop.app.getClient().get('wxa/get_qrcode', { responseType: 'arraybuffer' })
  assert.deepEqual([noPicture.isFailed(), noPicture.toObject()], [false, null])
  refused(JSON.parse(noPicture.getContent()), 86001, 'component experience version not exists')
  assert.throws(() => noPicture.saveAs(join(shop.program.cacheDir, 'none.jpg')), /^Error: Invalid media response content\.$/)
})

test('from an upload to a rolled back release', async t => {
  const shop = await Shop.open(t)
  const template = await shop.newTemplate('1.0.0')

  // The template becomes the merchant's; a commit that is refused changes nothing.
  assert.deepEqual(await shop.commit(template, '1.0.0'), OK)
  refused(await shop.commit(template, '0', { pages: ['pages/nowhere'] }), 85045, 'some path in ext_json not exist')
  assert.deepEqual(await shop.get('wxa/get_page'), { ...OK, page_list: PAGES })
  assert.deepEqual(await shop.versions(), ['1.0.0', undefined])
  const client = shop.app.getClient()
  const picture = await client.get('wxa/get_qrcode', { params: { path: 'pages/cart/cart?from=a&b=预览' }, responseType: 'arraybuffer' })
  const file = picture.saveAs(join(shop.program.cacheDir, 'qrcode.jpg'))
  assert.equal(picture.getHeader('content-type'), 'image/jpeg')
  assert.ok(picture.toDataUrl().startsWith('data:image/jpeg;base64,/9j/'))
  const path = encodeURIComponent('pages/cart/cart?from=a&b=预览')
  assert.equal(await decode(file), `https://open.weixin.qq.com/sns/getexpappinfo?appid=${shop.merchant.appid}&iswxtpa=1&path=${path}#wechat-redirect`)

  // Submitted, withdrawn, submitted again with a page for the reviewers.
  const order = await shop.submit()
  assert.deepEqual(await shop.post('wxa/get_auditstatus', { auditid: order }), { ...OK, status: 2 })
  refused(await shop.post('wxa/submit_audit'), 85009, 'already submit a version under auditing')
  assert.deepEqual(await shop.get('wxa/undocodeaudit'), OK)
  assert.deepEqual(await shop.post('wxa/get_auditstatus', { auditid: String(order) }), { ...OK, status: 3 })
  const [category, ...more] = (await shop.get('wxa/get_category')).category_list
  assert.deepEqual([category.first_class, category.second_class, more], ['工具', '效率', []])
  const rejected = await shop.submit({ item_list: [{ address: PAGES[0], tag: '商城 演示', title: '首页', ...category }] })

  // Rejected: told by push, and the reason is the reviewer's own, HTML and all.
  await decide(rejected, 'reject', { reason: REASON, screenshot: 'm1|m2' })
  const fail = await shop.told('weapp_audit_fail')
  assert.deepEqual([fail.Reason, fail.ScreenShot, fail.FailTime], [REASON, 'm1|m2', fail.CreateTime])
  const version = { user_version: '1.0.0', user_desc: '商户的 1.0.0' }
  assert.deepEqual(await shop.latest(), { ...OK, auditid: rejected, status: 1, reason: REASON, ScreenShot: 'm1|m2', ...version })
  assert.deepEqual(await shop.post('wxa/get_auditstatus', { auditid: rejected }), { ...OK, status: 1, reason: REASON, screenshot: 'm1|m2' })
  refused(await shop.post('wxa/release'), 85020, 'status not allowed')
  refused(await shop.get('wxa/undocodeaudit'), 87012, 'forbid revert this version release')

  // Mended, delayed, passed, released - once.
  assert.deepEqual(await shop.commit(template, '1.0.1'), OK)
  const passed = await shop.submit({ feedback_info: '已补充首页内容' })
  await decide(passed, 'delay', { reason: DELAY })
  assert.equal((await shop.told('weapp_audit_delay')).Reason, DELAY)
  assert.deepEqual(await shop.post('wxa/get_auditstatus', { auditid: passed }), { ...OK, status: 4, reason: DELAY })
  await decide(passed, 'approve')
  const success = await shop.told('weapp_audit_success')
  assert.equal(success.SuccTime, success.CreateTime)
  assert.deepEqual(await shop.latest(), { ...OK, auditid: passed, status: 0, user_version: '1.0.1', user_desc: '商户的 1.0.1' })
  assert.deepEqual(await shop.post('wxa/release'), OK)
  refused(await shop.post('wxa/release'), 85052, 'app is already released')
  assert.deepEqual(await shop.versions(), ['1.0.1', '1.0.1'])

  // The second version comes by degrees.
  await shop.commit(await shop.newTemplate('2.0.0'), '2.0.0')
  await decide(await shop.submit(), 'approve')
  await shop.told('weapp_audit_success')
  assert.deepEqual(await shop.plan(), [0, 0, false, false])
  assert.deepEqual(await shop.post('wxa/grayrelease', { gray_percentage: 10, support_experiencer_first: true }), OK)
  assert.deepEqual(await shop.plan(), [1, 10, false, true])
  refused(await shop.post('wxa/grayrelease', { gray_percentage: 9 }), 85082, 'gray percentage too low')
  refused(await shop.get('wxa/revertcoderelease'), 87011, 'wxa has a gray release plan, forbid revert release')
  assert.deepEqual(await shop.versions(), ['2.0.0', '1.0.1'])
  assert.deepEqual(await shop.post('wxa/release'), OK)
  assert.deepEqual([(await shop.plan())[0], await shop.versions()], [3, ['2.0.0', '2.0.0']])

  // And is taken back: once, and what was taken back is not released again.
  assert.deepEqual(await shop.history(), [['1.0.1', 1]])
  assert.deepEqual(await shop.get('wxa/revertcoderelease', { app_version: 1 }), OK)
  assert.deepEqual([await shop.versions(), await shop.history()], [['2.0.0', '1.0.1'], []])
  refused(await shop.get('wxa/revertcoderelease'), 87012, 'forbid revert this version release')
  refused(await shop.post('wxa/release'), 85052, 'app is already released')

  // Closed to its users, and open.
  for (const [action, status] of [['close', 0], ['open', 1]]) {
    assert.deepEqual(await shop.post('wxa/change_visitstatus', { action }), OK)
    assert.deepEqual(await shop.post('wxa/getvisitstatus'), { ...OK, status })
  }

  // Each push was delivered by its first attempt, and there was none besides.
  const pushes = await settled(shop.component, 6)
  assert.deepEqual(pushes.map(push => push.type).filter(type => type !== 'component_verify_ticket'),
    ['authorized', 'weapp_audit_fail', 'weapp_audit_delay', 'weapp_audit_success', 'weapp_audit_success'])
  assert.deepEqual(pushes.map(push => [push.state, push.tries]), pushes.map(() => ['delivered', 1]))
  assert.deepEqual(shop.program.failures, [])
})
