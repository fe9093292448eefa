// 价格以分为单位，避免小数误差
const goods = [
  { id: 1, name: '手冲咖啡豆 250 克', price: 6800, stock: 20, desc: '中度烘焙，带有坚果与可可的香气。' },
  { id: 2, name: '白瓷滤杯', price: 8900, stock: 8, desc: '适合一至两人份，配 02 号滤纸。' },
  { id: 3, name: '细口手冲壶', price: 15900, stock: 5, desc: '容量 600 毫升，出水稳定。' },
  { id: 4, name: '无漂白滤纸 100 张', price: 2500, stock: 60, desc: '02 号，天然原浆。' }
]

function find(id) {
  return goods.find(item => item.id === id)
}

module.exports = { goods, find }
