import assert from 'node:assert/strict'
import { test } from 'node:test'

import { Component, newAppid } from './admin.js'
import { folder, keyFile, pictures } from './projects.js'
import { byAPI, byCLI, newest, versions } from './tool.js'

/** What the uploader hands on of a refused upload: its code, and the answer as it came. */
const refusal = (errCode, errMsg) => ({ code: 20003, message: `Error: ${JSON.stringify({ errCode, errMsg })}` })

const wrongKey = refusal(-1, 'get new ticket fail innerCode: -80011')
const unknown = refusal(-1, 'get new ticket fail innerCode: -80002')
const blocked = refusal(-10008,
  'invalid ip: 127.0.0.1, reference: https://developers.weixin.qq.com/miniprogram/dev/devtools/ci.html')

async function setup (t, more) {
  const component = await Component.make()
  const dir = folder(t)
  return { component, dev: await component.newDev(more), dir, projectPath: pictures(dir, { '': 100 }) }
}

const options = { version: '1.0.0', desc: '不该有', robot: 1, setting: {} }

/** Uploads with the API and checks what it is rejected with, and that nothing was stored. */
async function refused (version, component, want, appid, projectPath, privateKey) {
  const { code, message, out } = await byAPI(version, 'upload', { appid, projectPath, privateKey }, options)
  assert.deepEqual({ code, message }, want, out)
  assert.deepEqual(await component.drafts(), [])
  return out
}

for (const version of versions) {
  test(`${version}: another's key, and a key that is void`, async t => {
    const { component, dev, dir, projectPath } = await setup(t)
    const another = await component.newDev()
    const out = await refused(version, component, wrongKey, dev.appid, projectPath, another.key)
    // The attributes of the project are refused first, which the uploader tells and goes on.
    const attr = `get ${dev.appid} project attr fail errCode: -1, errMsg: get new ticket fail innerCode: -80011`
    assert.ok(out.includes(attr), out)

    const current = await component.newKey(dev)
    assert.notEqual(current, dev.key)
    await refused(version, component, wrongKey, dev.appid, projectPath, dev.key)
    const byHand = await byCLI(version, 'upload', '--pp', projectPath, '--pkp', keyFile(dir, dev), '--appid', dev.appid, '--uv', '1.0.0')
    assert.equal(byHand.code, 1, byHand.out)
    assert.ok(byHand.out.includes(wrongKey.message), byHand.out)
    assert.deepEqual(await component.drafts(), [])

    const { value, out: printed } = await byAPI(version, 'upload', { appid: dev.appid, projectPath, privateKey: current }, options)
    assert.equal(value?.pluginInfo.length, 0, printed)
    assert.deepEqual((await component.drafts()).map(d => d.draft_id), [0])
  })
}

test(`${newest}: an address that the list does not have`, async t => {
  const { component, dev, projectPath } = await setup(t, { upload_ip_allowlist: ['10.0.0.*'] })
  await refused(newest, component, blocked, dev.appid, projectPath, dev.key)
})

test(`${newest}: an address that the list has`, async t => {
  const { component, dev, projectPath } = await setup(t, { upload_ip_allowlist: ['10.0.0.*', '127.0.0.1'] })
  const { value, out } = await byAPI(newest, 'upload', { appid: dev.appid, projectPath, privateKey: dev.key }, options)
  assert.equal(value?.pluginInfo.length, 0, out)
})

test(`${newest}: an appid that nobody has bound`, async t => {
  const { component, dev, projectPath } = await setup(t)
  await refused(newest, component, unknown, newAppid(), projectPath, dev.key)
})
