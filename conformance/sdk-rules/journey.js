// The answers that the rules for responses are held against.
import { decide } from '../admin.mjs'
import { send } from './wire.js'

const REASON = '1:小程序内容不符合规范:<br>(1):"首页" & \\ 无内容<br>\n\t2:…'

/**
 * Goes from the ticket to a rolled back release and returns the answers: `login` those
 * that give tokens and tell of authorizations, `wxa` the successes of /wxa/ and of what
 * answers like it.
 */
export async function journey (shop) {
  const login = [
    await send('POST', '/cgi-bin/component/api_component_token', {
      body: JSON.stringify({
        component_appid: shop.component.appid, component_appsecret: shop.component.secret, component_verify_ticket: shop.ticket
      })
    }),
    await shop.ofComponent('api_create_preauthcode'),
    await shop.ofComponent('api_authorizer_token', { authorizer_appid: shop.merchant.appid, authorizer_refresh_token: shop.refreshToken }),
    await shop.ofComponent('api_get_authorizer_info', { authorizer_appid: shop.merchant.appid }),
    await shop.ofComponent('api_get_authorizer_list', { offset: 0, count: 10 })
  ]
  const wxa = []
  const kept = async promise => { wxa.push(await promise) }
  await shop.upload('1.0.0', '第一行\r\n第二行\t"引号" \\ <b>&amp;</b> \u2028 🛒')
  await kept(shop.list('gettemplatedraftlist'))
  await shop.newTemplate()
  await kept(shop.list('gettemplatelist'))
  await shop.commit('1.0.0')
  await kept(shop.get('/wxa/get_page'))
  await kept(shop.get('/wxa/get_category'))
  await kept(shop.post('/wxa/submit_audit'))
  const order = JSON.parse(wxa.at(-1).body).auditid
  await kept(shop.post('/wxa/speedupaudit', { auditid: order }))
  await decide(order, 'reject', { reason: REASON, screenshot: 'm1|m2' })
  await kept(shop.post('/wxa/get_auditstatus', { auditid: order }))
  await kept(shop.get('/wxa/get_latest_auditstatus'))
  const withdrawn = await shop.submit()
  await kept(shop.get('/wxa/undocodeaudit'))
  await kept(shop.post('/wxa/get_auditstatus', { auditid: withdrawn }))
  await decide(await shop.submit(), 'approve')
  await kept(shop.post('/wxa/release'))
  await shop.commit('2.0.0')
  await decide(await shop.submit(), 'approve')
  await kept(shop.post('/wxa/grayrelease', { gray_percentage: 10 }))
  await kept(shop.get('/wxa/getgrayreleaseplan'))
  await kept(shop.get('/wxa/revertgrayrelease'))
  await shop.post('/wxa/release')
  await kept(shop.post('/wxa/getversioninfo'))
  await kept(shop.get('/wxa/revertcoderelease', '&action=get_history_version'))
  await kept(shop.get('/wxa/revertcoderelease'))
  await kept(shop.post('/wxa/change_visitstatus', { action: 'close' }))
  await kept(shop.post('/wxa/getvisitstatus'))
  await kept(shop.get('/wxa/queryquota'))
  await kept(shop.post('/cgi-bin/wxopen/getweappsupportversion'))
  await kept(shop.get('/wxa/security/get_code_privacy_info'))
  return { login, wxa }
}

/** Asks for what is refused, in every way that a request can be wrong, and returns the answers. */
export async function refusals (shop) {
  return [
    await send('GET', '/wxa/nowhere'),
    await send('POST', `/wxa/gettemplatedraftlist?access_token=${shop.token}`),
    await send('GET', `/wxa/addtotemplate?access_token=${shop.token}`),
    await send('DELETE', `/wxa/gettemplatedraftlist?access_token=${shop.token}`),
    await send('GET', '/wxa/gettemplatedraftlist'),
    await send('GET', '/wxa/gettemplatedraftlist?access_token=%00%0A%22'),
    await send('GET', `/wxa/gettemplatedraftlist?access_token=${shop.merchantToken}`),
    await send('POST', '/cgi-bin/component/api_component_token'),
    await send('POST', '/cgi-bin/component/api_component_token', { body: JSON.stringify({ component_appid: 'x\n' }) }),
    await shop.ofComponent('api_query_auth', { authorization_code: 'a\n"b"' }),
    await shop.post('/wxa/commit', '{"a":'),
    await shop.post('/wxa/commit', { template_id: 99, ext_json: '{\n}', user_version: '1\n', user_desc: '' }),
    await shop.post('/wxa/release', ''),
    await shop.post('/wxa/get_auditstatus', { auditid: 1 }),
    await shop.get('/wxa/revertcoderelease', '&app_version=%0A'),
    await shop.get('/wxa/get_qrcode', `&path=${'x'.repeat(3000)}`)
  ]
}
