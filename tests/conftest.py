"""For every suite: counterparts that a test needs, and what was left out for want of them."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from tools.system_packages import NEEDS, left_out

if TYPE_CHECKING:
    from _pytest.terminal import TerminalReporter

IN_CI = os.environ.get("CI") == "true"

# How long an example takes tells of the machine, not of the code; CI tries the same examples every time.
settings.register_profile("here", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("ci" if IN_CI else "here")


def pytest_configure(config: pytest.Config) -> None:
    """Declare the marker ``needs``."""
    names = ", ".join(NEEDS)
    config.addinivalue_line("markers", f"needs(*names): counterparts that the test works with, of {names}")


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip a test whose counterpart is missing; in CI that is a failure."""
    wanted = [NEEDS[name] for marker in item.iter_markers("needs") for name in marker.args]
    if lines := left_out(wanted):
        if IN_CI:
            pytest.fail("CI may leave nothing out. Missing for " + "; ".join(lines), pytrace=False)
        pytest.skip("missing for " + "; ".join(lines))


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Fail a run in CI that skipped a test, whatever the reason."""
    reporter: TerminalReporter | None = session.config.pluginmanager.get_plugin("terminalreporter")
    if IN_CI and reporter and reporter.stats.get("skipped") and exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: TerminalReporter) -> None:
    """Say at the end which suites were left out, and how to have them."""
    if skipped := terminalreporter.stats.get("skipped"):
        terminalreporter.section("left out", red=True)
        terminalreporter.line(f"{len(skipped)} tests were not run on this machine.")
        for line in left_out(NEEDS.values()):
            terminalreporter.line(f"- {line}")
        if IN_CI:
            terminalreporter.line("CI may leave nothing out, so this run has failed.", red=True)
