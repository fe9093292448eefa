const { goods } = require('../../data/goods')
const { yuan } = require('../../utils/price')

Page({
  data: {
    shopName: '',
    goods: []
  },

  onLoad() {
    this.setData({
      shopName: getApp().globalData.shopName,
      goods: goods.map(item => ({ id: item.id, name: item.name, price: yuan(item.price) }))
    })
  },

  openDetail(event) {
    const { id } = event.currentTarget.dataset
    wx.navigateTo({ url: `/packages/goods/detail/detail?id=${id}` })
  },

  onShareAppMessage() {
    return { title: this.data.shopName, path: '/pages/index/index' }
  }
})
