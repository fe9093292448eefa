import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

import { Component } from './admin.js'
import { folder, project } from './projects.js'
import { byAPI, newest } from './tool.js'

// The demonstration of the component library wux-weapp, as its package carries it.
const from = fileURLToPath(new URL('node_modules/wux-weapp/example', import.meta.url))
const { pages } = JSON.parse(readFileSync(join(from, 'app.json'), 'utf8'))

test(`${newest}: a mini program of 97 pages from its own project folder`, async t => {
  const component = await Component.make()
  const dev = await component.newDev()
  const { value, out } = await byAPI(newest, 'upload', { appid: dev.appid, projectPath: project(folder(t), { from }), privateKey: dev.key },
    { version: '3.11.3', desc: 'wux-weapp', robot: 30, setting: { useProjectConfig: true } })
  const [draft] = await component.drafts()
  assert.ok(draft, out)
  assert.equal(pages.length, 97)
  assert.deepEqual(draft.pages, pages)
  assert.deepEqual(value?.subPackageInfo, [{ name: '__FULL__', size: draft.size }])
  assert.deepEqual([draft.user_version, draft.developer], ['3.11.3', 'ci机器人30'])
  t.diagnostic(`${draft.pages.length} pages, ${draft.size} bytes`)
})
