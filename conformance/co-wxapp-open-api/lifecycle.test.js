import assert from 'node:assert/strict'
import { test } from 'node:test'

import co from 'co'
import API from 'co-wxapp-open-api'

import { apiURL, decide, deleteComponent, grant, newComponent, newMerchant, ticketOf, upload } from '../admin.mjs'

const RID = / rid: [0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{8}$/
const OK = { errcode: 0, errmsg: 'ok' }
const PAGES = ['pages/index/index', 'pages/cart/cart', 'packages/goods/detail/detail']
const REASON = '1:小程序内容不符合规范:<br>(1):首页 &amp; "购物车" 无内容<br>2:账号信息不符合规范:<br>(1):简介与<b>服务</b>不一致<br>'
const DELAY = '为了更好的服务小程序，您的服务商正在进行提审系统的优化，可能会导致审核时效的增长，请耐心等待'

const METHODS = ['queryAuth', 'getCodeTemplateList', 'addCodeTemplate', 'commitCode', 'getTestQrCode', 'getCodeCategory', 'getPage',
  'submitAudit', 'getAuditStatus', 'getLastAuditStatus', 'undoCodeAudit', 'releaseCode', 'grayReleaseCode', 'getGrayReleasePlan',
  'revertGrayRelease', 'revertCodeRelease', 'changeVisitStatus', 'getWeappSupportVersion', 'setWeappSupportVersion',
  'queryQuota', 'speedUpAudit', 'getCodePrivacyInfo', 'ensureAccessToken', 'request']

/** The SDK for one merchant, with promises for its generators. */
function sdk (component, ticket, merchant, refreshToken) {
  const api = new API(component.appid, component.secret, merchant?.appid, refreshToken, ticket)
  api.prefix = `${apiURL}/cgi-bin/`
  api.wxopenPrefix = `${apiURL}/cgi-bin/wxopen/`
  api.wxappPrefix = `${apiURL}/wxa/`
  const methods = {}
  for (const name of METHODS) methods[name] = co.wrap(api[name].bind(api))
  return methods
}

/** A merchant that authorized a component; the SDK exchanges the code of that, too. */
async function openShop (t) {
  const component = await newComponent()
  t.after(() => deleteComponent(component))
  const ticket = await ticketOf(component)
  const merchant = await newMerchant(component, '商户一', { categories: [{ first: '工具', second: '效率' }] })
  const exchanged = await sdk(component, ticket).queryAuth(await grant(component, merchant))
  const api = sdk(component, ticket, merchant, exchanged.authorization_info.authorizer_refresh_token)

  /** A call that the SDK has no method for, by path. */
  const byPath = async (path, body) => {
    const { accessToken } = await api.ensureAccessToken()
    const url = `${apiURL}/wxa/${path}${path.includes('?') ? '&' : '?'}access_token=${accessToken}`
    return api.request(url, body && { method: 'POST', data: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } })
  }
  return {
    api,
    byPath,

    /** Uploads, and makes a template of what came of it. */
    async newTemplate (version) {
      const draft = await upload(component, { version, desc: `说明 ${version}`, developer: '小明' })
      assert.deepEqual(await api.addCodeTemplate(draft.draft_id), OK)
      return (await api.getCodeTemplateList()).template_list.find(t => t.draft_id === draft.draft_id).template_id
    },

    commit (template, version, ext = {}) {
      const json = JSON.stringify({ extAppid: merchant.appid, ext: { shop: '一号店' }, ...ext })
      return api.commitCode(template, json, version, `商户的 ${version}`)
    },

    async submit (...more) {
      const { auditid, ...rest } = await api.submitAudit(...more)
      assert.deepEqual(rest, OK)
      assert.ok(Number.isInteger(auditid), auditid)
      return auditid
    },

    /** Which version is for testers, and which is online. */
    async versions () {
      const { exp_info: exp, release_info: release } = await byPath('getversioninfo', {})
      return [exp?.exp_version, release?.release_version]
    },

    async plan () {
      const plan = (await api.getGrayReleasePlan()).gray_release_plan
      return [plan.status, plan.gray_percentage]
    },

    async history () {
      const { version_list: list } = await byPath('revertcoderelease?action=get_history_version')
      return list.map(version => [version.user_version, version.app_version])
    }
  }
}

