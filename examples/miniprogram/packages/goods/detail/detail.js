const { find } = require('../../../data/goods')
const cart = require('../../../utils/cart')
const { yuan } = require('../../../utils/price')

Page({
  data: {
    item: null,
    price: ''
  },

  onLoad(query) {
    const item = find(Number(query.id))
    if (item) {
      this.setData({ item, price: yuan(item.price) })
    }
  },

  addToCart() {
    cart.add(this.data.item.id)
    wx.showToast({ title: '已加入购物车', icon: 'success' })
  }
})
