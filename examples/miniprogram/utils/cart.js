const { find } = require('../data/goods')

const KEY = 'cart'

// 购物车只保存商品编号与数量，名称和价格始终取自商品数据
function read() {
  return wx.getStorageSync(KEY) || []
}

function add(id) {
  const lines = read()
  const line = lines.find(item => item.id === id)
  if (line) {
    line.count += 1
  } else {
    lines.push({ id, count: 1 })
  }
  wx.setStorageSync(KEY, lines)
}

function clear() {
  wx.removeStorageSync(KEY)
}

function total(lines) {
  return lines.reduce((sum, line) => {
    const item = find(line.id)
    return item ? sum + item.price * line.count : sum
  }, 0)
}

module.exports = { read, add, clear, total }
