"""Addresses as people write them, with the label of every character.

The order of the parts and what belongs to which label follow the published description of the labels (Li, Lu, Xie
and Li, NAACL 2019, with its annotation guide); how often a level is left out, shortened or repeated is our own guess
at what is typed into forms, counted nowhere.
"""

from __future__ import annotations

import itertools
import random
import re
from typing import TYPE_CHECKING, Final

from gridsvc.domain.address import surfaces
from training.names import some
from training.things import Things

if TYPE_CHECKING:
    from training.names import Names, Place

Pieces = list[tuple[str, str]]
_HAN: Final = "零一二三四五六七八九"
_MUNICIPAL: Final = ("11", "12", "31", "50")
_STALLS: Final = {
    "号": 4, "号铺": 3, "号商铺": 2, "铺": 1, "商铺": 1, "号店": 1, "号门面": 1, "号摊位": 1, "室": 2, "档": 1, "号档": 0.5, "": 1,
}  # fmt: skip
_BESIDE: Final = (
    "门口 旁边 旁 附近 对面 楼下 边上 后面 前面 斜对面 隔壁 内 里面 里 东侧 西侧 南侧 北侧 东边 西边 南边 北边 路口 交叉口 交汇处 "
    "交界处 十字路口 拐角处 转角 路边 楼上 往东 往西 向南 向北 以东 以西 以南 以北 周边 一带 入口 出口 口 处 背后 正对面 交叉路口 中间"
).split()


def han(number: int) -> str:
    """12 as 十二 (up to 99)."""
    tens, ones = divmod(number, 10)
    if not tens:
        return _HAN[ones]
    return ("" if tens == 1 else _HAN[tens]) + "十" + (_HAN[ones] if ones else "")


