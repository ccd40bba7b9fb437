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


def is_home(name: str) -> bool:
    """Whether a folded name looks like somebody's home."""
    return _HOME.match(name) is not None
