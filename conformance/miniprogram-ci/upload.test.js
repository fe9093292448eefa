import assert from 'node:assert/strict'
import { test } from 'node:test'

import { Component } from './admin.js'
import { folder, keyFile, project } from './projects.js'
import { byAPI, byCLI, versions } from './tool.js'

const pages = ['pages/index/index', 'pages/cart/cart', 'packages/goods/detail/detail']

/** What miniprogram-ci of each line prints last when all went well. */
const done = { 1: /\ndone: upload\n$/, 2: /\n\[log\] done\n$/ }

for (const version of versions) {
  test(`${version}: uploads become drafts, one a development mini program`, async t => {
    const component = await Component.make()
    const one = await component.newDev()
    const two = await component.newDev({ name: '另一个' })
    const dir = folder(t)
    const projectPath = project(dir)

    const byProgram = await byAPI(version, 'upload', { appid: one.appid, projectPath, privateKey: one.key },
      { version: '1.1.0', desc: '修复：购物车 🛒 & "结算" 100%\n第二行', robot: 7, setting: { useProjectConfig: true } })
    const [draft, ...none] = await component.drafts()
    assert.deepEqual(none, [])
    assert.deepEqual(byProgram.value, {
      subPackageInfo: [
        { name: '__FULL__', size: draft.size },
        { name: '__APP__', size: draft.size - draft.subpackages[0].size },
        { name: '/packages/goods/', size: draft.subpackages[0].size }
      ],
      pluginInfo: []
    }, byProgram.out)
    assert.ok(draft.subpackages[0].size > 500 && draft.size > 4000, JSON.stringify(draft))
    assert.deepEqual(draft.pages, pages)
    assert.deepEqual(draft.subpackages.map(s => [s.root, s.name, s.independent, s.pages]),
      [['packages/goods', 'goods', false, ['detail/detail']]])
    assert.deepEqual(await component.listed(), [{
      create_time: draft.create_time,
      user_version: '1.1.0',
      user_desc: '修复：购物车 🛒 & "结算" 100%\n第二行',
      draft_id: 0,
      source_miniprogram_appid: one.appid,
      source_miniprogram: '商城演示',
      developer: 'ci机器人7',
      category_list: []
    }])
    const code = await component.package(draft)
    assert.ok(code.includes('pages/cart/cart.wxml') && !code.includes('ci.signature'), 'the code without the signature')

    // From the command line, as its readme has it; the draft before goes.
    const byHand = await byCLI(version, 'upload', '--pp', projectPath, '--pkp', keyFile(dir, one), '--appid', one.appid,
      '--uv', '1.2.0', '--ud', '说明', '-r', '1')
    assert.equal(byHand.code, 0, byHand.out)
    assert.match(byHand.out, done[version[0]])
    const after = await component.listed()
    assert.deepEqual(after.map(d => [d.draft_id, d.user_version, d.user_desc, d.developer]), [[1, '1.2.0', '说明', 'ci机器人1']])

    // Another one has a draft of its own. Without a description the uploader makes one up.
    const other = await byAPI(version, 'upload', { appid: two.appid, projectPath, privateKey: two.key },
      { version: '2.0.0', setting: { es6: true, minify: true } })
    assert.equal(other.value?.pluginInfo.length, 0, other.out)
    const both = await component.listed()
    assert.deepEqual(both.map(d => [d.draft_id, d.source_miniprogram_appid, d.source_miniprogram, d.user_version, d.developer]), [
      [1, one.appid, '商城演示', '1.2.0', 'ci机器人1'],
      [2, two.appid, '另一个', '2.0.0', 'ci机器人1']
    ])
    assert.match(both[1].user_desc, /^robot 1 use miniprogram-ci to upload at \d{4}\/\d\d?\/\d\d? \d{2}:\d{2}:\d{2}$/)
  })
}
