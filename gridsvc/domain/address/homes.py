"""Somebody's home is no name of a place: 王秀英家, 老李家, 张大爷住处. 高家 and 李家庄 are villages."""

from __future__ import annotations

import re
from typing import Final

_SURNAMES: Final = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董"
    "袁潘蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾"
)
_CALLED: Final = r"大爷|大妈|奶奶|爷爷|阿姨|师傅|老师|医生|主任"
_HOME: Final = re.compile(
    rf"^(?:[老小阿][{_SURNAMES}]|[{_SURNAMES}](?:{_CALLED}|[\u4e00-\u9fff]{{1,2}}))的?(?:家|住处|住宅|老屋|屋|宅)$"
)
_COMMON: Final = "王李张刘陈杨赵黄周吴"  # of two characters 江南, 金桂 are as often places
_TWO: Final = "欧阳|上官|司马|诸葛|东方|皇甫|尉迟|公孙|慕容|令狐|司徒|夏侯"
_PLACE_END: Final = (
    "家庄村弄里巷路街道坊楼院园苑桥寺庙庵祠店铺厂站场亭阁塔湾岗坡沟塘坝口门井山河江湖圩垛墩屯堡营寨台岭坪洼"
    "区府城座埭浜泾港渡"
)
_PERSON: Final = re.compile(
    rf"^(?:[{_SURNAMES}][\u4e00-\u9fff][^\W{_PLACE_END}]|[{_COMMON}][^\W{_PLACE_END}]|(?:{_TWO})[\u4e00-\u9fff]{{1,2}}"
    rf"|[{_SURNAMES}][\u4e00-\u9fff]{{1,2}}的.+|[老小阿]?[{_SURNAMES}](?:{_CALLED}).*)$"
)
_DIGITS: Final = re.compile(r"\d{7,}")


def is_person(name: str) -> bool:
    """Whether a folded name looks like somebody's name or home, or has a number by which somebody is known: 李建国,
    刘大爷楼, 13812345678."""
    return is_home(name) or _PERSON.match(name) is not None or _DIGITS.search(name) is not None


def is_home(name: str) -> bool:
    """Whether a folded name looks like somebody's home."""
    return _HOME.match(name) is not None
