"""Settings from the environment, the lines of keys, and any text there may be."""

import tomllib
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maildesk.config import ConfigError, ListenAddress, Secret
from maildesk.config.lines import lines_of_keys
from maildesk.durations import BusinessDuration
from tests.configured import DESK, EVERYTHING, problems, read


def test_the_environment_goes_before_the_file() -> None:
    settings = read(
        EVERYTHING,
        MAILDESK_RELAY__HOST="127.0.0.1",
        MAILDESK_relay__port="2525",
        MAILDESK_DESK__LANGUAGES='["ko"]',
        MAILDESK_RELAY__PASSWORD="plain",
        MAILDESK_IMAP__0__FOLDER="Support",
        MAILDESK_IMAP__1__HOST="two.acme.example",
        MAILDESK_IMAP__1__USER="two",
        MAILDESK_IMAP__1__PASSWORD__ENV="TWO",
        MAILDESK_SLA__LOW='{"resolution": "5 business days"}',
        MAILDESK_LISTEN__SMTP="[::1]:9025",
        MAILDESK_FEEDBACK__WITH_CLOSURE="true",
        MAILDESK_AGENT="[]",
        MAILDESK_CONFIG="elsewhere.toml",
        OTHER="x",
    )
    assert (settings.relay.host, settings.relay.port, settings.relay.tls) == ("127.0.0.1", 2525, "none")
    assert settings.relay.password == Secret("plain", "plain")
    assert settings.desk.languages == ("ko",)
    assert [(box.host, box.folder) for box in settings.imap] == [
        ("imap.acme.example", "Support"),
        ("two.acme.example", "INBOX"),
    ]
    assert settings.imap[1].password == Secret("env", "TWO")
    assert settings.sla.low.resolution == BusinessDuration(5)
    assert settings.sla.low.first_response == timedelta(hours=8)
    assert settings.listen.smtp == ListenAddress("::1", 9025)
    assert settings.feedback.with_closure
    assert settings.agent == ()


def test_the_environment_alone_is_enough() -> None:
    assert read("", MAILDESK_DESK__ADDRESS="support@acme.example") == read(DESK)


@pytest.mark.parametrize(
    ("name", "value", "problem"),
    [
        ("MAILDESK_RELAY__HSOT", "x", "relay.hsot is not a setting; did you mean `MAILDESK_RELAY__HOST`?"),
        ("MAILDESK_RELAY_HOST", "x", "relay_host is not a setting; did you mean `MAILDESK_RELAY__HOST`?"),
        ("MAILDESK_REALY__HOST", "x", "realy.host is not a setting; did you mean `MAILDESK_RELAY__HOST`?"),
        ("MAILDESK_AGENT__3", "{}", "agent[3] leads to no setting"),
        (
            "MAILDESK_AGENT__0__MANGER",
            "x",
            "agent[0].manger is not a setting; did you mean `MAILDESK_AGENT__0__MANAGER`?",
        ),
        ("MAILDESK_RELAY", '{"hsot": 1}', "relay.hsot is not a setting; did you mean `MAILDESK_RELAY__HOST`?"),
        ("MAILDESK_RELAY", "mx", "relay must be a table"),
        ("MAILDESK_RELAY__HOST__NAME", "x", "relay.host must be text in quotes"),
        ("MAILDESK_DESK__NAME__X__Y", "x", "desk.name must be text in quotes"),
        ("MAILDESK_DESK__ADDRESS__X", "x", "desk.address.x leads to no setting"),
        ("MAILDESK_DESK__LANGUAGES", '["en"', 'desk.languages must be a list: ["a", "b"]'),
        ("MAILDESK_RELAY__PORT", "smtp", "relay.port must be a whole number"),
        ("MAILDESK_IMAP__0__TLS", "ssl", "imap[0].host is missing"),
        ("MAILDESK_", "x", " is not a setting"),
        ("MAILDESK___", "x", " is not a setting"),
    ],
)
def test_a_mistake_in_the_environment_names_its_variable(name: str, value: str, problem: str) -> None:
    told = problems(DESK, **{name: value})
    assert any(line.startswith(f"{name}: ") and problem in line for line in told), told


def test_what_a_variable_replaces_is_not_blamed_on_the_file() -> None:
    told = problems(EVERYTHING, MAILDESK_IMAP='[{"user": "u", "password": "p"}]')
    assert told == ["MAILDESK_IMAP: imap[0].host is missing: write it under [[imap]]"]


def test_one_unknown_table_names_each_of_its_places() -> None:
    told = problems(DESK + "[rely]\nport = 1", MAILDESK_RELY__HOST="x", MAILDESK_RELY__USER="x")
    assert [line.split(":")[0] for line in told] == ["maildesk.toml", "MAILDESK_RELY__HOST", "MAILDESK_RELY__USER"]


# Lines of keys.


def test_keys_are_found_behind_every_form_of_toml() -> None:
    text = '''top = 1
# [not.a.table]
[a.b] # comment
x = "# no = comment" # y = 1
"quoted key" = """
[no]
no = \\""" ""x"""
c.d = [ # comment ]
  "]", {e = 1},
]
l = \'\'\'
\'\' [[no]]\'\'\'\'
[[list]]
k = 07:30:00
[[list]]
[list.inner]
k = 1.5
[[list.deep]]
k = 'a"b'
[[list.deep]]
k = {x = "}"}
'''
    tomllib.loads(text)
    assert lines_of_keys(text) == {
        ("top",): 1,
        ("a",): 3,
        ("a", "b"): 3,
        ("a", "b", "x"): 4,
        ("a", "b", "quoted key"): 5,
        ("a", "b", "c"): 8,
        ("a", "b", "c", "d"): 8,
        ("a", "b", "l"): 11,
        ("list",): 13,
        ("list", 0): 13,
        ("list", 0, "k"): 14,
        ("list", 1): 15,
        ("list", 1, "inner"): 16,
        ("list", 1, "inner", "k"): 17,
        ("list", 1, "deep"): 18,
        ("list", 1, "deep", 0): 18,
        ("list", 1, "deep", 0, "k"): 19,
        ("list", 1, "deep", 1): 20,
        ("list", 1, "deep", 1, "k"): 21,
    }


@given(st.text(alphabet="ab[]{}=.,\"'#\\\n 1", max_size=60))
def test_any_text_gives_settings_or_an_explained_error(text: str) -> None:
    try:
        read(text)
    except ConfigError as error:
        assert error.problems


@given(
    st.dictionaries(
        st.text(alphabet="AIMP_01DESK", max_size=20).map("MAILDESK_".__add__),
        st.text(alphabet='[]{}":1a', max_size=12),
        max_size=4,
    )
)
def test_any_environment_gives_settings_or_an_explained_error(environment: dict[str, str]) -> None:
    try:
        read(DESK, **environment)
    except ConfigError as error:
        assert error.problems
