"""Names that no registry has: roads, estates, offices, firms and shops, made by how such names are formed."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Final

from gridsvc.domain.address import surfaces
from training.names import some

if TYPE_CHECKING:
    from training.names import Names

_CLASSIC: Final = (
    "人民 解放 中山 建设 和平 新华 文化 胜利 长江 黄河 东风 红旗 光明 幸福 友谊 团结 民主 工业 创业 科技 迎宾 滨江 滨河 环城 江滨 沿江 体育 学院 "
    "大学 公园 车站 站前 火车站 机场 府前 市府 政府 中心 商业 青年 朝阳 向阳 南湖 西湖 东湖 北湖 凤凰 龙山 凤山 金山 银河 天山 昆仑 泰山 华山 健康 "
    "教育 育才 学府 文明 兴业 振兴 发展 开发 富民 康庄 永安 平安 长安 太平 安定 中兴 复兴 新兴 世纪 时代 金融 商贸 物流 丰收 前进 跃进 民生 民族 纬 "
    "经 一环 二环 三环 四环 外环 内环 中环 环湖 湖滨 江南 江北 河东 河西 城东 城西 城南 城北 老城 新城 古城 钟楼 鼓楼 东门 西门 南门 北门 十字 横 "
    "直 中心 东 西 南 北 中"
).split()
_ROAD_ENDS: Final = {
    "路": 46, "东路": 6, "西路": 6, "南路": 5, "北路": 5, "中路": 3, "大道": 9, "街": 7, "大街": 5, "东街": 1, "西街": 1,
    "南街": 1, "北街": 1, "一路": 1.2, "二路": 1.2, "三路": 1, "四路": 0.6, "五路": 0.4, "巷": 4, "弄": 0.8, "胡同": 0.8,
    "里": 0.4, "公路": 1.5, "线": 0.7, "道": 1, "环路": 1, "支路": 0.6, "横路": 0.3, "横街": 0.3, "前街": 0.3, "后街": 0.4,
    "新街": 0.3, "老街": 0.5, "正街": 0.3, "大道东": 0.5, "大道西": 0.5, "大道南": 0.3, "大道北": 0.3, "东大街": 0.6,
    "西大街": 0.6, "南大街": 0.5, "北大街": 0.5, "一街": 0.5, "二街": 0.5, "三街": 0.3, "东一路": 0.3, "西二路": 0.3,
    "路东段": 0.5, "路西段": 0.4, "路北段": 0.4, "路南段": 0.4, "路中段": 0.4, "大道中": 0.2, "步行街": 0.3, "坡": 0.3, "桥": 0.2,
    "一巷": 0.4, "二巷": 0.4, "三巷": 0.3, "五巷": 0.2, "塘": 0.1, "埭": 0.1, "头": 0.1, "湾": 0.1,
}  # fmt: skip
_ESTATE_ENDS: Final = {
    "小区": 14, "花园": 13, "花苑": 6, "家园": 8, "新村": 8, "苑": 12, "公寓": 6, "新苑": 3, "佳苑": 3, "雅苑": 3, "嘉苑": 2,
    "家苑": 2, "景苑": 2, "名苑": 2, "城": 4, "新城": 3, "府": 3, "公馆": 2, "庭": 1, "华庭": 2, "名庭": 1, "湾": 2, "郡": 1,
    "山庄": 2, "名都": 1, "国际": 2, "雅居": 1, "豪庭": 1, "名邸": 1, "半岛": 1, "别墅": 2, "宿舍": 3, "家属院": 3, "家属楼": 1,
    "里": 2, "坊": 1, "园": 4, "轩": 1, "居": 2, "阁": 1, "院": 1, "大院": 2, "新区": 1, "小镇": 1, "花城": 1, "街坊": 0.5,
    "安置房": 1, "安置小区": 1, "经济适用房": 0.3, "教师楼": 0.4, "宿舍楼": 0.5, "社区": 0.3,
}  # fmt: skip
_BUILDING_ENDS: Final = {
    "大厦": 24, "广场": 12, "大楼": 6, "商务楼": 2, "写字楼": 3, "中心": 6, "国际": 3, "商务中心": 3, "商厦": 2, "商城": 5,
    "国际大厦": 2, "商业广场": 2, "国际广场": 2, "商务大厦": 3, "科技大厦": 2, "综合楼": 3, "办公楼": 3, "商业中心": 1,
    "创业园": 2, "科技园": 4, "产业园": 4, "软件园": 2, "工业园": 6, "工业园区": 6, "工业区": 4, "工业小区": 1, "产业园区": 2, "科技园区": 1, "度假区": 1, "风景区": 1, "物流园": 3, "创意园": 2, "孵化园": 1,
    "市场": 6, "批发市场": 4, "农贸市场": 3, "建材市场": 3, "五金市场": 1, "汽配城": 2, "机电城": 2, "家具城": 1, "服装城": 1,
    "购物中心": 2, "百货": 2, "商业街": 2, "步行街": 1, "城": 2, "厂区": 1, "厂房": 1, "标准厂房": 1, "仓库": 1, "招商城": 0.5,
}  # fmt: skip
_PUBLIC_ENDS: Final = {
    "医院": 6, "人民医院": 3, "中医院": 2, "卫生院": 2, "卫生服务中心": 1, "妇幼保健院": 1, "小学": 6, "中学": 6, "实验小学": 2,
    "中心小学": 2, "幼儿园": 4, "大学": 3, "学院": 3, "职业技术学院": 2, "中学北校区": 1, "高级中学": 1, "第一中学": 1, "一中": 1,
    "二中": 1, "派出所": 3, "公安局": 2, "法院": 1, "人民政府": 2, "政府": 2, "镇政府": 2, "村委会": 2, "居委会": 1, "税务局": 1,
    "银行": 2, "农业银行": 2, "工商银行": 2, "建设银行": 1, "信用社": 2, "邮局": 2, "邮政局": 1, "供电局": 1, "电力局": 1, "火车站": 2,
    "汽车站": 2, "客运站": 1, "客运中心": 1, "高铁站": 1, "地铁站": 2, "公交站": 1, "公园": 3, "体育馆": 1, "图书馆": 1, "博物馆": 1,
    "教堂": 0.1, "加油站": 3, "收费站": 1, "服务区": 1, "机场": 1, "码头": 1, "大桥": 1, "水库": 1, "风景区": 1, "部队": 1, "电厂": 1,
    "车管所": 1, "驾校": 2, "敬老院": 1, "林场": 1, "农场": 1, "牧场": 0.3, "度假村": 1, "校区": 1,
}  # fmt: skip
_SHOP_ENDS: Final = {
    "超市": 8, "便利店": 4, "药店": 3, "大药房": 3, "饭店": 5, "酒店": 6, "宾馆": 4, "大酒店": 3, "餐厅": 2, "餐馆": 1, "火锅": 1,
    "火锅店": 1, "面馆": 2, "烧烤": 1, "小吃": 1, "小吃店": 1, "奶茶店": 1, "咖啡": 1, "茶楼": 1, "网吧": 3, "网咖": 1, "KTV": 1,
    "理发店": 2, "美容院": 2, "美发": 2, "养生馆": 1, "足浴": 1, "洗浴中心": 1, "服装店": 2, "鞋店": 1, "童装": 1, "母婴店": 1,
    "眼镜店": 1, "手机店": 2, "电脑店": 1, "五金店": 2, "建材店": 1, "家具": 1, "家具厂": 1, "窗帘店": 1, "花店": 1, "水果店": 2,
    "修理厂": 2, "汽修": 2, "汽车美容": 1, "4S店": 2, "洗车": 1, "轮胎店": 1, "快递": 2, "物流": 2, "菜鸟驿站": 2, "图文": 1, "广告": 2,
    "打印店": 1, "诊所": 2, "牙科": 1, "口腔": 1, "宠物店": 1, "健身": 1, "瑜伽": 1, "培训": 1, "培训中心": 1, "房产": 1, "商行": 3,
    "门市部": 2, "经营部": 3, "专卖店": 3, "旗舰店": 1, "批发部": 2, "批发": 1, "店": 2, "商店": 2, "小店": 1, "营业厅": 2, "营业部": 1,
    "棋牌室": 1, "工作室": 2, "彩票店": 1, "烟酒店": 1, "农家乐": 1, "旅馆": 1, "招待所": 1, "快捷酒店": 1, "木业": 1, "门业": 1,
}  # fmt: skip
_FIRM_ENDS: Final = {
    "有限公司": 40, "公司": 10, "有限责任公司": 6, "股份有限公司": 5, "集团": 5, "厂": 14, "分公司": 3, "集团有限公司": 2,
    "实业有限公司": 2, "贸易有限公司": 4, "科技有限公司": 6, "制造有限公司": 2, "加工厂": 3, "合作社": 1, "研究所": 1, "研究院": 1,
    "设计院": 1, "事务所": 1, "办事处": 1, "销售部": 1, "工程部": 0.5, "项目部": 2, "工地": 1, "仓库": 1, "车间": 0.5, "科技": 2, "电子": 2,
    "服饰": 2, "塑业": 1, "机械": 2, "纺织": 1, "食品": 1, "传媒": 1, "装饰": 1, "制衣厂": 1, "电子厂": 1, "五金厂": 1, "塑料厂": 1,
    "机械厂": 1, "纸箱厂": 0.5, "鞋厂": 1, "印刷厂": 1, "服装厂": 1, "家具厂": 1, "针织厂": 0.5,
}  # fmt: skip
_TRADES: Final = (
    "机械 电子 服饰 建材 纺织 化工 物流 食品 塑料 五金 印刷 包装 家具 装饰 建筑 工程 机电 电气 电器 设备 汽车 汽配 通信 信息 网络 软件 生物 医药 医疗 环保 "
    "能源 新材料 农业 贸易 商贸 进出口 投资 文化 传媒 广告 教育 旅游 餐饮 服装 针织 制衣 鞋业 皮革 玻璃 陶瓷 木业 钢结构 金属 模具 轴承 阀门 水泵 电缆 "
    "光电 照明 仪器 仪表 安防 消防 空调 制冷 厨具 卫浴 门窗 石材 涂料 橡胶 纸业 酒业 茶叶 水产 养殖 种业 园林 物业 家政 运输 货运 速递 供应链 置业 房地产 "
    "劳务 人力资源 管理咨询 知识产权 财务 检测 测绘 数码 智能 自动化 激光 工艺品 玩具 箱包 饰品 珠宝 眼镜 钟表 文具 办公 图文 影视 摄影 婚庆 动漫"
).split()
_CHAINS: Final = (
    "中国移动 中国联通 中国电信 中国银行 工商银行 农业银行 建设银行 邮政储蓄银行 中国石化 中国石油 肯德基 麦当劳 必胜客 星巴克 沃尔玛 家乐福 大润发 华润万家 "
    "永辉超市 物美 苏宁 国美电器 如家 汉庭 7天 全家 罗森 万达广场 万达 银泰 吾悦广场 红星美凯龙 居然之家 顺丰速运 中通快递 圆通 申通 韵达 菜鸟驿站 京东 "
    "老百姓大药房 海王星辰 德克士 华莱士 蜜雪冰城 一点点 沙县小吃 兰州拉面 黄焖鸡米饭 世纪联华 三江超市 十足 百果园 绝味鸭脖 小米之家 华为专卖店 OPPO"
).split()
_BLOCK: Final = "东南西北中"


class Things:
    """A maker of names, fed by the registry's; every call makes another."""

    def __init__(self, names: Names, rng: random.Random) -> None:
        """``rng`` decides everything."""
        self.names, self.rng = names, rng

    def stem(self) -> str:
        """A proper name of two or three characters."""
        rng, words = self.rng, self.names.words
        roll = rng.random()
        if roll < 0.30:
            return rng.choice(self.names.stems)
        if roll < 0.58:
            return "".join(rng.choice(self.names.given) for _ in range(2 if rng.random() < 0.8 else 3))
        if roll < 0.80:
            kind = some(rng, {"nz": 3, "ns": 2, "n": 3, "a": 1, "vn": 0.6, "nr": 2, "nrt": 0.5})
            return rng.choice(words[kind])
        if roll < 0.9:
            return self.place()
        return rng.choice(_CLASSIC) + (rng.choice(self.names.given) if rng.random() < 0.3 else "")

    def place(self) -> str:
        """A place's short name, as roads and firms carry it."""
        rng = self.rng
        province, city, county, town = rng.choice(self.names.towns)
        roll = rng.random()
        if roll < 0.25:
            return surfaces.province(province.name)[-1]
        if roll < 0.55 and city.name not in surfaces.NOT_A_NAME:
            return surfaces.city(city.name)[-1]
        if roll < 0.8:
            return surfaces.county(county.name)[-1]
        return surfaces.town(town.name)[-1]

    def road(self) -> str:
        """A road, street or lane."""
        rng = self.rng
        roll = rng.random()
        if roll < 0.27:
            return rng.choice(self.names.roads)
        if roll < 0.30:
            number = str(rng.randint(1, 899)).zfill(rng.choice((1, 3)))
            return rng.choice(
                (f"{number}国道", f"{number}省道", f"G{number}", f"S{number}省道", f"{number}县道", f"X{number}")
            )
        if roll < 0.32:
            return f"{rng.choice('经纬东西南北')}{rng.choice('一二三四五六七八九')}{rng.choice('路街')}"
        end = some(rng, _ROAD_ENDS)
        if roll < 0.60:
            return rng.choice(_CLASSIC) + end
        if roll < 0.72:
            return self.place() + end
        name = self.stem() + end
        if rng.random() < 0.02:
            name = rng.choice(("老", "新")) + name
        return name

    def estate(self) -> str:
        """Where people live: a compound, an estate, a yard."""
        rng = self.rng
        name = rng.choice(self.names.estates) if rng.random() < 0.25 else self.stem() + some(rng, _ESTATE_ENDS)
        roll = rng.random()
        if roll < 0.08:
            developer = rng.choice(
                (
                    "万科",
                    "绿城",
                    "恒大",
                    "碧桂园",
                    "保利",
                    "中海",
                    "龙湖",
                    "世茂",
                    "融创",
                    "金地",
                    "华润",
                    "新城",
                    "雅居乐",
                )
            )
            name = rng.choice((developer + name, developer + self.stem(), developer + "·" + self.stem()))
        elif roll < 0.10:
            name = self.stem() + rng.choice(
                ("公园", "国际", "一品", "天下", "壹号", "之星", "首府", "春天", "印象", "假日", "御景")
            )
        if rng.random() < 0.07:
            name += rng.choice(("一期", "二期", "三期", "四期", "1期", "2期", "3期"))
        elif rng.random() < 0.04:
            name += rng.choice(("东区", "西区", "南区", "北区", "一区", "二区", "三区", "A区", "B区"))
        return name

    def building(self) -> str:
        """A named house of offices or trade, or a park of them."""
        rng = self.rng
        name = self.stem() + some(rng, _BUILDING_ENDS)
        if rng.random() < 0.1:
            name = self.place() + name
        return name

    def office(self) -> str:
        """A school, hospital, bank, station."""
        rng = self.rng
        start = self.place() if rng.random() < 0.6 else self.stem()
        if rng.random() < 0.15:
            start += rng.choice(("市", "县", "区", "镇", "省"))
        if rng.random() < 0.08:
            start += "第" + rng.choice("一二三四五六")
        return start + some(rng, _PUBLIC_ENDS)

    def shop(self) -> str:
        """A shop, a restaurant, a branch of a chain."""
        rng = self.rng
        if rng.random() < 0.15:
            name = rng.choice(_CHAINS)
        elif rng.random() < 0.1:
            letters = "".join(rng.choice("ABCDEFGHIJKLMNOPQRSTUVWXYZ") for _ in range(rng.randint(2, 7)))
            name = letters + (some(rng, _SHOP_ENDS) if rng.random() < 0.5 else "")
        else:
            name = self.stem() + (rng.choice(_TRADES) if rng.random() < 0.15 else "") + some(rng, _SHOP_ENDS)
        if rng.random() < 0.07:
            name += f"({self.stem()}店)"
        return name

    def firm(self) -> str:
        """A firm or a works."""
        rng = self.rng
        name = self.place() if rng.random() < 0.42 else ""
        if name and rng.random() < 0.45:
            name += rng.choice(("市", "市", "省", "县", "区"))
        name += self.stem()
        if rng.random() < 0.62:
            name += rng.choice(_TRADES) if rng.random() < 0.75 else rng.choice(self.names.words["n"])
        name += some(rng, _FIRM_ENDS)
        if rng.random() < 0.03:
            name = f"{name}{self.place()}分公司"
        return name

    def thing(self) -> str:
        """Anything that stands at a number in a road."""
        kind = some(self.rng, {"estate": 30, "building": 22, "office": 14, "shop": 14, "firm": 20, "bare": 3})
        return self.stem() if kind == "bare" else str(getattr(self, kind)())

    def zone(self) -> str:
        """A development zone."""
        ends = {
            "经济开发区": 14, "经济技术开发区": 14, "开发区": 18, "高新技术产业开发区": 6, "高新区": 7, "新区": 3,
            "保税区": 2, "高新技术开发区": 3, "出口加工区": 1, "工业开发区": 1, "产业集聚区": 2, "经济区": 1, "工业集中区": 1, "示范区": 0.5,
            "经济园区": 0.5,  "综合保税区": 0.5, "自贸区": 0.5, "新技术产业开发区": 0.5,
        }  # fmt: skip
        roll = self.rng.random()
        start = self.place() if roll < 0.5 else self.stem() if roll < 0.85 else self.rng.choice(
            ("城东", "城西", "城南", "城北", "江北", "江南", "滨江", "滨海", "临港", "空港", "第一", "第二", "小微", "镇", "村", "")
        )  # fmt: skip
        return start + some(self.rng, ends)

    def inside(self) -> str:
        """A part of a named place, or something in it."""
        rng = self.rng
        roll = rng.random()
        if roll < 0.30:
            return rng.choice(
                (
                    f"{rng.choice(_BLOCK)}门",
                    "正门",
                    "大门",
                    "后门",
                    "北大门",
                    "南大门",
                    "西南门",
                    "侧门",
                    "东北门",
                    "正大门",
                    "1号门",
                    "2号门",
                )
            )
        if roll < 0.62:
            letter = rng.choice("ABCDEFG")
            return rng.choice(
                (f"{letter}区", f"{rng.choice(_BLOCK)}区", f"{rng.choice('一二三四五六')}区", f"{rng.randint(1, 9)}区", f"{rng.choice(_BLOCK)}苑",
                 f"{rng.choice(_BLOCK)}园", f"{rng.choice('一二三四五')}组团", f"{rng.choice(_BLOCK)}院", f"{rng.choice(_BLOCK)}校区")
            )  # fmt: skip
        if roll < 0.75:
            return rng.choice(
                (
                    "收发室",
                    "传达室",
                    "门卫",
                    "门卫室",
                    "物业",
                    "物业管理处",
                    "宿舍",
                    "食堂",
                    "学生公寓",
                    "地下车库",
                    "快递柜",
                    "售楼处",
                    "会所",
                    "门诊部",
                    "住院部",
                    "教学楼",
                    "行政楼",
                    "图书馆",
                    "实验楼",
                    "员工宿舍",
                    "停车场",
                    "仓库",
                )
            )
        if roll < 0.88:
            return self.stem() + rng.choice(("苑", "园", "里", "居", "阁", "轩", "坊", "庭"))
        return self.shop()
