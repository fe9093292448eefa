import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'

import jsQR from 'jsqr'
import { PNG } from 'pngjs'

import { Component } from './admin.js'
import { folder, keyFile, project } from './projects.js'
import { byAPI, byCLI, newest, versions } from './tool.js'

const link = query => `https://open.weixin.qq.com/sns/getexpappinfo?${new URLSearchParams(query)}#wechat-redirect`

/** Reads the QR code of a picture. */
function decode (bytes) {
  const png = PNG.sync.read(bytes)
  return jsQR(new Uint8ClampedArray(png.data), png.width, png.height)?.data
}

/** Reads a QR code that was drawn with the background of two spaces a module. */
function decodeDrawing (text) {
  const scale = 4
  const rows = text.split('\n').map(line => [...line.matchAll(/\x1b\[4([07])m {2}\x1b\[0m/g)].map(m => m[1] === '0'))
    .filter(row => row.length > 0)
  const size = (rows.length + 6) * scale // with a margin
  const pixels = new Uint8ClampedArray(size * size * 4).fill(255)
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const isDark = rows[Math.floor(y / scale) - 3]?.[Math.floor(x / scale) - 3]
      if (isDark) pixels.fill(0, (y * size + x) * 4, (y * size + x) * 4 + 3)
    }
  }
  return jsQR(pixels, size, size)?.data
}

for (const version of versions) {
  test(`${version}: a preview makes a picture and no draft`, async t => {
    const component = await Component.make()
    const dev = await component.newDev()
    const dir = folder(t)
    const dest = join(dir, 'preview.png')
    const { value, out } = await byAPI(version, 'preview', { appid: dev.appid, projectPath: project(dir), privateKey: dev.key }, {
      desc: '试一下', robot: 5, setting: { useProjectConfig: true }, qrcodeFormat: 'image', qrcodeOutputDest: dest,
      pagePath: 'packages/goods/detail/detail', searchQuery: 'id=1&from=预览'
    })
    assert.deepEqual(value?.subPackageInfo.map(s => s.name), ['__FULL__', '__APP__', '/packages/goods/'], out)
    const path = 'packages/goods/detail/detail?id=1&from=预览'
    assert.equal(decode(readFileSync(dest)), link({ appid: dev.appid, path }))

    const { create_time: created, digest, ...rest } = await component.devVersion(dev)
    assert.ok(created > 1.5e9 && /^[0-9a-f]{64}$/.test(digest))
    assert.deepEqual(rest, { appid: dev.appid, user_version: '0.0.1', user_desc: '试一下', developer: 'ci机器人5', path })
    assert.deepEqual(await component.listed(), [])
  })
}

test(`${newest}: a preview from the command line, as text`, async t => {
  const component = await Component.make()
  const dev = await component.newDev()
  const dir = folder(t)
  const dest = join(dir, 'preview.txt')
  const args = ['preview', '--pp', project(dir), '--pkp', keyFile(dir, dev), '--appid', dev.appid, '--uv', '1.0.0']

  const text = await byCLI(newest, ...args, '--qrcode-format', 'base64', '--qrcode-output-dest', dest)
  assert.equal(text.code, 0, text.out)
  assert.match(text.out, /\n\[log\] done\n$/)
  const [head, picture] = readFileSync(dest, 'utf8').split(',')
  assert.equal(head, 'data:image/jpeg;base64') // whatever the picture is
  assert.equal(decode(Buffer.from(picture, 'base64')), link({ appid: dev.appid }))
})

test(`${newest}: a preview draws its QR code in the terminal`, async t => {
  const component = await Component.make()
  const dev = await component.newDev()
  const dir = folder(t)
  const args = ['preview', '--pp', project(dir), '--pkp', keyFile(dir, dev), '--appid', dev.appid, '--uv', '1.0.0']

  // The uploader draws what it reads in the picture, and its reader fails with one in ten
  // of the codes that every other reads: so there are four of different sizes.
  const looks = [undefined, 'pages/index/index', 'pages/cart/cart?from=share', 'packages/goods/detail/detail?id=123']
  for (const path of looks) {
    const [page, query] = path?.split('?') ?? []
    const { code, out } = await byCLI(newest, ...args,
      ...(page ? ['--preview-page-path', page] : []), ...(query ? ['--preview-search-query', query] : []))
    assert.equal(code, 0, out)
    assert.match(out, /\n\[log\] done\n$/)
    if (out.includes('[error] Termianl qrcode generate failed, but you can still visit the dev version on your cell phone.')) {
      continue
    }
    assert.match(out, /\[log\] terminal qrcode shown above\n/)
    assert.equal(decodeDrawing(out), link({ appid: dev.appid, ...(path ? { path } : {}) }))
    t.diagnostic(`drawn: ${path ?? 'no page'}`)
    return
  }
  assert.fail('four QR codes in a row that the uploader could not read')
})