/** Runs a call that must be refused and checks what the SDK throws. */
async function refused (promise, code, text) {
  await assert.rejects(promise, err => {
    assert.equal(err.name, 'WeChatAPIError', err.message)
    assert.equal(err.code, code, err.message)
    assert.ok(err.message.startsWith(text), err.message)
    assert.match(err.message, RID)
    return true
  })
}

test('nothing yet', async t => {
  const { api, commit, byPath, history } = await openShop(t)
  await refused(api.getPage(), 86001, 'component experience version not exists')
  await refused(api.getTestQrCode(), 86001, 'component experience version not exists')
  await refused(api.getCodePrivacyInfo(), 86001, 'component experience version not exists')
  await refused(commit(0, '1.0.0'), 85014, 'template not exist')
  await refused(api.submitAudit(), 85086, 'must commit before submit audit')
  await refused(api.getLastAuditStatus(), 85058, 'no valid audit_id exist')
  await refused(api.getAuditStatus(1), 85012, 'invalid audit id')
  await refused(api.speedUpAudit(1), 89402, '该小程序不在待审核队列，请检查是否已提交审核或已审完')
  await refused(api.undoCodeAudit(), 87012, 'forbid revert this version release')
  await refused(api.releaseCode(), 85019, 'no version is under auditing')
  await refused(api.grayReleaseCode(1), 85079, 'miniprogram has no online release')
  await refused(api.changeVisitStatus(false), 85021, 'status not allowed')
  await refused(api.revertCodeRelease(), 87012, 'forbid revert this version release')
  assert.deepEqual([await history(), await byPath('getversioninfo', {})], [[], OK])
})

