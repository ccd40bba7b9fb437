"""How people write the name of a province, city, county, town or community.

A registry says 延边朝鲜族自治州 and 多福巷社区居委会; an address says 延边州 and 多福巷社区, 五常办事处 or 宝塔村.
"""

from __future__ import annotations

import re
from typing import Final

# The names of peoples inside the names of autonomous places; only there they are dropped.
_PEOPLES: Final = re.findall(
    r"\S+",
    "蒙古 回 藏 维吾尔 苗 彝 壮 布依 朝鲜 满 侗 瑶 白 土家 哈尼 哈萨克 傣 黎 傈僳 佤 畲 拉祜 水 东乡 纳西 景颇 "
    "柯尔克孜 土 达斡尔 仫佬 羌 布朗 撒拉 毛南 仡佬 锡伯 阿昌 普米 塔吉克 怒 俄罗斯 鄂温克 德昂 保安 裕固 独龙 "
    "鄂伦春 各",
)
_PEOPLE: Final = "(?:" + "|".join(sorted((f"{name}族?" for name in _PEOPLES), key=len, reverse=True)) + ")"
_AUTONOMOUS: Final = re.compile(rf"^(.{{2,}}?){_PEOPLE}*(自治州|自治县|自治旗)$")
_REGION: Final = re.compile(rf"^(.{{2,3}}?){_PEOPLE}?自治区$")
_VILLAGE_BODY: Final = re.compile(
    r"(社区)?(居民|村民|家属|家)?(委员会|居委会|村委会|家委会|委会|委)$|(股份经济合作社|农工商.*公司)?生活区$|(家属委员会|居民小组)$"
)
_TOWN_BODY: Final = re.compile(r"(街道办事处|地区办事处|办事处|街道|民族乡|镇|乡|苏木|地区)$")
_PEOPLE_TOWN: Final = re.compile(rf"^(.{{2,}}?){_PEOPLE}+(?:民族)?乡$")
# Rows of the registry that are no names.
NOT_A_NAME: Final = frozenset({"市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划"})


def province(name: str) -> list[str]:
    """浙江省, 浙江; 广西壮族自治区, 广西."""
    if found := _REGION.match(name):
        return [name, found[1]]
    short = re.sub(r"(特别行政区|省|市)$", "", name)
    return [name, short] if short != name else [name]


def city(name: str) -> list[str]:
    """杭州市, 杭州; 延边朝鲜族自治州, 延边州, 延边."""
    if found := _AUTONOMOUS.match(name):
        return [name, f"{found[1]}{found[2][-1]}", found[1]]
    short = re.sub(r"(地区|市|盟)$", "", name)
    return [name, short] if short != name and len(short) > 1 else [name]


def county(name: str) -> list[str]:
    """余杭区, 余杭; 景宁畲族自治县, 景宁县, 景宁."""
    if found := _AUTONOMOUS.match(name):
        return [name, f"{found[1]}{found[2][-1]}", found[1]]
    short = re.sub(r"(新区|矿区|林区|特区|区|县|市|旗)$", "", name)
    return [name, short] if short != name and len(short) > 1 else [name]


def town(name: str) -> list[str]:
    """五常街道, 五常街道办事处, 五常; also as 镇, 乡 and 街道, for what it was before or became since."""
    plain = re.sub(r"办事处$", "", name)
    if found := _PEOPLE_TOWN.match(plain):
        return list(dict.fromkeys([name, f"{found[1]}乡", f"{found[1]}镇", found[1]]))
    stem = _TOWN_BODY.sub("", plain)
    if stem == plain or len(stem) < 2:
        return list(dict.fromkeys([name, plain]))
    others = [f"{stem}{kind}" for kind in ("街道", "镇", "乡", "街道办事处", "办事处")]
    return list(dict.fromkeys([name, plain, *others, stem]))


def community(name: str) -> list[str]:
    """多福巷社区居委会: 多福巷社区, 多福巷; 楼梓庄村委会: 楼梓庄村, 楼梓庄."""
    body = _VILLAGE_BODY.search(name)
    stem = _VILLAGE_BODY.sub("", name)
    if len(stem) < 2:
        return [name]
    rural = body is not None and "村" in body[0]
    forms = [name]
    if stem.endswith("社区"):
        forms += [stem, stem[:-2]]
    elif stem.endswith("村") and len(stem) > 2:
        forms += [stem, stem[:-1]] if rural else [stem, f"{stem}社区"]
    elif rural:
        forms += [f"{stem}村", stem]
    elif body:
        forms += [f"{stem}社区", stem]
    return list(dict.fromkeys(form for form in forms if len(form) > 1))


#: level → the forms of a name, the registry's first, the barest last.
FORMS: Final = {"prov": province, "city": city, "district": county, "town": town, "community": community}


def is_short(form: str, level: str) -> bool:
    """Whether a form lacks the word of its level, so that it may as well be part of another name."""
    ends = {
        "prov": "省市区",
        "city": "市州盟区",
        "district": "区县市旗",
        "town": "道镇乡处木区场",
        "community": "村区会里场屯寨",
    }
    return form[-1] not in ends[level] or (level == "prov" and not form.endswith(("省", "市", "自治区", "行政区")))
