"""Debian's Chromium on the pages of a running service; whatever it asks of any other host is refused and noted."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Browser, Page, Request, sync_playwright

from gridsvc.store.pool import Database
from gridsvc.web.app import create_app
from tests.live import serving
from tests.web.conftest import LOGINS

PHONE, DESK = (390, 844), (1440, 900)
CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync", "--enable-unsafe-swiftshader"]  # fmt: skip


@pytest.fixture(scope="session")
def served(server, city_name) -> Iterator[tuple[str, Database]]:
    """Where the pages are, and the database behind them."""
    name = server.make(city_name)
    app = create_app(server.settings(name))
    with serving(app) as url:
        yield url, app.state.db
    server.drop(name)


@pytest.fixture(scope="session")
def address(served) -> str:
    return served[0]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


# A notice goes after some seconds; a page that draws without a graphics card can miss asking for it in time.
KEEP_NOTICES = """
window.gridsvcTold = [];
new MutationObserver(all => {
  for (const change of all) for (const one of change.addedNodes)
    if (one.classList?.contains("notice")) gridsvcTold.push({ bad: one.classList.contains("bad"), text: one.textContent });
}).observe(document, { childList: true, subtree: true });
"""


@dataclass
class Seen:
    """What went wrong on a page, or out of it."""

    outside: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    under_way: set[Request] = field(default_factory=set)


@dataclass
class Visit:
    page: Page
    seen: Seen
    address: str

    def go(self, path: str) -> None:
        self.page.goto(self.address + path)
        self.page.wait_for_selector("body[data-ready]", timeout=60_000)

    def wait(self, condition: str) -> None:
        """Until ``condition`` holds. The pages forbid eval, so it is asked again and again from outside."""
        for _ in range(150):
            if self.page.evaluate(f"() => Boolean({condition})"):
                return
            self.page.wait_for_timeout(100)
        raise AssertionError(f"never: {condition}")

    def quiet(self) -> None:
        """Until nothing is asked for any more and the map stands still, however long this machine takes."""
        still = 0
        for _ in range(300):
            self.page.wait_for_timeout(100)
            moving = self.page.evaluate(
                "() => Boolean(window.gridsvcMap && (gridsvcMap.isMoving() || !gridsvcMap.areTilesLoaded()))"
            )
            still = 0 if self.seen.under_way or moving else still + 1
            if still == 3:
                return
        raise AssertionError(f"never quiet: {[r.url for r in self.seen.under_way]}")

    def told(self, bad: bool = False) -> str:
        """The next notice of a page, which may have gone from sight already; each is given once."""
        self.wait(f"gridsvcTold.some(n => n.bad === {str(bad).lower()})")
        return self.page.evaluate(
            "bad => gridsvcTold.splice(gridsvcTold.findIndex(n => n.bad === bad), 1)[0].text", bad
        )


@pytest.fixture
def visit(chromium, address) -> Iterator[Callable[..., Visit]]:
    """``visit("street", PHONE)``: a signed-in person at a screen."""
    contexts = []

    def make(role: str | None = None, size: tuple[int, int] = DESK) -> Visit:
        context = chromium.new_context(
            viewport={"width": size[0], "height": size[1]},
            device_scale_factor=0.5,  # there is no graphics card: a quarter of the pixels, laid out just the same
            locale="zh-CN",
            reduced_motion="reduce",  # what fades is drawn many times over
            has_touch=size == PHONE,
            accept_downloads=True,
        )
        contexts.append(context)
        seen = Seen()

        def gate(route):
            url = route.request.url
            if url.startswith((address + "/", "data:", "blob:", "file:")):
                route.continue_()
            else:
                seen.outside.append(url)
                route.abort()

        context.route("**/*", gate)
        context.add_init_script(KEEP_NOTICES)
        page = context.new_page()
        page.on("pageerror", lambda e: seen.errors.append(str(e)))
        page.on("console", lambda m: seen.errors.append(m.text) if m.type == "error" else None)
        page.on("request", lambda r: seen.under_way.add(r))
        page.on("requestfinished", lambda r: seen.under_way.discard(r))
        page.on("requestfailed", lambda r: seen.under_way.discard(r))
        page.on("response", lambda r: seen.failed.append(f"{r.status} {r.url}") if r.status >= 400 else None)
        if role:
            answer = context.request.post(
                f"{address}/api/v1/auth/demo", data={"login": LOGINS[role]}, headers={"x-requested-with": "gridsvc"}
            )
            assert answer.status == 204
        return Visit(page, seen, address)

    yield make
    for context in contexts:
        context.close()