class Grammar:
    """A maker of labelled addresses."""

    def __init__(self, names: Names, seed: int) -> None:
        """The same names and seed give the same addresses."""
        self.rng = random.Random(seed)
        self.names = names
        self.things = Things(names, self.rng)
        # more people live, and more is sent, where there are streets
        streets = (3.0 if town.name.endswith("街道") else 1.0 for *_, town in names.towns)
        self.weights = list(itertools.accumulate(streets))

    # ---- numbers ---------------------------------------------------------------------------------------------

    def count(self, top: int) -> int:
        """A number up to ``top``, small ones oftener."""
        return 1 + int(top ** self.rng.random() * 1.0) % top if self.rng.random() < 0.7 else self.rng.randint(1, top)

    def number(self, top: int, chinese: float = 0.06) -> str:
        """A number as digits, seldom in Chinese."""
        value = self.count(top)
        return han(value) if value < 100 and self.rng.random() < chinese else str(value)

    def door(self) -> str:
        """A number at a road: 12号, 甲12号, 12-3号, 12号附1号, 12."""
        rng = self.rng
        number = str(self.count(1999))
        if rng.random() < 0.03:
            number = han(self.count(99))
        roll = rng.random()
        if roll < 0.02:
            number = f"{number}{rng.choice('-～－—至')}{self.count(1999)}"
        elif roll < 0.03:
            number = f"{rng.choice('甲乙丙')}{number}"
        elif roll < 0.04:
            number = f"{number}{rng.choice('、,/')}{int(number) + 2 if number.isdigit() else 2}"
        elif roll < 0.05:
            number += rng.choice("ABC")
        roll = rng.random()
        if roll < 0.90:
            number += "号" if rng.random() < 0.985 else "號"
            if rng.random() < 0.04:
                number += rng.choice(
                    (
                        f"附{rng.randint(1, 30)}号",
                        f"之{rng.choice(_HAN[1:])}",
                        f"附{rng.randint(1, 9)}",
                    )
                )
        elif roll < 0.92:
            number += "#"
        return number

    def doors(self) -> Pieces:
        """The number at a road, and what a stroke parts from it: 12-3号 is house 3 of number 12."""
        rng = self.rng
        if rng.random() > 0.06:
            return [(self.door(), "roadno")]
        number = f"{self.count(1999)}{'号' if rng.random() < 0.35 else ''}"
        after = rng.choice((str(self.count(200)), f"{self.count(200)}号", f"{self.count(60)}号", rng.choice("ABCD")))
        return [(number, "roadno"), (self.stroke(), "redundant"), (after, "houseno")]

    def stroke(self) -> str:
        """What stands between two numbers."""
        return some(
            self.rng, {"-": 20, "－": 1, "—": 1, "/": 0.6, ".": 0.3, "、": 0.2, "一": 0.4, "_": 0.3, "--": 0.3}
        )

    # ---- the levels ------------------------------------------------------------------------------------------

    def form(self, forms: list[str], full: float) -> str:
        """The registry's form or one of the others."""
        return forms[0] if len(forms) == 1 or self.rng.random() < full else self.rng.choice(forms[1:])

    def upper(self, province: Place, city: Place, county: Place) -> Pieces:
        """Province, city and county, each perhaps left out."""
        rng, made = self.rng, Pieces()
        municipal = province.code in _MUNICIPAL
        shape = rng.random()  # how many levels from the top are left out
        if municipal:
            if shape < 0.62:
                name = surfaces.province(province.name)
                first = self.form(name, 0.8)
                if rng.random() < 0.12:
                    made.append((self.form(name, 0.4), "prov"))
                made.append((first, "city"))
        else:
            if shape < 0.42:
                made.append((self.form(surfaces.province(province.name), 0.82), "prov"))
            if shape < 0.70 and city.name not in surfaces.NOT_A_NAME and rng.random() < 0.93:
                made.append((self.form(surfaces.city(city.name), 0.87), "city"))
        if county.name not in surfaces.NOT_A_NAME and not (shape > 0.88) and rng.random() < 0.9:
            forms = surfaces.county(county.name)
            made.append((self.form(forms, 0.87), "district"))
        return made

    def town_of(self, town: Place) -> str:
        """A town's name as written."""
        forms = surfaces.town(town.name)
        name = re.sub(r"办事处$", "", forms[0])
        roll = self.rng.random()
        if roll < 0.78:
            return name
        if roll < 0.90:  # 街道 and 镇 are left out where everybody knows
            return forms[-1]
        return self.rng.choice(forms)

    def village(self, town: Place) -> Pieces:
        """A community or village, perhaps with its group."""
        rng = self.rng
        if rng.random() < 0.12:
            name = self.things.stem() + rng.choice(
                ("村", "村", "庄", "屯", "寨", "坞", "湾", "塘", "沟", "岭", "家村", "坪", "里村")
            )
        else:
            forms = surfaces.community(rng.choice(town.parts).name)
            whole = [form for form in forms[1:] if not surfaces.is_short(form, "community")] or forms
            roll = rng.random()
            name = whole[0] if roll < 0.76 else rng.choice(forms[1:] or forms) if roll < 0.95 else forms[0]
        made: Pieces = [(name, "community")]
        return made

    def group(self) -> Pieces:
        """A group of a village, alone or with a number: 5组 is a road, 5组6号 a number at it."""
        rng = self.rng
        number = han(self.count(20)) if rng.random() < 0.4 else str(self.count(30))
        kind = some(rng, {"组": 6, "村民小组": 1, "社": 1, "队": 1.5, "大队": 0.2, "小组": 0.5, "生产队": 0.2})
        name = f"{'第' if rng.random() < 0.06 else ''}{number}{kind}"
        if rng.random() < 0.45:
            return [(f"{name}{self.door()}", "roadno")]
        return [(name, "road")]

    def roads(self) -> Pieces:
        """A road with its number, two roads that meet, a lane of a road."""
        rng = self.rng
        roll = rng.random()
        road = self.things.road()
        if roll < 0.62:
            made: Pieces = [(road, "road"), *self.doors()]
        elif roll < 0.74:
            made = [(road, "road")]
        elif roll < 0.82:
            made = [(road, "road"), (f"{self.number(1999)}弄", "roadno")]
            if rng.random() < 0.15:
                made.append((f"{self.number(99)}支弄", "subroadno"))
            if rng.random() < 0.8:
                made.append((f"{self.number(199)}号{'楼' if rng.random() < 0.15 else ''}", "houseno"))
        elif roll < 0.88:  # a road of a road
            made = [(road, "road"), (self.things.road(), "subroad")]
            if rng.random() < 0.75:
                made.append((self.door(), "subroadno"))
        elif roll < 0.94:  # a crossing
            made = [(road, "road")]
            if rng.random() < 0.75:
                made.append(
                    (
                        some(rng, {"与": 5, "和": 2, "、": 1, "-": 1, "/": 0.5, "近": 0.6, "靠近": 0.4, "(近": 0.3}),
                        "assist",
                    )
                )
            made += [(self.things.road(), "subroad")]
            if rng.random() < 0.8:
                made.append(
                    (
                        some(
                            rng,
                            {
                                "交叉口": 8,
                                "交汇处": 4,
                                "路口": 3,
                                "口": 3,
                                "交界处": 1,
                                "交叉路口": 1,
                                "交汇": 1,
                                "十字路口": 0.5,
                            },
                        ),
                        "assist",
                    )
                )
                made += self.off(0.3)
        elif roll < 0.97:
            made = [(road, "road"), (self.door(), "roadno")]
            made.append(
                (f"{rng.choice(('东', '西', '南', '北'))}{rng.choice((20, 50, 100, 150, 200, 300, 500))}米", "assist")
            )
        else:
            made = [(road, "road"), *self.off(1.0)]
        return made

    def off(self, chance: float) -> Pieces:
        """往东50米, 东侧, 旁."""
        rng = self.rng
        if rng.random() > chance:
            return []
        side = rng.choice("东西南北")
        return [
            (
                rng.choice(
                    (
                        f"{side}{rng.randint(1, 20) * 10}米",
                        f"往{side}{rng.randint(1, 20) * 10}米",
                        f"{side}侧",
                        f"向{side}{rng.randint(1, 9)}00米",
                        f"以{side}",
                        f"{side}{rng.randint(1, 9)}00米路{rng.choice('东西南北')}",
                        f"{side}侧{rng.randint(1, 20) * 10}米",
                    )
                ),
                "assist",
            )
        ]

    # ---- inside a compound -----------------------------------------------------------------------------------

    def house(self) -> str:
        """A house of an estate: 12幢, 3号楼, A座, 7#."""
        rng = self.rng
        number = self.number(80, 0.05)
        if rng.random() < 0.12:
            number = rng.choice("ABCDEFGH") + (str(rng.randint(1, 19)) if rng.random() < 0.35 else "")
            if rng.random() < 0.55:
                return number + rng.choice(("座", "座", "栋", "幢", "号楼", "楼", "#"))
        kinds = {
            "幢": 26,
            "栋": 22,
            "号楼": 26,
            "号": 13,
            "#": 3,
            "#楼": 2,
            "座": 2,
            "号院": 1.5,
            "楼": 1.5,
            "排": 0.6,
            "号厂房": 0.4,
            "门": 0.4,
            "号栋": 0.3,
        }
        return number + some(rng, kinds)

    def room(self) -> str:
        """A room: 501室, 501, 1-501, 东户."""
        rng = self.rng
        floor, door = self.count(32), rng.randint(1, 12)
        number = f"{floor}{door:02d}"
        roll = rng.random()
        if roll < 0.08:
            number = f"{rng.choice('ABCDEF')}{number}" if rng.random() < 0.6 else f"{number}{rng.choice('ABCD')}"
        elif roll < 0.12:
            number = f"{number}{rng.choice('-、/')}{floor}{door + 1:02d}"
        elif roll < 0.15:
            return rng.choice(("东户", "西户", "中户", "东单元", "左户", "右户", "东首", "西边", "东边户"))
        return number + some(rng, {"室": 52, "": 34, "房": 6, "号": 4, "户": 2, "房间": 1})

    def within(self) -> Pieces:
        """House, stair, floor and room in the ways they are written."""
        rng, made = self.rng, Pieces()
        roll = rng.random()
        if roll < 0.13:  # 12-3-1001
            mark = self.stroke()
            house = str(self.count(160)) if rng.random() < 0.85 else self.house()
            if rng.random() < 0.1:
                house = rng.choice("ABCDEF") + str(self.count(60))
            made = [(house, "houseno"), (mark, "redundant")]
            if rng.random() < 0.12:
                return [*made, (f"{self.count(60)}{rng.choice(('', '号'))}", "roomno")]
            if rng.random() < 0.25:  # any three numbers
                between = [(str(self.count(20)), "cellno"), (mark, "redundant")]
                return [*made, *between, (str(self.count(2999)), "roomno")]
            if rng.random() < 0.55:
                made += [(str(rng.randint(1, 6)), "cellno"), (mark, "redundant")]
            made.append((f"{self.count(28)}{rng.randint(1, 8):02d}{'室' if rng.random() < 0.2 else ''}", "roomno"))
            return made
        if roll < 0.20:  # 7#502, 7幢-502
            made = [(self.house(), "houseno")]
            if rng.random() < 0.4:
                made.append((rng.choice(("-", "-", " ")), "redundant"))
            made.append((self.room(), "roomno"))
            return made
        if roll < 0.86:
            made.append((self.house(), "houseno"))
        if roll < 0.50 or roll > 0.97:
            cell = f"{self.number(6, 0.2)}{some(rng, {'单元': 30, '门': 2, '梯': 1.5, '号': 2, '号门': 0.5, '单元门': 0.2})}"
            if rng.random() < 0.04:
                cell = rng.choice("甲乙丙东西ABC") + "单元"
            elif rng.random() < 0.06:  # a door of a house: 3栋16号
                cell = f"{self.count(120)}号"
            made.append((cell, "cellno"))
        if rng.random() < (0.12 if roll < 0.5 else 0.4):
            kinds = {"楼": 30, "层": 20, "F": 3, "底层": 0.5, "楼整层": 0.3}
            floor = f"{self.number(30, 0.25)}{some(rng, kinds)}"
            if rng.random() < 0.06:
                floor = rng.choice(
                    ("负一楼", "B1层", "地下一层", "顶楼", "-1层", "底楼", "负1层", "1-3层", "一楼", "二楼", "三楼")
                )
            made.append((floor, "floorno"))
        if rng.random() < 0.68 and roll > 0.04:
            made.append((self.room(), "roomno"))
        return made

    def stall(self) -> Pieces:
        """A stall of a market: a row, a shop number."""
        rng, made = self.rng, Pieces()
        if rng.random() < 0.5:
            made.append((f"{self.number(30, 0.2)}{rng.choice(('栋', '幢', '排', '号楼', '区'))}", "houseno"))
            if rng.random() < 0.6:
                made.append((f"{self.number(60, 0)}号", "cellno"))
                return made
        if rng.random() < 0.4:
            made.append((f"{self.number(6, 0.3)}{rng.choice('楼层')}", "floorno"))
        number = f"{rng.choice('ABCDEF') if rng.random() < 0.35 else ''}{self.count(400)}"
        if not made and rng.random() < 0.4:  # right after the place: the number of a house
            return [(f"{number}号", "houseno")]
        if made and rng.random() < 0.15:
            made += [(number, "roomno"), (self.stroke(), "redundant"), (f"{self.count(400)}号", "roomno")]
            return made
        made.append((number + some(rng, _STALLS), "roomno"))
        return made

    # ---- the whole -------------------------------------------------------------------------------------------

    def address(self) -> Pieces:
        """One address, its pieces labelled."""
        rng = self.rng
        chain = rng.choices(self.names.towns, cum_weights=self.weights)[0]
        province, city, county, town = chain
        made = self.upper(province, city, county)
        rural = town.name.endswith(("乡", "镇", "苏木")) and rng.random() < 0.8
        if rng.random() < 0.015:
            made.insert(0, ("中国", "country"))
        zone = rng.random() < 0.075
        if zone and rng.random() < 0.4:
            made.append((self.things.zone(), "devzone"))
            zone = False
        if rng.random() < (0.72 if rural else 0.36):
            made.append((self.town_of(town), "town"))
        if zone:
            made.append((self.things.zone(), "devzone"))
        made += self.ground(town, rural)
        return self.finish(made)

    def ground(self, town: Place, rural: bool) -> Pieces:
        """From the community down to the door."""
        rng, made = self.rng, Pieces()
        village = rng.random() < (0.62 if rural else 0.16)
        if village:
            made += self.village(town)
            roll = rng.random()
            if roll < 0.22:
                return made + self.group() + self.tail(0.25, door=True)
            if roll < 0.42:
                return [*made, *self.doors(), *self.tail(0.3, door=True)]
            if roll < 0.55:
                return made + self.tail(0.45, door=False)
            if roll < 0.62:
                name = self.things.stem() + rng.choice(
                    ("自然村", "庄", "湾", "组", "坞", "塘", "里", "屯", "岭", "寨", "埭")
                )
                return [
                    *made,
                    (name, "community"),
                    *([(self.door(), "roadno")] if rng.random() < 0.6 else []),
                ]
        if rng.random() < 0.04:  # a named place before the road it lies in
            made.append((self.things.building() if rng.random() < 0.6 else self.things.estate(), "poi"))
        roll = rng.random()
        if roll < (0.66 if village else 0.80):
            made += self.roads()
            if made[-1][1] == "houseno":  # 弄 with its house
                if rng.random() < 0.75:
                    made.append((self.room(), "roomno"))
                elif rng.random() < 0.3:
                    made.append((f"{self.number(7, 0.1)}楼", "floorno"))
                return made
            return made + self.tail(0.74, door=made[-1][1] in ("roadno", "subroadno"))
        return made + self.tail(1.0, door=False)

    def tail(self, chance: float, door: bool) -> Pieces:
        """What stands at the number: an estate and a door in it, a firm, a shop beside it."""
        rng, things = self.rng, self.things
        if rng.random() > chance:
            return self.beside(0.10)
        roll = rng.random()
        if roll < 0.42:
            made = [(things.estate(), "poi"), *self.part(0.12)]
            if rng.random() < 0.8:
                made += self.within()
            if rng.random() < 0.05:
                made.append((things.shop(), "person"))
        elif roll < 0.57:
            made = [(things.building(), "poi"), *self.part(0.12)]
            made += self.stall() if rng.random() < 0.3 else self.within() if rng.random() < 0.75 else []
            if rng.random() < 0.42 and len(made) > 1:
                made.append((things.firm() if rng.random() < 0.6 else things.shop(), "person"))
        elif roll < 0.68 and door:
            made = self.within()
            if rng.random() < 0.3:
                made.append((things.firm() if rng.random() < 0.6 else things.shop(), "person"))
        elif roll < 0.90:
            made = [
                (
                    things.thing() if rng.random() < 0.3 else things.firm() if rng.random() < 0.55 else things.shop(),
                    "poi",
                ),
                *self.part(0.08),
            ]
        else:
            made = [(things.office(), "poi"), *self.part(0.2)]
            if rng.random() < 0.3:
                made += self.within()
        if rng.random() < 0.04:  # a place and another beside it
            made += [
                (rng.choice(("旁边", "附近", "对面", "隔壁", "旁", "后面", "楼下")), "assist"),
                (things.shop(), "subpoi"),
            ]
        return made + self.beside(0.10)

    def part(self, chance: float) -> Pieces:
        """A part of a named place."""
        if self.rng.random() > chance:
            return []
        # a second name within or beside the first
        return [(self.things.thing() if self.rng.random() < 0.3 else self.things.inside(), "subpoi")]

    def beside(self, chance: float) -> Pieces:
        """门口, 旁边, 东50米."""
        rng = self.rng
        if rng.random() > chance:
            return []
        return self.off(1.0) if rng.random() < 0.15 else [(rng.choice(_BESIDE), "assist")]

    # ---- as it is typed --------------------------------------------------------------------------------------

    def finish(self, made: Pieces) -> Pieces:
        """Levels said again, brackets, gaps and slips."""
        rng = self.rng
        if rng.random() < 0.09:
            made = self.again(made)
        if rng.random() < 0.035 and len(made) > 2:
            made = self.bracketed(made)
        if rng.random() < 0.09:
            made = self.parted(made)
        if rng.random() < 0.02:
            made = [
                *made,
                (
                    rng.choice(
                        ("收", "电话联系", "送货上门", "请送到家", "自提", "放门卫", "货到付款", "转", "打电话")
                    ),
                    "redundant" if rng.random() < 0.9 else "otherinfo",
                ),
            ]
        return self.slips([(text, label) for text, label in made if text])

    def again(self, made: Pieces) -> Pieces:
        """The upper levels said twice: the fuller saying holds, the first where both are as full.

        A copy is redundant name by name: every part is one name.
        """
        rng = self.rng
        upper = [k for k, (_, label) in enumerate(made) if label in ("prov", "city", "district", "town")]
        if not upper or upper != list(range(upper[0], upper[-1] + 1)):
            return made
        first, last = upper[0], upper[-1] + 1
        said = made[first:last]
        shorten = {"prov": surfaces.province, "city": surfaces.city, "district": surfaces.county}
        roll = rng.random()
        if roll < 0.40:  # said in full, then again from some level on
            copy = [(text, "redundant") for text, _ in said[rng.randrange(len(said)) :]]
            if rng.random() < 0.3:
                copy = copy[: rng.randint(1, len(copy))]
            return [*made[:last], *copy, *made[last:]]
        if roll < 0.80:  # begun in short, then said in full
            copy = [
                (shorten[label](text)[-1] if label in shorten and rng.random() < 0.75 else text, "redundant")
                for text, label in said[: rng.randint(1, len(said))]
            ]
            if [text for text, _ in copy] == [text for text, _ in said]:
                return [*made[:last], *copy, *made[last:]]
            return [*made[:first], *copy, *made[first:]]
        if len(said) == 1:
            return made
        if roll < 0.9:  # the last level first, then from the top
            return [*made[:first], (said[-1][0], "redundant"), *made[first:]]
        other = self.upper(*rng.choice(self.names.towns)[:3])  # another place altogether, then the address
        return [*made[:first], *((text, "redundant") for text, _ in other), *made[first:]]

    def bracketed(self, made: Pieces) -> Pieces:
        """One piece near the end in brackets."""
        rng = self.rng
        k = rng.randint(max(1, len(made) - 3), len(made) - 1)
        a, b = rng.choice(("()", "（）", "【】", "()"))
        if made[k][1] in ("poi", "person", "subpoi") and rng.random() < 0.5:
            return [*made[:k], (a + made[k][0] + b, made[k][1]), *made[k + 1 :]]
        return [*made[:k], (a, "redundant"), made[k], (b, "redundant"), *made[k + 1 :]]

    def parted(self, made: Pieces) -> Pieces:
        """A space, comma or stroke between pieces."""
        rng = self.rng
        mark = some(
            rng,
            {
                " ": 6,
                "，": 2,
                ",": 2,
                "_": 2,
                "-": 2,
                ".": 1,
                "、": 1,
                "/": 0.5,
                "。": 0.7,
                ";": 0.3,
                "--": 0.4,
                "—": 0.4,
            },
        )
        every = rng.random() < 0.3
        places = range(1, len(made)) if every else ([rng.randint(1, len(made) - 1)] if len(made) > 1 else [])
        out: Pieces = []
        for k, piece in enumerate(made):
            if k in places:
                out.append((mark, "redundant"))
            out.append(piece)
        return out

    def slips(self, made: Pieces) -> Pieces:
        """Full-width digits, other signs, a character left out of a name."""
        rng = self.rng
        roll = rng.random()
        if roll < 0.02:
            wide = {ord(d): chr(ord(d) - 48 + 0xFF10) for d in "0123456789"}
            return [(text.translate(wide), label) for text, label in made]
        if roll < 0.03:
            return [
                (text.replace("号楼", "号").replace("单元", "元") if label == "houseno" else text, label)
                for text, label in made
            ]
        return made