test('from an upload to a rolled back release', async t => {
  const { api, byPath, newTemplate, commit, submit, versions, plan, history } = await openShop(t)
  const template = await newTemplate('1.0.0')

  // The template becomes the merchant's; a commit that is refused changes nothing.
  assert.deepEqual(await commit(template, '1.0.0'), OK)
  await refused(commit(template, '0', { pages: ['pages/nowhere'] }), 85045, 'some path in ext_json not exist')
  await refused(api.commitCode(template, { ext: {} }, '0', ''), 47001, 'data format error')
  await refused(api.commitCode(String(template), '{', '0', ''), 85048, 'parse ext.json failed')
  assert.deepEqual(await api.getPage(), { ...OK, page_list: PAGES })
  assert.deepEqual(await api.getCodePrivacyInfo(), { ...OK, without_auth_list: [], without_conf_list: [] })
  assert.deepEqual(await versions(), ['1.0.0', undefined])
  for (const path of [undefined, 'pages/index/index?from=a']) { // which goes as a bare parameter
    const picture = await api.getTestQrCode(path)
    assert.ok(Buffer.isBuffer(picture))
    assert.deepEqual([picture.toString('hex', 0, 3), picture.toString('hex', picture.length - 2)], ['ffd8ff', 'ffd9'])
  }

  // Submitted, withdrawn, submitted again with a page for the reviewers, and hurried.
  const order = await submit()
  assert.deepEqual(await api.getAuditStatus(order), { ...OK, status: 2 })
  await refused(api.submitAudit(), 85009, 'already submit a version under auditing')
  assert.deepEqual(await api.undoCodeAudit(), OK)
  assert.deepEqual(await api.getAuditStatus(String(order)), { ...OK, status: 3 })
  const [category, ...more] = (await api.getCodeCategory()).category_list
  assert.deepEqual([category.first_class, category.second_class, more], ['工具', '效率', []])
  const item = { address: PAGES[0], tag: '商城 演示', title: '首页', ...category }
  await refused(api.submitAudit([{ ...item, address: 'pages/nowhere' }]), 85007, 'page is in invalid format')
  const rejected = await submit([item])
  const before = await api.queryQuota()
  assert.deepEqual(await api.speedUpAudit(rejected), OK)
  await refused(api.speedUpAudit(rejected), 89404, '本单已加速成功，请勿重复提交')
  assert.deepEqual(await api.queryQuota(), { ...before, speedup_rest: before.speedup_rest - 1 })

  // Rejected: the reason is the reviewer's own, HTML and all. The SDK has no code for pushes.
  await decide(rejected, 'reject', { reason: REASON, screenshot: 'm1|m2' })
  const { submit_audit_time: at, ...latest } = await api.getLastAuditStatus()
  assert.deepEqual(latest, {
    ...OK, auditid: rejected, status: 1, reason: REASON, ScreenShot: 'm1|m2', user_version: '1.0.0', user_desc: '商户的 1.0.0'
  })
  assert.ok(Number.isInteger(at), at)
  assert.deepEqual(await api.getAuditStatus(rejected), { ...OK, status: 1, reason: REASON, screenshot: 'm1|m2' })
  await refused(api.releaseCode(), 85020, 'status not allowed')
  await refused(api.undoCodeAudit(), 87012, 'forbid revert this version release')

  // Mended, delayed, passed, released - once.
  assert.deepEqual(await commit(String(template), '1.0.1'), OK)
  const passed = await submit(null, null, '修复首页', '已补充首页内容')
  await decide(passed, 'delay', { reason: DELAY })
  assert.deepEqual(await api.getAuditStatus(passed), { ...OK, status: 4, reason: DELAY })
  await decide(passed, 'approve')
  assert.deepEqual(await api.getAuditStatus(passed), { ...OK, status: 0 })
  assert.deepEqual(await api.releaseCode(), OK)
  await refused(api.releaseCode(), 85052, 'app is already released')
  await refused(api.revertCodeRelease(), 87012, 'forbid revert this version release')
  assert.deepEqual(await versions(), ['1.0.1', '1.0.1'])

  // The second version comes by degrees.
  await commit(await newTemplate('2.0.0'), '2.0.0')
  await decide(await submit(), 'approve')
  assert.deepEqual(await plan(), [0, 0])
  assert.deepEqual(await api.grayReleaseCode('10'), OK)
  assert.deepEqual(await plan(), [1, 10])
  await refused(api.grayReleaseCode(10), 85082, 'gray percentage too low')
  await refused(api.grayReleaseCode(101), 85081, 'invalid gray percentage')
  await refused(api.revertCodeRelease(), 87011, 'wxa has a gray release plan, forbid revert release')
  assert.deepEqual(await api.revertGrayRelease(), OK)
  assert.deepEqual([await plan(), await versions()], [[4, 10], ['2.0.0', '1.0.1']])
  assert.deepEqual(await api.grayReleaseCode(50), OK)
  assert.deepEqual(await api.releaseCode(), OK)
  assert.deepEqual([(await plan())[0], await versions()], [3, ['2.0.0', '2.0.0']])

  // And is taken back: once, and what was taken back is not released again.
  assert.deepEqual(await history(), [['1.0.1', 1]])
  assert.deepEqual(await api.revertCodeRelease(), OK)
  assert.deepEqual([await versions(), await history()], [['2.0.0', '1.0.1'], []])
  await refused(api.revertCodeRelease(), 87012, 'forbid revert this version release')
  await refused(api.releaseCode(), 85052, 'app is already released')

  // Closed to its users, and open.
  for (const open of [false, true]) {
    assert.deepEqual(await api.changeVisitStatus(open), OK)
    assert.deepEqual(await byPath('getvisitstatus', {}), { ...OK, status: Number(open) })
  }
  assert.deepEqual(await api.setWeappSupportVersion('2.30.0'), OK)
  assert.equal((await api.getWeappSupportVersion()).now_version, '2.30.0')
})
