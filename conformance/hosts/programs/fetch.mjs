// Lists the draft box with Node's fetch.
const res = await fetch(`https://api.weixin.qq.com/wxa/gettemplatedraftlist?access_token=${process.argv[2]}`)
console.log(await res.text())
