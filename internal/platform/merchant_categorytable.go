package platform

type firstCategory struct {
	id      int
	name    string
	seconds []secondCategory
}

type secondCategory struct {
	id          int
	name        string
	certificate string // needed to set it
	thirds      []thirdCategory
}

type thirdCategory struct {
	id   int
	name string
}

// categories is an extract of what can be set. Names are those of the public lists of
// categories open to mini programs; WeChat changes them several times a year. Ids
// below 9000 stand in examples of the pages or of answers that were shown (those of
// the third levels of 2 follow from the gap between their neighbors); ids from 9000 on
// are made up, and stay.
// https://developers.weixin.qq.com/miniprogram/product/material/
var categories = []firstCategory{
	{1, "快递业与邮政", []secondCategory{
		{2, "快递、物流", "《快递业务经营许可证》", []thirdCategory{{3, "寄件/收件"}, {4, "查件"}}},
		{5, "邮政", "《邮政业务经营许可证》", nil},
		{556, "装卸搬运", "", nil},
		{558, "仓储", "", nil},
	}},
	{8, "教育", []secondCategory{
		{9, "学历教育", "《民办学校办学许可证》", []thirdCategory{{9001, "小学"}, {9002, "中学"}, {9003, "高等"}}},
		{39, "出国移民", "《因私出入境中介机构经营许可证》", nil},
		{9004, "婴幼儿教育", "", nil},
		{9005, "在线教育", "", nil},
		{9006, "驾校培训", "《道路运输经营许可证》", nil},
		{9007, "教育信息服务", "", nil},
	}},
	{9020, "出行与交通", []secondCategory{
		{9021, "停车", "", nil},
		{9022, "租车", "", nil},
		{9023, "公交", "", nil},
		{9024, "打车（网约车）", "《网络预约出租汽车经营许可证》", nil},
	}},
	{9040, "房地产", []secondCategory{{9041, "物业管理", "", nil}, {9042, "装修/建材", "", nil}, {9043, "房地产开发经营", "《商品房预售许可证》", nil}}},
	{150, "生活服务", []secondCategory{
		{185, "丽人服务", "", nil},
		{9061, "家政", "", nil},
		{9062, "婚庆服务", "", nil},
		{9063, "摄影/扩印", "", nil},
		{9064, "线下超市/便利店", "", nil},
		{9065, "宠物（非医院类）", "", nil},
		{9066, "休闲娱乐", "", nil},
	}},
	{9080, "IT科技", []secondCategory{{9081, "软件服务提供商", "", nil}, {9082, "硬件与设备", "", nil}}},
	{9100, "餐饮", []secondCategory{
		{9101, "餐饮服务场所", "《食品经营许可证》", nil},
		{9102, "点餐平台", "《食品经营许可证》", nil},
		{9103, "外卖平台", "《食品经营许可证》", nil},
		{9104, "餐厅排队", "", nil},
		{9105, "菜谱", "", nil},
	}},
	{9120, "旅游", []secondCategory{{9121, "旅游攻略", "", nil}, {9122, "景区服务", "", nil}, {9123, "酒店服务", "《特种行业许可证》", nil}, {9124, "门票", "", nil}}},
	{9140, "工具", []secondCategory{
		{9141, "信息查询", "", nil},
		{9142, "效率", "", nil},
		{9143, "备忘录", "", nil},
		{9144, "日历", "", nil},
		{9145, "天气", "", nil},
		{9146, "计算类", "", nil},
		{9147, "办公", "", nil},
		{9148, "企业管理", "", nil},
		{9149, "预约/报名", "", nil},
		{9150, "投票", "", nil},
	}},
	{9160, "商家自营", []secondCategory{
		{9161, "百货", "", nil},
		{9162, "服装/鞋/箱包", "", nil},
		{9163, "美妆/洗护", "", nil},
		{9164, "食品", "《食品经营许可证》", nil},
		{9165, "初级食用农产品", "", nil},
		{9166, "家居/家饰/家纺", "", nil},
		{9167, "鲜花/园艺/工艺品", "", nil},
		{9168, "办公/文具", "", nil},
	}},
	{9180, "商业服务", []secondCategory{{9181, "广告/设计", "", nil}, {9182, "会展服务", "", nil}, {9183, "法律服务", "《律师事务所执业许可证》", nil}, {9184, "一般财务服务", "", nil}}},
	{9200, "体育", []secondCategory{{9201, "体育场馆服务", "", nil}, {9202, "体育培训", "", nil}, {9203, "在线健身", "", nil}}},
	{9220, "汽车", []secondCategory{{9221, "养车/修车", "", nil}, {9222, "汽车资讯", "", nil}, {9223, "汽车经销商/4S店", "", nil}}},
	{9240, "医疗", []secondCategory{{9241, "就医服务", "《医疗机构执业许可证》", nil}, {9242, "健康咨询、问诊", "《医疗机构执业许可证》", nil}}},
	{9260, "公益", []secondCategory{{9261, "基金会", "《基金会法人登记证书》", nil}, {9262, "公益慈善", "《公开募捐资格证书》", nil}}},
}
