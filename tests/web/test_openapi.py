"""The whole API against its own description (schemathesis): nothing answers 500, everything answers as it says."""

import os

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from gridsvc.settings import Settings
from gridsvc.web.app import create_app
from tests.web.conftest import LOGINS, OWN

CASES = int(os.environ.get("SCHEMATHESIS_CASES", "10"))
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
DOCUMENT = create_app(Settings(dsn="unused", admin_dsn="unused")).openapi()
# signing in is argon2 on purpose (slow) and has tests of its own; the counters are Prometheus's own text
OPERATIONS = [
    (method, path)
    for path, methods in DOCUMENT["paths"].items()
    for method in methods
    if not path.startswith(("/api/v1/auth/", "/metrics"))
]


@pytest.fixture(scope="module")
def ground(thin_name):
    return thin_name


@pytest.fixture(scope="module")
def county(live):
    """The description where it is served, and the session of the county's account, which may do nearly everything."""
    with httpx.Client(base_url=live[1], headers=OWN) as one:
        one.post("/api/v1/auth/demo", json={"login": LOGINS["county"]})
        schema = schemathesis.openapi.from_dict(DOCUMENT)  # read once: each operation of it takes as long again
        schema.config.update(base_url=live[1])
        return schema, {"gridsvc_session": one.cookies["gridsvc_session"]}


@pytest.mark.parametrize(("method", "path"), OPERATIONS, ids=lambda v: v)
def test_every_operation_keeps_its_word(county, method, path):
    schema, cookies = county

    @given(case=schema[path][method.upper()].as_strategy())
    @settings(
        max_examples=CASES, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
    )
    def calls(case):
        answer = case.call(headers=OWN, cookies=cookies, timeout=60)  # a file of all residents, two cores busy
        case.validate_response(answer, checks=CHECKS)
        if answer.status_code >= 400:
            assert "application/problem+json" in str(answer.headers["content-type"])

    calls()
