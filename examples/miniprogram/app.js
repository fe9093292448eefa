App({
  onLaunch() {
    // 第三方平台代上传时，商户各自的配置写在 ext.json 里，运行时从这里取得
    const ext = wx.getExtConfigSync ? wx.getExtConfigSync() : {}
    this.globalData.shopName = ext.shopName || this.globalData.shopName
  },

  globalData: {
    shopName: '商城演示'
  }
})
