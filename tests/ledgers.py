"""Twelve workbooks as offices keep them (docs/import.md), made for the small town; nobody in them is real."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import xlsxwriter
import xlwt

from gridsvc.domain.people import check_digits

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

ESTATE = "幸福苑"  # of community A, buildings 1 to 6


@dataclass(frozen=True)
class Ledger:
    """A file, the kind it is imported as, and what must come of it."""

    path: Path
    kind: str
    new: int
    reasons: dict[str, int] = field(default_factory=dict)
    aside: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
    warnings: dict[str, int] = field(default_factory=dict)
    unlocated: int | None = None


def identity(birth: str, serial: int, area: str = "990105") -> str:
    """A made-up identity number with a right check digit."""
    body = f"{area}{birth}{serial:03d}"
    return body + str(check_digits(np.array([body], dtype="U17"))[0])


def _right(number: str) -> bool:
    """Whether an identity number can be one (15 digits, or a right check digit), or there is none."""
    return len(number) in (0, 15) or number[17] == str(check_digits(np.array([number[:17]], dtype="U17"))[0])


def by_community(folder: Path, sheets: dict[str, list[list[Any]]] | None = None) -> Ledger:
    """居民台账.xls: a title over a header of two rows, a sheet a community, heads merged over their members, sums and
    signatures below, columns that nobody should keep, numbers spoiled by Excel."""
    path = folder / "居民台账.xls"
    found = sheets or {"A社区": _households(1), "B社区": _households(2)}
    book = xlwt.Workbook(encoding="utf-8")
    for name, families in found.items():
        _community(book.add_sheet(name), name, families)
    other = book.add_sheet("填表说明")
    other.write(0, 0, "本表由社区填写，每月报街道。")
    book.save(str(path))
    rows = [m for families in found.values() for f in families for m in f[3]]
    spoiled = sum(isinstance(m[1], float) for m in rows)
    wrong = sum(isinstance(m[1], str) and not _right(m[1]) for m in rows)
    care = sum(m[5] == "群租户" for m in rows)
    aside = ("title", "title", "total", "signature", "note") * len(found)
    return Ledger(
        path, "person", len(rows) - spoiled - wrong - care,
        {"value.id_no_spoiled": spoiled, "value.id_no": wrong, "person.category": care}, aside, ("民族", "政治面貌"),
        ("填表说明",),
    )  # fmt: skip


def _households(group: int) -> list[list[Any]]:
    """Families as [building, unit, room, [(name, id, relation, phones, moved in, categories), …]]."""
    n = group * 100
    spoiled = 9.90105198001010e17 if group == 1 else "990105198001010011"
    return [
        ["1幢", "1单元", "101", [
            ("张 建国", identity("19560312", n + 1), "户主", "13800000001/0514-87654321", "2008.3", "独居老人"),
        ]],
        ["０２幢", "2", "202室", [
            ("李　梅", identity("19800512", n + 12), "户主", "13900000002、13900000003", "20150610", ""),
            ("王强", spoiled, "配偶", "13900000004", dt.date(2015, 6, 10), ""),
            ("王小明", identity("20120101", n + 3), "子女", "", "2015年6月", ""),
        ]],
        ["3", "1", "301", [
            ("赵六", "990105520101" + f"{n + 4:03d}", "户主", "138 0000 0005", 42165, "残疾人(二级)"),
            ("钱七", identity("19550203", n + 5), "配偶", "", "2015", ""),
        ]],
    ]  # fmt: skip


def _community(sheet: Any, name: str, families: list[list[Any]]) -> None:
    sheet.write_merge(0, 0, 0, 13, f"{name}居民台账")
    sheet.write(1, 0, f"填报单位：{name}居委会")
    sheet.write(1, 10, "2026年10月")
    single = {0: "序号", 1: "户主姓名", 6: "姓 名", 7: "身份证号码", 8: "与户主\n关系", 9: "联系电话", 10: "入住时间",
              11: "服务类别", 12: "民族", 13: "政治面貌"}  # fmt: skip
    for column, text in single.items():
        sheet.write_merge(2, 3, column, column, text)
    sheet.write_merge(2, 2, 2, 5, "家庭住址")
    for column, text in {2: "小区", 3: "幢号", 4: "单元", 5: "室号"}.items():
        sheet.write(3, column, text)
    row, serial, day = 4, 1, xlwt.easyxf(num_format_str="yyyy-mm-dd")
    for building, unit, room, members, *rest in families:
        last = row + len(members) - 1
        door = {2: rest[0] if rest else ESTATE, 3: building, 4: unit, 5: room}
        for column, value in {1: members[0][0], **door}.items():
            sheet.write_merge(row, last, column, column, value) if last > row else sheet.write(row, column, value)
        for person, number, relation, phone, since, categories in members:
            for column, value in {0: serial, 6: person, 7: number, 8: relation, 9: phone, 11: categories, 12: "汉族",
                                  13: "群众"}.items():  # fmt: skip
                sheet.write(row, column, value)
            sheet.write(row, 10, since, day) if isinstance(since, dt.date) else sheet.write(row, 10, since)
            row, serial = row + 1, serial + 1
    sheet.write(row, 0, "合计")
    sheet.write(row, 6, f"{serial - 1}人")
    sheet.write(row + 1, 0, "制表人：周八")
    sheet.write(row + 1, 7, "审核人：吴九")
    sheet.write(row + 2, 0, "注：本表一式两份。")


def ticked(folder: Path) -> Ledger:
    """重点人群花名册.xlsx: one column a service category with √, 是 or 1 in it, identity numbers as numbers."""
    path = folder / "重点人群花名册.xlsx"
    head = ["序号", "姓名", "公民身份号码", "出生日期(年月日)", "小区名称", "楼号", "单元号", "房号", "联系方式",
            "独居", "残疾", "是否低保", "高龄老人", "备注"]  # fmt: skip
    rows = [
        [1, "孙一", identity("19401111", 101), "1940-11-11", ESTATE, "1", "1", "102", 13800000011, "√", "二级", "是", "√", ""],
        [2, "周二", identity("19881231", 102), "19881231", ESTATE, 2, 1, 103, "13800000012", "", "否", 0, "×", ""],
        [3, "吴三", "", "1945.5", ESTATE, 2, 1, 104, "13800000013", 1, "", "", 1, "只知出生年月"],
        [4, "郑四", 9.90105194511110e17, "1945/11/11", ESTATE, 3, 1, 105, "", "", "", "", "", "数字格式"],
        [5, "王五", identity("19450505", 105), "1945-05-05", ESTATE, 3, 1, 106, "", "也许", "", "", "", ""],
    ]  # fmt: skip
    _xlsx(path, "Sheet1", [head, *rows])
    return Ledger(path, "person", 3, {"value.id_no_spoiled": 1, "value.flag": 1}, unlocated=0)


def floating(folder: Path) -> Ledger:
    """流动人口.csv in GB18030: a title and a signature with no commas, full-width digits, months as dates."""
    path = folder / "流动人口.csv"
    lines = [
        "测试街道流动人口登记表",
        "姓名,证件号码,性别,来本地日期,现居住地址,所属社区,手机号码",
        f"冯一,{identity('19900101', 201)},男,2024.3,出租屋一号,Ｂ社区,１３８０００００２０１",
        f"陈二,{identity('19910202', 202)},女,2024年11月,出租屋二号,B社区居委会,13800000202；13800000203",
        f"褚三,{identity('19920304', 203)[:15]}000,女,2024.1,出租屋三号,B社区,13800000204",
        "卫四,,男,2023,出租屋四号,不存在社区,",
        "小计,3人,,,,,",
        "填表人：蒋五 2026年10月8日",
    ]
    path.write_bytes("\r\n".join(lines).encode("gb18030"))
    return Ledger(path, "person", 3, {"value.id_no_spoiled": 1}, ("title", "total", "signature"),
                  warnings={"date.month_one": 1, "area.unknown_name": 1}, unlocated=3)  # fmt: skip


def rented(folder: Path) -> Ledger:
    """出租房.xlsx: estate and building merged down, leases as Excel serials, dates and months."""
    path = folder / "出租房登记.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet, day = book.add_worksheet("出租房"), book.add_format({"num_format": "yyyy/m/d"})
        for i, name in enumerate(["小区", "幢", "单元", "室号", "房屋用途", "起租日期", "租期至", "建筑面积"]):
            sheet.write(0, i, name)
        sheet.merge_range(1, 0, 4, 0, ESTATE)
        sheet.merge_range(1, 1, 2, 1, "4幢")
        sheet.merge_range(3, 1, 4, 1, "5幢")
        rows = [(1, 401, "出租", 45366, "2027年2月", 88.5), (1, 402, "出租", None, "2026-12-31", "约90"),
                (2, 501, "出租", 45000, 47000, 70), (2, 502, "自住", None, None, 102)]  # fmt: skip
        for r, values in enumerate(rows, 1):
            sheet.write_row(r, 2, values)
        sheet.write_datetime(2, 5, dt.datetime(2025, 1, 1), day)
    return Ledger(path, "dwelling", 3, {"value.number": 1}, unlocated=0)


def houses(folder: Path) -> Ledger:
    """楼栋底册.xls: degrees, minutes and seconds, a row that numbers the columns, a note that fills no row."""
    path = folder / "楼栋底册.xls"
    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet("楼栋")
    rows: list[list[Any]] = [
        ["楼栋底册"],
        ["楼栋编号", "小区", "楼栋号", "经度", "纬度", "总层数", "总户数"],
        [1, 2, 3, 4, 5, 6, 7],
        ["L01", "新苑", "1幢", "东经118°00′02.2″", "北纬31°00′02″", 6, 24],
        ["L02", "新苑", "2幢", "118度0分5秒", "31度0分2秒", 6, 24],
        ["L03", "新苑", "3幢", 118.0010, 31.0006, "六", 24],
        ["L04", "新苑", "4幢", "118°75′00″", "31°00′02″", 6, 24],
        ["备注：以上由测绘单位提供"],
    ]
    for r, row in enumerate(rows):
        for c, value in enumerate(row):
            sheet.write(r, c, value)
    book.save(str(path))
    return Ledger(path, "building", 2, {"value.int": 1, "value.number": 1}, ("title", "numbering", "note"))


def hazards(folder: Path) -> Ledger:
    """隐患排查.xlsx: rows under headings, cells by name (第三网格, 3网格, 网格03), dates in words."""
    path = folder / "隐患排查.xlsx"
    head = [
        "隐患名称",
        "隐患类型",
        "隐患级别",
        "所属社区",
        "所属网格",
        "检查日期",
        "整改期限",
        "整改情况",
        "整改责任人",
    ]
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("10月")
        sheet.merge_range(0, 0, 0, 8, "2026年10月隐患排查清单")
        sheet.write_row(1, 0, head)
        sheet.merge_range(2, 0, 2, 8, "一、消防安全")
        sheet.write_row(
            3,
            0,
            ["楼道堆物", "消防", "一般", "A社区", "第二网格", "2026年10月 8日", "2026年10月", "整改中", "某物业"],
        )
        sheet.write_row(4, 0, ["飞线充电", "用电安全", "一般", "A社区", "1网格", "2026/10/9", "", "", ""])
        sheet.merge_range(5, 0, 5, 8, "二、燃气安全")
        sheet.write_row(6, 0, ["软管老化", "燃气", "一般", "A社区", "网格02", "2026.10.10", "", "已销号", ""])
        sheet.write_row(7, 0, ["阀门漏气", "燃气", "重大", "A社区", "第九十九网格", "2026.10.11", "", "", ""])
        sheet.write_row(8, 0, ["小计", "", "", "", "", "", "", "4处", ""])
    return Ledger(path, "hazard", 3, {"hazard.closed_without_date": 1}, ("title", "section", "section", "total"),
                  warnings={"cell.unknown_name": 1})  # fmt: skip


def _orders() -> list[list[Any]]:
    return [
        ["序号", "工单编号", "受理时间", "诉求内容", "诉求分类", "办理时限", "办结时间", "所属社区", "联系电话"],
        [1, "SZ2026100800001", "2026-10-08 08:15:00", "楼下垃圾三天没清", "暴露垃圾", "2026-10-09 08:15:00",
         "2026-10-08 17:02:11", "A社区", "13800000301"],
        [2, "SZ2026100800002", "2026/10/8 9:20", "路灯不亮", "路灯", "2026/10/13 9:20", "", "B社区", "13800000302"],
        [3, "SZ2026100800003", "2026年10月8日 10时05分", "夜间施工扰民", "施工扰民", "", "", "C社区", ""],
        [4, "SZ2026100800004", "昨天", "积水", "道路积水", "", "", "C社区", ""],
    ]  # fmt: skip


def hotline(folder: Path) -> Ledger:
    """12345工单.xlsx: an export of the hotline as it comes, every value as text."""
    path = folder / "12345工单.xlsx"
    _xlsx(path, "工单", [[str(v) for v in row] for row in _orders()])
    return Ledger(path, "event", 3, {"value.time": 1}, unlocated=3)


def hotline_unicode(folder: Path) -> Ledger:
    """12345工单.txt: the same saved as Unicode text (UTF-16 with tabs)."""
    path = folder / "12345工单导出.csv"
    path.write_bytes("\r\n".join("\t".join(map(str, row)) for row in _orders()).encode("utf-16"))
    return Ledger(path, "event", 3, {"value.time": 1}, unlocated=3)


def shops(folder: Path) -> Ledger:
    """沿街商铺.csv with a byte order mark: stray spaces, names of columns in brackets and over two lines."""
    path = folder / "沿街商铺.csv"
    lines = [
        '"店名","统一社会信用代码","类 别","道路","门牌号","负责人","联系电话","成立日期（年月）"',
        '" 老王面馆 ","91990105MA00000001","餐饮","团结路","2 号","王 老板","138-0000-0401","2019-05"',
        '"平安药房","91990105MA00000002","药店","团结路","４号","","",""',
        '"修车铺",,"不知道","团结路","6号","","",""',
    ]
    path.write_bytes(b"\xef\xbb\xbf" + "\n".join(lines).encode())
    return Ledger(path, "organisation", 2, {"value.code": 1}, unlocated=0)


def officers(folder: Path) -> Ledger:
    """网格员名册.xlsx: the header again on every printed page, a sum a page."""
    path = folder / "网格员名册.xlsx"
    head = ["序号", "姓名", "工号", "工作电话", "所属社区"]
    rows: list[list[Any]] = [["网格员名册"], head]
    for page in range(2):
        for i in range(3):
            n = page * 3 + i + 1
            rows.append([n, f"网格员{n}", f"W{n:03d}", f"1380000050{n}", "ABC"[i] + "社区"])
        rows += [["本页小计", "3人"], head] if page == 0 else [["总计", "6人"]]
    _xlsx(path, "名册", rows)
    return Ledger(path, "officer", 6, {}, ("title", "total", "repeated", "total"))


def posts(folder: Path) -> Ledger:
    """岗位安排.xls: 代班 as 是, √ or 1; months as dates; a hidden sheet of last year."""
    path = folder / "岗位安排.xls"
    book = xlwt.Workbook(encoding="utf-8")
    sheet, hidden = book.add_sheet("2026"), book.add_sheet("2025")
    rows: list[list[Any]] = [
        ["网格员编号", "岗位", "所属社区", "网格名称", "上岗日期", "离岗日期", "是否代班"],
        ["W001", "专职网格员", "A社区", "", "2026.3", "", ""],
        ["W002", "专职网格员", "B社区", "", 46082, "2026年12月", "√"],
        ["W003", "网格长", "C社区", "", "20260301", "", "是"],
        ["W999", "网格长", "C社区", "", "20260301", "", "1"],
    ]
    for r, row in enumerate(rows):
        for c, value in enumerate(row):
            sheet.write(r, c, value)
            hidden.write(r, c, value)
    hidden.visibility = 1
    book.save(str(path))
    return Ledger(path, "post", 3, {"post.unknown": 1})


def households(folder: Path) -> Ledger:
    """户籍底册.xlsx: a group of columns over another of the same names (户主/姓名, 紧急联系人/姓名), communities by name."""
    path = folder / "户籍底册.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("底册")
        sheet.merge_range(0, 0, 1, 0, "户号")
        sheet.merge_range(0, 1, 0, 2, "户主")
        sheet.merge_range(0, 3, 0, 4, "紧急联系人")
        sheet.merge_range(0, 5, 0, 8, "住址")
        sheet.write_row(1, 1, ["姓名", "电话", "姓名", "电话", "社区", "小区", "幢号", "室号"])
        rows = [["H1", "张三", "13800000601", "张四", "13800000602", "A社区", ESTATE, "1栋", "601"],
                ["H2", "李四", "", "", "", "A社区居委会", ESTATE, "９９栋", "602"],
                ["", "", "", "王六", "", "B社区", "", "", ""]]  # fmt: skip
        for r, row in enumerate(rows, 2):
            sheet.write_row(r, 0, row)
    return Ledger(path, "household", 2, {"household.nothing": 1}, warnings={"door.unknown": 1})


def _xlsx(path: Path, name: str, rows: list[list[Any]]) -> None:
    with xlsxwriter.Workbook(str(path), {"strings_to_numbers": False}) as book:
        sheet = book.add_worksheet(name)
        for r, row in enumerate(rows):
            sheet.write_row(r, 0, row)


EVERY: dict[str, Callable[[Path], Ledger]] = {
    "居民台账": by_community, "重点人群花名册": ticked, "流动人口": floating, "出租房登记": rented, "楼栋底册": houses,
    "隐患排查": hazards, "12345工单": hotline, "12345工单导出": hotline_unicode, "沿街商铺": shops, "网格员名册": officers,
    "岗位安排": posts, "户籍底册": households,
}  # fmt: skip
