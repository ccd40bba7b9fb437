"""Coverage from its definitions (docs/coverage.md), in plain Python, a row at a time. Slow, and nothing of the engine's.

A world is lists of dictionaries; :class:`Book` is what an office would keep on paper: obligations that are made, moved
and closed as the days go by.
"""

from __future__ import annotations

import calendar
import datetime as dt
from collections import defaultdict

DAY = dt.timedelta(days=1)
COUNTS = {"met", "phone", "done"}
NOT_FOUND = {"moved", "vacant", "wrong"}
CELL_KINDS = ["03", "04", "02", "01"]
AREA_KINDS = ["02", "01", "03", "04"]


def month_end(day):
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def add(day, n, working, is_working):
    """The n-th (working) day after a day."""
    if not working:
        return day + n * DAY
    step = DAY if n >= 0 else -DAY
    for _ in range(abs(n)):
        day += step
        while not is_working(day):
            day += step
    return day


def windows_of(rule, day, is_working, holidays):
    """The windows of a rule that a day lies in: (opens, due). Before holidays that are near each other it may be two."""
    period = rule["period"]
    if period == "day":
        return [(day, day)] if is_working(day) or not rule["working"] else []
    if period == "week":
        monday = day - day.weekday() * DAY
        return [(monday, monday + 6 * DAY)]
    if period == "half-month":
        if day.day <= 15:
            return [(day.replace(day=1), day.replace(day=15))]
        return [(day.replace(day=16), month_end(day))]
    if period in ("month", "quarter", "half-year", "year"):
        n = {"month": 1, "quarter": 3, "half-year": 6, "year": 12}[period]
        first = (day.month - 1) // n * n + 1
        return [(dt.date(day.year, first, 1), month_end(dt.date(day.year, first + n - 1, 1)))]
    if period == "days":
        k = (day - rule["since"]).days // rule["every"]
        opens = rule["since"] + k * rule["every"] * DAY
        return [(opens, opens + (rule["every"] - 1) * DAY)]
    begins = {holidays(name, year) for name in rule["holidays"] for year in (day.year, day.year + 1)}
    spans = [(add(begin, -rule["every"], rule["working"], is_working), begin - DAY) for begin in sorted(begins)]
    return [(opens, due) for opens, due in spans if opens <= day <= due]


def windows(rule, target, first, last, is_working, holidays):
    """All windows of a rule for one target that overlap the days ``first`` to ``last``."""
    found = set()
    if rule["period"] == "occurrence":
        begins = target["begins"]
        if begins and (target["ends"] is None or target["ends"] > begins):
            due = add(begins, rule["every"], rule["working"], is_working)
            if begins <= last and due >= first:
                found.add((begins, due))
    else:
        day = first
        while day <= last:
            found.update(windows_of(rule, day, is_working, holidays))
            day += DAY
    return sorted(
        (opens, due)
        for opens, due in found
        if rule["first"] <= due <= rule["last"] and due >= rule["since"] and is_target(target, opens, due)
    )


def is_target(target, opens, due):
    """Whether it is a target on at least one day of a window."""
    day = opens
    while day <= due:
        if (target["begins"] is None or target["begins"] <= day) and (target["ends"] is None or day < target["ends"]):
            return True
        day += DAY
    return False


