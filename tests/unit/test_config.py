"""Settings are what is written, or their defaults; the file that is shipped shows all of them."""

import re
import tomllib
from datetime import time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from pydantic import ValidationError

from maildesk.config import ListenAddress, Secret, Settings
from maildesk.config.known import known_keys
from maildesk.durations import BusinessDuration
from maildesk.vocabulary import Priority
from maildesk.worktime import WeekTime, parse_week
from tests.configured import DESK, EVERYTHING, HIDDEN, read

SHIPPED = (Path(__file__).parents[2] / "config" / "maildesk.toml").read_text(encoding="utf-8")


def test_the_address_alone_is_a_configuration() -> None:
    settings = read(DESK)
    assert settings.desk.name == "support@acme.example"
    assert settings.desk.timezone == ZoneInfo("UTC")
    assert (settings.imap, settings.queue, settings.agent) == ((), (), ())
    assert (settings.listen.lmtp, settings.listen.smtp, settings.listen.http) == (None, None, None)
    assert (settings.relay.host, settings.relay.port, settings.relay.password) == ("", 587, None)
    assert settings.hours.week == parse_week("Mon-Fri 08:00-16:00")
    assert settings.answers.hold == timedelta(seconds=60)
    assert settings.answers.reopen_within == timedelta(days=30)
    assert settings.feedback.survey_after is None
    assert (settings.digest.daily, settings.digest.weekly) == (time(7, 30), WeekTime(0, time(7, 30)))
    assert settings.limits.message_size == 40_000_000
    assert all(settings.sla.of(priority).resolution is None for priority in Priority)


def test_every_setting_can_be_written() -> None:
    settings = read(EVERYTHING)
    assert settings.imap[0].password == Secret("file", "imap.secret")
    assert settings.listen.lmtp == ListenAddress("127.0.0.1", 8024)
    assert settings.listen.smtp == ListenAddress("::1", 8025)
    assert settings.listen.http == ListenAddress("127.0.0.1", 9108)
    assert settings.sla.of(Priority.NORMAL).first_response == timedelta(hours=4)
    assert settings.sla.of(Priority.NORMAL).resolution == BusinessDuration(3)
    assert settings.sla.of(Priority.HIGH).next_response is None
    assert settings.digest.daily is None
    assert settings.limits.message_size == 25 * 1024 * 1024
    assert {key for key in known_keys() if key not in keys_in(tomllib.loads(EVERYTHING))} == set()
    assert HIDDEN not in repr(settings) + str(settings)


def keys_in(tables: Any, above: tuple[str | int, ...] = ()) -> set[tuple[str | int, ...]]:
    """Every key of a TOML text; of a list of tables, those of its first table."""
    found = {above} if above else set()
    if isinstance(tables, list) and tables and isinstance(tables[0], dict):
        return found | keys_in(tables[0], (*above, 0))
    for key, value in tables.items() if isinstance(tables, dict) else ():
        found |= keys_in(value, (*above, key))
    return {key for key in found if key[-1] != 0}


def test_listen_addresses_are_shown_as_they_are_written() -> None:
    listen = read(EVERYTHING).listen
    assert [str(listen.lmtp), str(listen.smtp), str(listen.http)] == [
        "127.0.0.1:8024",
        "[::1]:8025",
        "127.0.0.1:9108",
    ]


def test_addresses_are_found_in_any_case_and_by_alias() -> None:
    settings = read(EVERYTHING)
    assert settings.own_addresses == {"support@acme.example", "network@acme.example"}
    for address in ("anna@acme.example", "ANNA.A@acme.example"):
        agent = settings.agent_of(address)
        assert agent is not None and agent.name == "Anna"
    assert settings.agent_of("kari@customer.example") is None
    for address in ("Ola@Customer.example", "ola@it.customer.example", "ola@customer.no"):
        organisation = settings.organisation_of(address)
        assert organisation is not None and organisation.name == "Customer AS"
    assert settings.organisation_of("ola@othercustomer.example") is None
    queue = settings.queue_of("NETWORK@acme.example")
    assert queue is not None and queue.name == "network"
    assert settings.queue_of("support@acme.example") is None


def test_settings_cannot_be_changed() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        read(DESK).desk.name = "other"


# The file that is shipped: every setting, at its default.


def test_the_shipped_file_works_as_it_is() -> None:
    assert read(SHIPPED) == read(DESK)


def test_the_shipped_file_shows_every_setting_at_its_default() -> None:
    shown = re.sub(r"(?m)^#(?=\[|[a-z_.]+ = )", "", SHIPPED)
    tables = tomllib.loads(shown)
    wanted = {key for key in known_keys() if key[:2] not in {("sla", "urgent"), ("sla", "high"), ("sla", "low")}}
    assert {key for key in keys_in(tables) if key[-1] != "file"} == wanted
    # Not as a whole configuration: a priority whose times are all "" is refused.
    everything, bare = Settings.model_validate(tables), read(DESK)
    # Of lists there is no default entry: one with its required keys alone must come to the same.
    required = {
        "imap": {"host", "user", "password"},
        "queue": {"name", "address"},
        # Hours are left out, or are some.
        "agent": {"email", "hours"},
        "organisation": {"name", "domains"},
        "rule": {"name", "set"},
        "policy": {"queue", "first_response"},
    }
    for name in set(Settings.model_fields) - set(required):
        assert getattr(everything, name) == getattr(bare, name), name
    for name, keys in required.items():
        entry = tables[name][0]
        short = Settings.model_validate(
            {"desk": {"address": "a@acme.example"}, name: [{k: v for k, v in entry.items() if k in keys}]}
        )
        assert getattr(everything, name) == getattr(short, name), name


def test_every_setting_of_the_shipped_file_is_explained() -> None:
    settings = [line for line in SHIPPED.splitlines() if re.match(r"#?[a-z_]+ = ", line)]
    assert len(settings) > 60
    assert [line for line in settings if not re.search(r"  # \S|[^ ] # \S", line)] == []
