import assert from 'node:assert/strict'
import { test } from 'node:test'

import { Component } from './admin.js'
import { folder, project } from './projects.js'
import { byAPI, newest, versions } from './tool.js'

/** Uploads the sample mini program with an ext.json for a merchant of the component. */
async function upload (t, version, ext) {
  const component = await Component.make()
  const dev = await component.newDev()
  const merchant = await component.newMerchant()
  const text = JSON.stringify({ extAppid: merchant.appid, ext: { shop: 42 }, ...ext })
  const outcome = await byAPI(version, 'upload', {
    appid: dev.appid, projectPath: project(folder(t), { files: { 'ext.json': text } }), privateKey: dev.key
  }, { version: '1.3.0', desc: '商户版', robot: 4, setting: {} })
  assert.equal(outcome.value?.subPackageInfo[0].name, '__FULL__', outcome.out)
  return { component, dev, merchant, out: outcome.out }
}

for (const version of versions) {
  test(`${version}: directCommit goes to the merchant and makes no draft`, async t => {
    const { component, dev, merchant, out } = await upload(t, version, { extEnable: true, directCommit: true })
    assert.ok(out.includes('The code will be uploaded into the waiting list of extAppid.'), out)
    assert.deepEqual(await component.listed(), [])
    const [pending, ...none] = await component.pending(merchant)
    assert.deepEqual(none, [])
    const { create_time: created, digest, ext_json: ext, ...rest } = pending
    assert.ok(created > 1.5e9 && /^[0-9a-f]{64}$/.test(digest))
    assert.deepEqual(rest, {
      source_miniprogram_appid: dev.appid, user_version: '1.3.0', user_desc: '商户版', developer: 'ci机器人4'
    })
    assert.deepEqual(JSON.parse(ext), { extAppid: merchant.appid, ext: { shop: 42 }, extEnable: true, directCommit: true })
  })
}

for (const ext of [{ extEnable: true, directCommit: false }, { extEnable: false, directCommit: true }]) {
  test(`${newest}: ${JSON.stringify(ext)} makes a draft`, async t => {
    const { component, merchant, out } = await upload(t, newest, ext)
    assert.equal(out.includes('into the draft box of the third-party platform.'), !ext.extEnable, out)
    assert.deepEqual((await component.listed()).map(d => [d.draft_id, d.user_version, d.user_desc]), [[0, '1.3.0', '商户版']])
    assert.deepEqual(await component.pending(merchant), [])
  })
}
