// Lists the draft box with Node's https module.
const https = require('https')

https.get(`https://api.weixin.qq.com/wxa/gettemplatedraftlist?access_token=${process.argv[2]}`, (res) => {
  res.pipe(process.stdout)
}).on('error', (err) => {
  console.error(err.message)
  process.exitCode = 1
})