class Book:
    """Obligations as the days go by."""

    def __init__(self, world, is_working, holidays):
        self.world, self.is_working, self.holidays = world, is_working, holidays
        self.rows = {}

    def update(self, today, since):
        """What is done every night."""
        # a version has what falls due while it holds; the next one makes the rest anew
        self.rows = {key: row for key, row in self.rows.items() if row["due"] <= row["rule"]["last"]}
        wanted = {}
        for rule in self.world["rules"]:
            for target in self.world["targets"](rule):
                for opens, due in windows(rule, target, since, today + 7 * DAY, self.is_working, self.holidays):
                    wanted[rule["id"], target["id"], opens] = (rule, target, due)
        fresh = set(wanted) - set(self.rows)
        for key, (rule, target, due) in wanted.items():
            if key in fresh:
                until = None if rule["grace"] is None else add(due, rule["grace"], rule["working"], self.is_working)
                self.rows[key] = {"rule": rule, "due": due, "until": until, "cell": target["cell"], "post": None}
        by_target = {(r["id"], t["id"]): t for r in self.world["rules"] for t in self.world["targets"](r)}
        self.work()
        for key, row in list(self.rows.items()):
            target = by_target.get(key[:2])
            if row["due"] >= today:
                gone = target is None or not is_target(target, key[2], row["due"])
                if gone and not row["visits"] and row["tried_on"] is None:
                    del self.rows[key]
                    continue
                if target and row["fulfilled_on"] is None:
                    row["cell"] = target["cell"]
            if key in fresh or min(row["due"], row["fulfilled_on"] or row["due"]) >= since:
                row["post"] = self.in_charge(key, row, today)

    def visited(self, today, changed):
        """What is done when visits came in: those whose visits changed are worked out, and nothing else."""
        before = {key: dict(row) for key, row in self.rows.items()}
        self.work()
        for key, row in self.rows.items():
            if any(self.reaches(row["rule"], key[1], v) and key[2] <= v["day"] <= (row["until"] or dt.date.max)
                   for v in changed):  # fmt: skip
                row["post"] = self.in_charge(key, row, today)
            else:
                assert row == before[key]

    def work(self):
        for (_, target, opens), row in self.rows.items():
            rule = row["rule"]
            amount, days, fulfilled, visits, tried = 0, set(), None, 0, None
            attempts = unconfirmed = backdated = 0
            for v in sorted(self.world["visits"], key=lambda v: (v["at"], v["id"])):
                if not (opens <= v["day"] <= (row["until"] or dt.date.max)) or not self.reaches(rule, target, v):
                    continue
                if v["activity"] not in rule["activity"] or (rule["modes"] and v["mode"] not in rule["modes"]):
                    continue
                if v["outcome"] in COUNTS and (v["document"] or not rule["document"]):
                    visits += 1
                    unconfirmed += v["unconfirmed"] is True
                    backdated += v["recorded"] - v["day"] > 3 * DAY
                    days.add(v["day"])
                    amount += v["minutes"] or 0
                    if (
                        fulfilled is None
                        and (amount if rule["measure"] == "minutes" else len(days)) >= rule["amount"]
                    ):
                        fulfilled = v["day"]
                else:
                    tried = v
                    attempts += 1
            row |= {"done": amount if rule["measure"] == "minutes" else len(days), "fulfilled_on": fulfilled,
                    "visits": visits, "tried_on": tried and tried["day"], "tried": tried and tried["outcome"],
                    "attempts": attempts, "unconfirmed": unconfirmed, "backdated": backdated}  # fmt: skip

    def reaches(self, rule, target, v):
        """Whether a visit is to a target of a rule."""
        kind, world = rule["target"], self.world
        if kind == "cell":
            return v["target"] == "cell" and v["cell"] == target
        if kind == "area":
            return v["target"] == "area" and v["cell"] // 8192 * 8192 == target
        if kind not in ("dwelling", "household", "person"):
            return v["target"] == kind and v["target_id"] == target
        if v["target"] == kind:
            return v["target_id"] == target
        people = [p for p in world["people"] if p["id"] == target] if kind == "person" else []
        homes = [h for h in world["households"] if h["id"] == target] if kind == "household" else []
        if v["target"] == "dwelling":
            return any(p["dwelling"] == v["target_id"] for p in (*people, *homes))
        if v["target"] == "household":
            if kind == "person":
                return any(p["household"] == v["target_id"] for p in people)
            return any(h["id"] == v["target_id"] and h["dwelling"] == target for h in world["households"])
        if v["target"] == "person":
            of = [p for p in world["people"] if p["id"] == v["target_id"]]
            return any(p["dwelling" if kind == "dwelling" else "household"] == target for p in of)
        return False

    def in_charge(self, key, row, today):
        day = min(row["due"], row["fulfilled_on"] or row["due"], max(today, key[2]))
        found = []
        for p in self.world["posts"]:
            if p["target"] == "zone":
                of_it = row["rule"]["target"] == "zone" and p["zone"] == key[1]
                if of_it and p["starts"] <= day <= (p["ends"] or dt.date.max):
                    found.append((0, not p["cover"], 0, p["id"]))
                continue
            kinds = CELL_KINDS if p["target"] == "cell" else AREA_KINDS
            if p["cell"] == row["cell"] and p["starts"] <= day <= (p["ends"] or dt.date.max) and p["kind"] in kinds:
                found.append((1, not p["cover"], kinds.index(p["kind"]), p["id"]))
        return min(found)[3] if found else None

    def status(self, today):
        """Status of every obligation that is there on a day."""
        return {key: self.status_of(row, today) for key, row in self.rows.items() if key[2] <= today}

    def status_of(self, row, today):
        if row["fulfilled_on"] and row["fulfilled_on"] <= today:
            return "done" if row["fulfilled_on"] <= row["due"] else "late"
        if row.get("excused_on") and row["excused_on"] <= today:
            return "excused"
        if row["tried"] in NOT_FOUND:
            return "not_found"
        if row["tried"] == "refused":
            return "refused"
        if row["post"] is None:
            return "nobody"
        return "due" if today <= row["due"] else "overdue"

    def measures(self, today, first, last, by, part=None):
        """The measures of the obligations that are due in some days, by what ``by`` says of (key, row); a target counts
        once in each cell, and in each ``part`` ("post" or "rule") of it."""
        sums = defaultdict(lambda: defaultdict(float))
        doors = defaultdict(lambda: defaultdict(bool))
        for key, status in self.status(today).items():
            row = self.rows[key]
            if not first <= row["due"] <= last:
                continue
            sum_ = sums[by(key, row)]
            sum_[status] += 1
            if status != "excused":
                sum_["total"] += 1
                sum_["asked"] += row["rule"]["rate"]
            if row["fulfilled_on"] and today - 6 * DAY <= row["fulfilled_on"] <= today:
                sum_["recent"] += 1
            for name in ("visits", "attempts", "unconfirmed", "backdated"):
                sum_[name] += row[name]
            if status != "excused":
                door = (row["rule"]["target"], key[1], row["cell"], {"post": row["post"], "rule": key[0]}.get(part))
                doors[by(key, row)][door] |= status in ("done", "late")
        for k, every in doors.items():
            sums[k]["targets"], sums[k]["covered"] = len(every), sum(every.values())
        return {k: dict(v) for k, v in sums.items()}
