import assert from 'node:assert/strict'
import { test } from 'node:test'

import { calls, Component } from './admin.js'
import { folder, MiB, pictures } from './projects.js'
import { byAPI, newest, versions } from './tool.js'

const options = { version: '1.0.0', desc: '大包', robot: 2, setting: { es6: false } }

/** By what the uploader asks for object storage with packages over 5 MiB. */
const storage = version => version === newest ? '/wxa/ci/getmulticosuploadinfo' : '/wxa/ci/getuploadtoken'

for (const version of versions) {
  test(`${version}: 6 MB with sub-packages, without the object storage`, async t => {
    const component = await Component.make()
    const dev = await component.newDev()
    const projectPath = pictures(folder(t), { '': 1.5 * MiB, pkgA: 1.5 * MiB, pkgB: 1.5 * MiB, 'deep/pkgC': 1.5 * MiB })

    const { value, out } = await byAPI(version, 'upload', { appid: dev.appid, projectPath, privateKey: dev.key }, options)
    const [draft] = await component.drafts()
    assert.ok(draft, out)
    assert.ok(draft.size > 6 * MiB && draft.size < 6.01 * MiB, `${draft.size} bytes`)
    assert.deepEqual(draft.pages, ['pages/index/index', 'pkgA/p/p', 'pkgB/p/p', 'deep/pkgC/p/p'])
    const sub = draft.subpackages
    assert.deepEqual(sub.map(s => [s.root, s.size >> 10]), [['pkgA', 1536], ['pkgB', 1536], ['deep/pkgC', 1536]])
    assert.deepEqual(value?.subPackageInfo, [
      { name: '__FULL__', size: draft.size },
      { name: '__APP__', size: draft.size - sub[0].size - sub[1].size - sub[2].size },
      ...sub.map(s => ({ name: `/${s.root}/`, size: s.size }))
    ], out)

    // It asked, was refused, and fell back by itself.
    const asked = await calls(storage(version), dev.appid)
    assert.deepEqual(asked.map(c => c.response_body), ['{"errCode":-1,"errMsg":"object storage is not offered here"}'], out)
  })
}

for (const [name, parts, says] of [
  ['main package', { '': 2 * MiB + 1024 }, 'main package source size 2050KB exceed max limit 2MB'],
  ['sub-package', { '': 1, pkgA: 2 * MiB + 1024 }, 'subpackage pkgA source size 2050KB exceed max limit 2MB']
]) {
  test(`${newest}: a ${name} over the limit`, async t => {
    const component = await Component.make()
    const dev = await component.newDev()
    const projectPath = pictures(folder(t), parts)
    const { code, message, out } = await byAPI(newest, 'upload', { appid: dev.appid, projectPath, privateKey: dev.key }, options)
    const answer = { errCode: -1, errMsg: `inner upload fail with errcode: 80200, errmsg: ${says}` }
    assert.deepEqual({ code, message }, { code: 20003, message: `Error: ${JSON.stringify(answer)}` }, out)
    assert.deepEqual(await component.drafts(), [])
  })
}
