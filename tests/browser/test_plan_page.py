"""The plan on paper: one A4 page with the map, whatever the officer has to do."""

import re

from gridsvc.services import plans
from gridsvc.store.tx import SYSTEM
from tests.conftest import AS_OF
from tests.services.test_plans import officer_of


def test_the_plan_of_a_busy_officer_is_one_page(served, chromium, tmp_path):
    _, db = served
    path = tmp_path / "plan.html"
    plan = plans.file(db, SYSTEM, path, officer_of(db), as_of=AS_OF)
    assert len(plan.lines) > 30
    page = chromium.new_page()
    try:
        page.goto(path.as_uri())
        assert page.locator("tbody tr").count() > 10
        assert page.locator("svg text").count() > 3
        page.pdf(path=str(tmp_path / "plan.pdf"), format="A4", prefer_css_page_size=True)
    finally:
        page.close()
    assert len(re.findall(rb"/Type /Page\b", (tmp_path / "plan.pdf").read_bytes())) == 1
