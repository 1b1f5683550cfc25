"""A real browser and the site on a real port. A pytest plugin, named in conftest.py.

A test that asks for `browser` is left out, loudly, where no Chromium can be had.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.test import Client
from django.test.testcases import LiveServerThread
from playwright.sync_api import Browser, BrowserContext, FloatRect, Locator, Page, expect, sync_playwright

from deploy.local import chromium

# Of a desktop browser's own window: pages that each new context would start and nobody sees, in processes of their own,
# and a process kept ready for a site that no test goes to. Without them a context costs half as much.
UNSEEN = ["PreloadTopChromeWebUI", "WebUIOmniboxPopup", "WebUIOmniboxAimPopup", "WebUIOmniboxFullPopup"]
UNSEEN += ["SpareRendererForSitePerProcess"]
# What Playwright switches off, in so far as it tells on a page: the flag is given once, so the last list counts.
UNSTEADY = ["PaintHolding", "HttpsUpgrades", "HttpsFirstBalancedModeAutoEnable", "ThirdPartyStoragePartitioning"]
UNSTEADY += ["AvoidUnnecessaryBeforeUnloadCheckSync", "DestroyProfileOnBrowserClose", "OptimizationHints"]
UNSTEADY += ["MediaRouter", "LensOverlay", "AimEnabled", "PreconnectToSearch", "NetworkTimeServiceQuerying"]
FLAGS = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    f"--disable-features={','.join([*UNSEEN, *UNSTEADY])}",
]
# Milliseconds that an expectation may wait: on a machine with more to do than it can, seconds say nothing.
PATIENCE = 90_000
expect.set_options(timeout=PATIENCE)
ALL_DATABASES = ["default", "identity", "auditor"]
_left_out: dict[str, set[str]] = {}


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let tests against the live site commit, in all databases: the site runs in another thread."""
    for item in items:
        if "live" in getattr(item, "fixturenames", ()) and item.get_closest_marker("django_db") is None:
            item.add_marker(pytest.mark.django_db(transaction=True, databases=ALL_DATABASES))


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all tests of a process; each test makes its own contexts in it."""
    path = chromium.find()
    if path is None:
        pytest.skip("no Chromium was found; `make test` says how to get one")
    # Chromium's own sandbox does not start as root.
    flags = [*FLAGS, "--no-sandbox"] if os.geteuid() == 0 else FLAGS
    # Playwright keeps an event loop in this thread, which Django would take for an asynchronous caller.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=path, headless=True, args=flags)
        yield found
        found.close()


@pytest.fixture
def phone(browser: Browser) -> Iterator[BrowserContext]:
    """A browser of a phone's size (390 x 844), with nothing remembered."""
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True, locale="en-GB")
    context.set_default_timeout(PATIENCE)
    yield context
    context.close()


@pytest.fixture
def desktop(browser: Browser) -> Iterator[BrowserContext]:
    """A browser of a desk's size (1280 x 800), with nothing remembered."""
    context = browser.new_context(viewport={"width": 1280, "height": 800}, locale="en-GB")
    context.set_default_timeout(PATIENCE)
    yield context
    context.close()


@pytest.fixture
def live(transactional_db: None) -> Iterator[str]:
    """The site's address on a port of its own, on localhost, because a passkey belongs to a name."""
    thread = LiveServerThread("localhost", _unchanged)  # type: ignore[arg-type]
    thread.daemon = True
    thread.start()
    thread.is_ready.wait()
    if thread.error:
        raise thread.error
    yield f"http://localhost:{thread.port}"
    thread.terminate()


def go_on_as(context: BrowserContext, client: Client, address: str) -> None:
    """Let a browser go on where a test's client stands on the site at `address`: signed in, or with a sending begun."""
    for name, morsel in client.cookies.items():
        context.add_cookies([{"name": name, "value": morsel.value, "url": address}])


def box_of(shown: Locator) -> FloatRect:
    """Where an element lies on the page, in CSS pixels, once it is seen: before, it has no box."""
    expect(shown).to_be_visible()
    box = shown.bounding_box()
    assert box is not None
    return box


@contextmanager
def faultless(context: BrowserContext) -> Iterator[Page]:
    """A page that fails the test when one of its scripts fails or its policy stops something."""
    page, faults = context.new_page(), []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on(
        "console",
        lambda line: faults.append(line.text) if line.type == "error" and "Content Security" in line.text else None,
    )
    yield page
    assert faults == []


def _unchanged(application: WSGIHandler) -> WSGIHandler:
    """Static files come from the site itself, under their real names and headers."""
    return application


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Keep the names of tests that were left out, by the reason."""
    if report.skipped and isinstance(report.longrepr, (tuple, list)):
        _left_out.setdefault(report.longrepr[2].removeprefix("Skipped: "), set()).add(report.nodeid)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say loudly which tests did not run, and why."""
    for reason, names in sorted(_left_out.items()):
        terminalreporter.section(f"NOT RUN ({len(names)}): {reason}", sep="!", red=True, bold=True)
        for name in sorted(names):
            terminalreporter.line(name)
