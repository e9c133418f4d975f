"""What all tests share: the real servers, and the rule that a skipped test is named, and is an error in CI."""

import gc
import os
from pathlib import Path

import hypothesis
import pytest

# A machine that is busy is no fault of the code: no test asserts a time. What is found is found again.
hypothesis.settings.register_profile(
    "maildesk", deadline=None, derandomize=True, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("maildesk")

pytest_plugins = ["tests.servers.plugin", "tests.shell"]

_SERVER_TESTS = Path(__file__).parent / "servers"
_LONGEST = ("test_kills.py", "test_crashes.py", "test_hostile.py", "test_two_daemons.py", "test_a_day.py")
_SERVER_FIXTURES = frozenset({"certificates", "dovecot", "dovecot_maker", "postfix", "postgres", "postgres_url"})


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest come first, so that no worker is left alone with one of them at the end."""
    items.sort(key=lambda item: _LONGEST.index(item.path.name) if item.path.name in _LONGEST else len(_LONGEST))
    for item in items:
        fixtures = set(getattr(item, "fixturenames", ()))
        if item.path.is_relative_to(_SERVER_TESTS) or fixtures & _SERVER_FIXTURES:
            item.add_marker(pytest.mark.server)


def pytest_collection_finish() -> None:
    """The collector need not look at fifteen thousand tests again and again: they stay to the end."""
    gc.collect()
    gc.freeze()


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """In CI a test that did not run did not pass."""
    if _in_ci() and _skipped(session.config) and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    skipped = _skipped(config)
    if not skipped:
        return
    servers = sum(_reason(report).startswith("server missing") for report in skipped)
    fate = "an error, because CI is set" if _in_ci() else "an error in CI"
    terminalreporter.section(f"{len(skipped)} tests skipped, {servers} of them need a server: {fate}", red=_in_ci())
    for report in skipped:
        terminalreporter.write_line(f"{report.nodeid}: {_reason(report)}")


def _in_ci() -> bool:
    return os.environ.get("CI", "").lower() not in {"", "0", "false", "no"}


def _skipped(config: pytest.Config) -> list[pytest.TestReport | pytest.CollectReport]:
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    return list(reporter.stats.get("skipped", [])) if reporter else []


def _reason(report: pytest.TestReport | pytest.CollectReport) -> str:
    place = report.longrepr
    return str(place[2] if isinstance(place, tuple) else place).removeprefix("Skipped: ")
