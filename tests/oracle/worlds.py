"""Small random worlds for the engine of obligations: a town of two communities with four cells, written straight into
the tables, and the same world as the dictionaries that the oracle reads."""

from __future__ import annotations

import datetime as dt
import json
import random

from psycopg.types.json import Jsonb

DAY = dt.timedelta(days=1)
CODES = ("990101001001", "990101001002")
AREAS = [int(c) * 8192 for c in CODES]
CELLS = [a + n for a in AREAS for n in (1, 2)]
COMMON = {"source_id": 1, "source_crs": "EPSG:4326", "batch_id": 1, "assign_status": "inside"}
OUTCOMES = ["met", "met", "met", "phone", "done", "absent", "refused", "moved", "vacant", "wrong"]
CATEGORIES = ["01", "05"]
SINCE = dt.date(2026, 8, 3)


class World:
    """A world and the connection (as owner) that it is written with."""

    def __init__(self, conn, seed):
        self.conn, self.rng, self.number = conn, random.Random(seed), 0
        self.people, self.households, self.dwellings, self.things = [], [], [], []
        self.visits, self.posts, self.rules, self.cells, self.area_rows, self.officers = [], [], [], [], [], []

    def as_dict(self):
        return {"rules": self.rules, "targets": self.targets, "visits": self.visits, "people": self.people,
                "households": self.households, "posts": self.posts}  # fmt: skip

    # --- tables -------------------------------------------------------------------------------------------------

    def put(self, table, row, **more):
        """Write a row and give back its number; what is common to records is filled in."""
        self.number += 1
        full = {**COMMON, "source_key": f"k{self.number}", **row, **more}
        names = self.columns(table)
        full = {k: v for k, v in full.items() if k in names}
        found = self.conn.execute(
            f"INSERT INTO {table} ({', '.join(full)}) VALUES ({', '.join(['%s'] * len(full))}) RETURNING "
            + ("id" if "id" in names else "0 AS id"),
            list(full.values()),
        ).fetchone()
        return found[0]

    def columns(self, table):
        rows = self.conn.execute(
            "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped",
            [table],
        )
        return {r[0] for r in rows}

    def day(self, first, last):
        """A day of some; the edges of the span and the turns of weeks and months come often, slips lie there."""
        day = first + self.rng.randrange((last - first).days + 1) * DAY
        edge = self.rng.choice(
            [day, day, day, first, last, last - DAY, last.replace(day=1), day - day.weekday() * DAY]
        )
        return min(max(edge, first), last)

    def maybe(self, share):
        return self.rng.random() < share

    # --- making -------------------------------------------------------------------------------------------------

    def make(self, today):
        self.conn.execute("DELETE FROM rule")
        self.conn.execute("INSERT INTO source (id, cell_key, kind, name) OVERRIDING SYSTEM VALUE "
                          "VALUES (1, 0, 'person', 'x') ON CONFLICT DO NOTHING")  # fmt: skip
        self.conn.execute(
            "INSERT INTO import_batch (id, source_id, cell_key, kind, file_name, file_sha256, source_crs, mapping, counts, "
            "created_by, personal) OVERRIDING SYSTEM VALUE VALUES (1, 1, 0, 'person', 'x', 'x', 'x', '{}', '{}', 1, true) "
            "ON CONFLICT DO NOTHING"
        )
        square = "SRID=4326;MULTIPOLYGON(((118 31,118.1 31,118.1 31.1,118 31.1,118 31)))"
        for code, key in zip(CODES, AREAS, strict=True):
            self.put("area", {"code": code, "level": 12, "key": key, "keys": f"[{key},{key + 8192})", "name": code,
                              "geom": square, "area_m2": 1.0, "valid": "[2020-01-01,)"})  # fmt: skip
            self.area_rows.append({"id": key, "cell": key, "begins": dt.date(2020, 1, 1), "ends": None})
        for k, key in enumerate(CELLS):
            born = self.day(SINCE - 40 * DAY, today) if self.maybe(0.3) else dt.date(2020, 1, 1)
            self.put(
                "cell", {"key": key, "area_code": CODES[k // 2], "code": f"c{key}", "name": f"n{k}", "born": born}
            )
            self.cells.append({"id": key, "cell": key, "begins": born, "ends": None})
        for _ in range(self.rng.randint(2, 5)):
            self.home(today)
        for kind in ("estate", "hazard", "organisation", "zone"):
            for _ in range(self.rng.randint(0, 2)):
                self.thing(kind, today)
        for _ in range(self.rng.randint(1, 6)):
            self.post(today)
        for _ in range(self.rng.randint(2, 4)):
            self.rule(today)
        for _ in range(self.rng.randint(0, 50)):
            self.visit(SINCE - 20 * DAY, today)

    def home(self, today):
        cell = self.rng.choice(CELLS)
        use = self.rng.choice(["own", "let", None])
        begins = self.day(SINCE - 30 * DAY, today) if self.maybe(0.3) else None
        d = {"cell": cell, "use": use, "begins": begins, "ends": None, "to": None}
        if self.maybe(0.2):
            d["to"] = self.day(begins or SINCE, today + 10 * DAY)
        d["id"] = self.put("dwelling", {"cell_key": cell, "use": use, "use_from": begins, "use_to": d["to"]})
        self.dwellings.append(d)
        for _ in range(self.rng.randint(1, 2)):
            h = {"cell": cell, "dwelling": d["id"], "begins": None, "ends": None}
            h["id"] = self.put("household", {"cell_key": cell, "dwelling_id": d["id"]})
            self.households.append(h)
            for _ in range(self.rng.randint(0, 3)):
                self.person(h, d, cell, today)

    def person(self, h, d, cell, today):
        p = {"cell": cell, "household": h["id"], "dwelling": d["id"], "ends": None, "categories": [],
             "begins": self.day(SINCE - 60 * DAY, today) if self.maybe(0.5) else None}  # fmt: skip
        for code in CATEGORIES:
            if self.maybe(0.4):
                start = self.day(SINCE - 60 * DAY, today) if self.maybe(0.3) else None
                stop = self.day(start or SINCE, today + 20 * DAY) if self.maybe(0.2) else None
                p["categories"].append({"code": code, "grade": None, "from": start, "to": stop})
        said = json.loads(json.dumps(p["categories"], default=str))
        p["id"] = self.put("person", {"cell_key": cell, "household_id": h["id"], "dwelling_id": d["id"], "name": "x",
                                      "moved_in": p["begins"], "categories": Jsonb(said)})  # fmt: skip
        self.people.append(p)

    def thing(self, kind, today):
        cell = self.rng.choice([*CELLS, AREAS[0]])
        one = {"kind": kind, "cell": cell, "code": self.rng.choice(["1", "2"]), "begins": None, "ends": None}
        row = {"cell_key": cell, "name": "x"}
        if kind == "estate":
            row["kind"] = one["code"] = self.rng.choice(["02", "04"])
        elif kind == "hazard":
            one["begins"] = row["found_on"] = self.day(SINCE - 30 * DAY, today)
            if self.maybe(0.4):
                one["ends"] = row["closed_on"] = self.day(one["begins"], today)
            row |= {"grade": one["code"], "state": "closed" if one["ends"] else "found", "class": "01"}
        else:
            row["class"] = one["code"] = self.rng.choice(["01", "03"])
            if kind == "organisation" and self.maybe(0.5):
                one["begins"] = row["opened_on"] = self.day(SINCE - 30 * DAY, today)
        one["id"] = self.put(kind, row)
        self.things.append(one)

    def post(self, today):
        zones = [t for t in self.things if t["kind"] == "zone"]
        target = self.rng.choice(["cell", "cell", "cell", "area", *(["zone", "zone"] if zones else [])])
        zone = self.rng.choice(zones) if target == "zone" else None
        p = {"target": target, "zone": zone and zone["id"],
             "cell": zone["cell"] if zone else self.rng.choice(CELLS if target == "cell" else AREAS),
             "kind": self.rng.choice(["03", "04", "02", "01", "07"]), "cover": self.maybe(0.3),
             "starts": self.day(SINCE - 30 * DAY, today), "ends": None}  # fmt: skip
        if self.maybe(0.5):
            p["ends"] = self.day(p["starts"], today + 20 * DAY)
        if not self.officers or self.maybe(0.6):
            self.officers.append(self.put("officer", {"cell_key": p["cell"], "name": "o"}))
        officer = self.rng.choice(self.officers)  # some have several posts
        p["id"] = self.put("post", {"officer_id": officer, "kind": p["kind"], "target": target, "starts": p["starts"],
                                    "ends": p["ends"], "cover": p["cover"], "cell_key": p["cell"],
                                    "zone_id": p["zone"]})  # fmt: skip
        self.posts.append(p)

    def rule(self, today):
        rng = self.rng
        target = rng.choice(
            ["area", "cell", "estate", "dwelling", "household", "person", "hazard", "organisation", "zone"]
        )
        only = {"estate": ["04"], "dwelling": ["let"], "household": ["05"], "person": ["01"], "hazard": ["2"],
                "organisation": ["03"], "zone": ["03"], "area": ["12"], "cell": ["basic"]}[target]  # fmt: skip
        periods = ["day", "week", "half-month", "month", "quarter", "half-year", "year", "days", "holiday"]
        if target in ("dwelling", "person", "hazard", "organisation"):
            periods += ["occurrence"] * 3
        period = rng.choice(periods)
        since = rng.choice([dt.date(2020, 1, 1), self.day(SINCE - 10 * DAY, today)])
        r = {"code": f"R{len(self.rules)}", "target": target, "kinds": only if self.maybe(0.5) else [], "period": period,
             "activity": {"cell": ["patrol"], "area": ["meeting"], "hazard": ["check"], "estate": ["check"],
                          "organisation": ["check"], "zone": ["check"]}.get(target, ["visit"]),
             "modes": rng.choice([[], [], ["door"]]), "document": self.maybe(0.2),
             "measure": "minutes" if target == "cell" and self.maybe(0.7) else "times",
             "every": rng.randint(1, 20) if period in ("days", "holiday", "occurrence") else None,
             "holidays": rng.choice([["国庆节"], ["中秋节", "国庆节"]]) if period == "holiday" else [],
             "working": self.maybe(0.4), "grace": rng.choice([None, 0, 0, 3, 10]), "rate": rng.choice([1.0, 0.8]),
             "since": since, "first": since, "last": dt.date.max}  # fmt: skip
        r["amount"] = rng.randint(20, 120) if r["measure"] == "minutes" else rng.randint(1, 2)
        r["id"] = self.put("rule", {k: v for k, v in r.items() if k not in ("first", "last")},
                           name="x", version=1, valid=f"[{since},)", origin="x")  # fmt: skip
        self.rules.append(r)

    def visit(self, first, last):
        rng = self.rng
        kind = rng.choice(["cell", "area", "dwelling", "dwelling", "household", "person", "thing"])
        v = {"target": kind, "target_id": None, "mode": rng.choice(["door", "door", "phone"]), "personal": False}
        if kind == "cell":
            v |= {"cell": rng.choice(CELLS), "activity": "patrol"}
        elif kind == "area":
            v |= {"cell": rng.choice([*AREAS, *CELLS]), "activity": "meeting"}
        elif kind == "thing":
            if not self.things:
                return None
            one = rng.choice(self.things)
            v |= {"target": one["kind"], "target_id": one["id"], "cell": one["cell"], "activity": "check"}
        else:
            one = rng.choice(
                {"dwelling": self.dwellings, "household": self.households, "person": self.people}[kind] or [{}]
            )
            if not one:
                return None
            v |= {"target_id": one["id"], "cell": one["cell"], "activity": "visit", "personal": True}
        if self.maybe(0.1):
            v["activity"] = "leaflet"
        day = self.day(first, last)
        v |= {"day": day, "at": dt.datetime.combine(day, dt.time(rng.randrange(8, 20), rng.randrange(60))),
              "outcome": rng.choice(OUTCOMES), "minutes": rng.choice([None, 10, 30, 60, 90]),
              "document": rng.choice([None, "D1"]), "unconfirmed": rng.choice([None, False, True]),
              "recorded": day + rng.choice([0, 0, 3, 4, 9]) * DAY}  # fmt: skip
        row = {k: w for k, w in v.items() if k not in ("cell", "recorded")} | {
            "cell_key": v["cell"], "recorded_at": dt.datetime.combine(v["recorded"], dt.time(20)).isoformat() + "+08"}  # fmt: skip
        row["at"] = v["at"].replace(tzinfo=dt.timezone(dt.timedelta(hours=8)))
        taken_back = v["at"].minute % 13 == 7  # one in twelve was a mistake, and never was
        v["id"] = self.put("visit", row | ({"ended": day} if taken_back else {}))
        if not taken_back:
            self.visits.append(v)
        return v

    # --- what happens -------------------------------------------------------------------------------------------

    def happen(self, today):
        """Something that changes targets: somebody comes, a house is in another cell, a hazard is closed, a post ends."""
        what = self.rng.choice(
            ["home", "thing", "move", "move", "shift", "close", "end", "later", "post", "leave", "change"]
        )
        if what in ("home", "thing", "post"):
            getattr(self, what)(*(["hazard"] if what == "thing" else []), today)
        elif what == "move":
            d, cell = self.rng.choice(self.dwellings), self.rng.choice(CELLS)
            self.conn.execute("UPDATE dwelling SET cell_key = %s WHERE id = %s", [cell, d["id"]])
            self.conn.execute("UPDATE household SET cell_key = %s WHERE dwelling_id = %s", [cell, d["id"]])
            self.conn.execute("UPDATE person SET cell_key = %s WHERE dwelling_id = %s", [cell, d["id"]])
            for one in (d, *(x for x in (*self.households, *self.people) if x["dwelling"] == d["id"])):
                one["cell"] = cell
        elif what == "shift" and (zones := [t for t in self.things if t["kind"] == "zone"]):
            one, cell = self.rng.choice(zones), self.rng.choice(CELLS)
            one["cell"] = cell
            self.conn.execute("UPDATE zone SET cell_key = %s WHERE id = %s", [cell, one["id"]])
            self.conn.execute("UPDATE post SET cell_key = %s WHERE zone_id = %s", [cell, one["id"]])
        elif what == "later" and (known := [p for p in self.people if p["begins"] and not p["ends"]]):
            one = self.rng.choice(known)
            one["begins"] = self.day(today - 10 * DAY, today + 10 * DAY)
            self.conn.execute("UPDATE person SET moved_in = %s WHERE id = %s", [one["begins"], one["id"]])
        elif what == "close" and (open_ := [t for t in self.things if t["kind"] == "hazard" and not t["ends"]]):
            one = self.rng.choice(open_)
            one["ends"] = (
                self.day(max(one["begins"], today - 5 * DAY), today) if one["begins"] <= today else one["begins"]
            )
            self.conn.execute(
                "UPDATE hazard SET state = 'closed', closed_on = %s WHERE id = %s", [one["ends"], one["id"]]
            )
        elif what == "end" and self.people:
            one = self.rng.choice(self.people)
            one["ends"] = today
            self.conn.execute("UPDATE person SET ended = %s, end_reason = 'moved' WHERE id = %s", [today, one["id"]])
        elif what == "change" and (
            held := [r for r in self.rules if r["last"] == dt.date.max and r["first"] < today]
        ):
            self.change(self.rng.choice(held), today)
        elif what == "leave" and (held := [p for p in self.posts if p["ends"] is None]):
            one = self.rng.choice(held)
            one["ends"] = max(today - DAY, one["starts"])
            self.conn.execute("UPDATE post SET ends = %s WHERE id = %s", [one["ends"], one["id"]])

    def change(self, old, day):
        """Another version of a rule from a day on."""
        old["last"] = day - DAY
        new = {**old, "amount": old["amount"] + self.rng.randint(0, 1), "grace": self.rng.choice([0, 5]), "first": day,
               "last": dt.date.max}  # fmt: skip
        self.conn.execute("UPDATE rule SET valid = daterange(lower(valid), %s) WHERE id = %s", [day, old["id"]])
        row = {k: v for k, v in new.items() if k not in ("first", "last", "id")}
        new["id"] = self.put("rule", row, name="x", version=1 + len(self.rules), valid=f"[{day},)", origin="x")
        self.rules.append(new)

    # --- what a rule is about -----------------------------------------------------------------------------------

    def targets(self, rule):
        kind, only = rule["target"], rule["kinds"]
        if kind == "area":
            return self.area_rows
        if kind == "cell":
            return self.cells
        if kind == "dwelling":
            return [
                {**d, "ends": d["to"] + DAY if only and d["to"] else None}
                for d in self.dwellings if not only or d["use"] in only
            ]  # fmt: skip
        if kind == "person":
            return [self._in_service(p, only, [p]) for p in self.people if self._serves([p], only)]
        if kind == "household":
            members = {h["id"]: [p for p in self.people if p["household"] == h["id"]] for h in self.households}
            return [self._in_service(h, only, members[h["id"]]) for h in self.households
                    if self._serves(members[h["id"]], only)]  # fmt: skip
        return [t for t in self.things if t["kind"] == kind and (not only or t["code"] in only)]

    def _serves(self, people, only):
        return not only or any(c["code"] in only for p in people for c in p["categories"])

    def _in_service(self, one, only, people):
        """A person or household while it is in a service category."""
        if not only:
            return one
        starts, stops = [], []
        for p in people:
            for c in p["categories"]:
                if c["code"] in only:
                    starts.append(c["from"] or dt.date.min)
                    stop = c["to"] + DAY if c["to"] else dt.date.max
                    stops.append(min(stop, p["ends"] or dt.date.max) if one is not p else stop)
        begins = max(min(starts), one["begins"] or dt.date.min)
        ends = min(max(stops), one["ends"] or dt.date.max)
        return {
            **one,
            "begins": None if begins == dt.date.min else begins,
            "ends": None if ends == dt.date.max else ends,
        }
