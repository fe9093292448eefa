const { find } = require('../../data/goods')
const cart = require('../../utils/cart')
const { yuan } = require('../../utils/price')

Page({
  data: {
    lines: [],
    total: ''
  },

  onShow() {
    this.refresh()
  },

  refresh() {
    // 已下架的商品不再显示
    const lines = cart.read().filter(line => find(line.id))
    this.setData({
      lines: lines.map(line => ({ id: line.id, name: find(line.id).name, count: line.count })),
      total: yuan(cart.total(lines))
    })
  },

  checkout() {
    wx.showModal({
      title: '演示商城',
      content: `合计 ${this.data.total}，演示环境不会真的扣款。`,
      showCancel: false,
      success: () => {
        cart.clear()
        this.refresh()
      }
    })
  }
})
