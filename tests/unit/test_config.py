import re
import tomllib
from datetime import time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from maildesk.config import ConfigError, ListenAddress, Secret, Settings, is_loopback, read_settings
from maildesk.config.known import known_keys
from maildesk.config.lines import lines_of_keys
from maildesk.durations import BusinessDuration
from maildesk.vocabulary import Priority
from maildesk.worktime import WeekTime, parse_week

DESK = '[desk]\naddress = "support@acme.example"\n'
SHIPPED = (Path(__file__).parents[2] / "config" / "maildesk.toml").read_text(encoding="utf-8")
HIDDEN = "hunter2-hidden"


def read(text: str, **environment: str) -> Settings:
    return read_settings(text, environment, "maildesk.toml")


def problems(text: str, **environment: str) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        read(text, **environment)
    assert str(caught.value).splitlines() == [str(problem) for problem in caught.value.problems]
    return [str(problem) for problem in caught.value.problems]


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


EVERYTHING = """
[desk]
name = "Acme Support"
address = "support@acme.example"
subaddress = "-"
subject_tag = "always"
languages = ["nb", "en"]
timezone = "Europe/Oslo"
operator = "ops@acme.example"
data = "/var/lib/maildesk"

[store]
url = "postgresql+psycopg://maildesk:hunter2-hidden@127.0.0.1:5432/maildesk"
raw = "s3://bucket/prefix"

[[imap]]
name = "support"
host = "imap.acme.example"
port = 143
tls = "starttls"
ca_file = "ca.pem"
user = "support@acme.example"
password = { file = "imap.secret" }
folder = "INBOX"
processed = ""
first_sync = "all"
poll = "5m"

[listen]
lmtp = "127.0.0.1:8024"
smtp = "[::1]:8025"
http = "unix:/run/maildesk/http"

[relay]
host = "localhost"
port = 25
return_path = "signed"
tls = "none"
ca_file = ""
user = "support@acme.example"
password = { env = "RELAY_PASSWORD" }

[auth]
trusted_authserv_ids = ["mx.acme.example"]
received_above = 1
pinned_domains = ["acme.example"]
mx = true
trusted_arc_sealers = ["lists.customer.example"]
nameservers = ["127.0.0.1:5353", "::1"]
agents = "strict"

[[queue]]
name = "network"
address = "Network@acme.example"
service = "vpn"

[[agent]]
email = "Anna@acme.example"
aliases = ["anna.a@acme.example"]
name = "Anna"
skills = ["vpn", "network"]
languages = ["nb", "en"]
hours = "24x7"
max_open = 0
manager = true
reply_default = "note"

[hours]
week = "Mon-Thu 08:00-16:00, Fri 08:00-14:00"
holidays = "DE-BY"

[sla.urgent]
first_response = "30m"
next_response = "1h"
resolution = "1 business day"
[sla.high]
first_response = "2h"
next_response = ""
resolution = "2 business days"
[sla.normal]
first_response = "4h"
next_response = "8h"
resolution = "3 business days"
[sla.low]
first_response = "8h"
next_response = "2 business days"
resolution = "10 business days"

[reminders]
warn_at = []
escalate_at = 2

[answers]
hold = "0s"
reopen_within = "1w"

[feedback]
with_closure = false
survey_after = "24h"
window = "14d"

[digest]
daily = ""
weekly = "Fri 15:00"

[limits]
message_size = "25MiB"
auto_per_hour = 1
auto_per_day = 2
auto_per_minute = 3
hard_bounces = 4
connections = 4
connections_per_address = 5
mails_per_sender = 6
bytes_per_sender = "7MB"
mails_per_network = 8
letters_per_sender = 9
"""


def test_every_setting_can_be_written() -> None:
    settings = read(EVERYTHING)
    assert settings.imap[0].password == Secret("file", "imap.secret")
    assert settings.listen.lmtp == ListenAddress("127.0.0.1", 8024)
    assert settings.listen.smtp == ListenAddress("::1", 8025)
    assert settings.listen.http == ListenAddress(path="/run/maildesk/http")
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
        "unix:/run/maildesk/http",
    ]


def test_addresses_are_found_in_any_case_and_by_alias() -> None:
    settings = read(EVERYTHING)
    assert settings.own_addresses == {"support@acme.example", "network@acme.example"}
    for address in ("anna@acme.example", "ANNA.A@acme.example"):
        agent = settings.agent_of(address)
        assert agent is not None and agent.name == "Anna"
    assert settings.agent_of("kari@customer.example") is None
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
    shown = re.sub(r"(?m)^#(?=\[\[|[a-z_]+ = )", "", SHIPPED)
    tables = tomllib.loads(shown)
    wanted = {key for key in known_keys() if key[:2] not in {("sla", "urgent"), ("sla", "high"), ("sla", "low")}}
    assert {key for key in keys_in(tables) if key[-1] != "file"} == wanted
    everything, bare = read(shown), read(DESK)
    for name in set(Settings.model_fields) - {"imap", "queue", "agent"}:
        assert getattr(everything, name) == getattr(bare, name), name
    # Of lists there is no default entry: one with its required keys alone must come to the same.
    required = {"imap": {"host", "user", "password"}, "queue": {"name", "address"}, "agent": {"email"}}
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


# What is wrong, and where.


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("[relay]\nhsot = 1", "4: relay.hsot is not a setting; did you mean `relay.host`?"),
        ("[rely]\nhost = 1", "3: rely is not a setting; did you mean `relay`?"),
        ("xyzzy = 1", "3: desk.xyzzy is not a setting"),
        ("processed = 'x'", "3: desk.processed is not a setting; did you mean `imap.processed`?"),
        ("languages = ['en', 'no']", '3: desk.languages[1] must be "en", "nb" or "ko"; did you mean `nb`?'),
        ("languages = []", "3: desk.languages must not be empty"),
        ("languages = 'en'", '3: desk.languages must be a list: ["a", "b"]'),
        ("name = 5", "3: desk.name must be text in quotes"),
        ('name = "a\\nBcc: x"', "3: desk.name must be one line, without control characters"),
        ("timezone = 'Europe/Olso'", '3: desk.timezone "Europe/Olso" is not a time zone; did you mean "Europe/Oslo"?'),
        ("timezone = '../passwd'", '3: desk.timezone "../passwd" is not a time zone; write one such as'),
        ("subaddress = ''", '3: desk.subaddress must be "+", "-" or "none"'),
        ("operator = 'ops'", '3: desk.operator "ops" is not a mail address'),
        ("operator = 'Support@acme.example'", "3: desk.operator is the desk's own address (desk.address)"),
        ("data = ''", "3: desk.data must not be empty"),
        ("[imap]\nhost = 'x'", "3: imap must be tables in a list: write [[imap]]"),
        ("desk2 = 1\n[relay]\nport = 0", "5: relay.port must be 1 or more"),
        ("[relay]\nport = true", "4: relay.port must be a number, not true or false"),
        ("[relay]\nport = 'smtp'", "4: relay.port must be a whole number"),
        ("[relay]\nport = 70000", "4: relay.port must be 65535 or less"),
        ("[relay]\ntls = 'startls'", '4: relay.tls must be "implicit", "starttls" or "none"; did you mean `starttls`?'),
        ("[relay]\nhost = 'mx.acme.example'\ntls = 'none'", '5: relay.tls "none" is for this machine alone'),
        ("[relay]\nhost = 'mx.acme.example:25'", '4: relay.host "mx.acme.example:25" is not a host'),
        ("[relay]\nhost = 'smtp://mx.acme.example'", "4: relay.host "),
        ("[relay]\nuser = 'u'", "3: relay.password user and password go together"),
        ("[relay]\npassword = 'x'", "4: relay.password user and password go together"),
        ("[store]\nurl = 'mysql://x/y'", '4: store.url must be "sqlite" or "postgresql+psycopg://'),
        ("[store]\nurl = 'postgresql://h/d'", "4: store.url must name the driver"),
        ("[store]\nraw = 's3:/x'", '4: store.raw "s3:/x" is no store'),
        ("[listen]\nlmtp = '8024'", '4: listen.lmtp "8024" is no place to listen'),
        ("[listen]\nlmtp = '127.0.0.1:99999'", "4: listen.lmtp "),
        (
            "[listen]\nlmtp = '::1:8024'",
            '4: listen.lmtp "::1:8024" is no place to listen; write the number in brackets',
        ),
        ("[hours]\nweek = 'always'", '4: hours.week "always" does not begin with weekdays'),
        ("[hours]\nholidays = 'no'", '4: hours.holidays "no" is no country'),
        ("[sla.nrmal]\n", "3: sla.nrmal is not a setting; did you mean `sla.normal`?"),
        ("[sla.low]\nresolution = '0s'", "4: sla.low.resolution must be longer than nothing"),
        ("[sla]\nlow = 'slow'", "4: sla.low must be a table"),
        ("[reminders]\nwarn_at = [0.8, 0.5]", "4: reminders.warn_at must rise"),
        ("[reminders]\nwarn_at = [0.5, 1.5]", "4: reminders.warn_at[1] must be less than 1"),
        ("[reminders]\nescalate_at = nan", "4: reminders.escalate_at must be"),
        ("[answers]\nhold = 60", '4: answers.hold "60" has no unit; write "60s"'),
        ("[answers]\nhold = true", "4: answers.hold must be text in quotes"),
        ("[answers]\nhold = '2 business days'", "4: answers.hold "),
        ("[feedback]\nwindow = '0d'", "4: feedback.window must be longer than nothing"),
        ("[feedback]\nwith_closure = 'often'", "4: feedback.with_closure must be true or false"),
        ("[digest]\ndaily = '25:00'", '4: digest.daily "25:00" is not a time of day'),
        ("[digest]\nweekly = '07:30'", '4: digest.weekly "07:30" does not begin with a weekday'),
        ("[limits]\nmessage_size = 40", '4: limits.message_size "40" is not a size'),
        ("[limits]\nmessage_size = '1B'", "4: limits.message_size must be 64KB or more"),
        ("[limits]\nauto_per_day = 2.5", "4: limits.auto_per_day must be a whole number"),
        ("[[imap]]\nuser = 'u'\npassword = 'p'", "3: imap[0].host is missing: write it under [[imap]]"),
        ("[[imap]]\nhost = ''\nuser = 'u'\npassword = 'p'", "4: imap[0].host must not be empty"),
        (
            "[[queue]]\nname = 'q'\naddress = 'SUPPORT@acme.example'",
            "5: queue[0].address is the address of desk.address",
        ),
        ("[[agent]]\nemail = 'support@acme.example'", "4: agent[0].email is the desk's own address (desk.address)"),
        (
            "[[agent]]\nemail = 'a@acme.example'\naliases = ['A@acme.example']",
            "5: agent[0].aliases[0] is an address of",
        ),
        ("[[agent]]\nemail = 'Anna <a@acme.example>'", "4: agent[0].email must be the address alone"),
        ("[[agent]]\nemail = 'a@acme.example'\nreply_default = 'public answer'", "5: agent[0].reply_default must be"),
    ],
)
def test_a_mistake_is_told_with_line_and_remedy(text: str, problem: str) -> None:
    assert any(told.startswith(f"maildesk.toml:{problem}") for told in problems(DESK + text)), problems(DESK + text)


MAILBOX = "[[imap]]\nhost = 'h'\nuser = 'u'\npassword = 'p'\n"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (MAILBOX + MAILBOX, "9: imap[1].user is the name of imap[0].user already; give each [[imap]] a name"),
        (MAILBOX + "name = 'a'\n" + MAILBOX + "name = 'A'\n", "12: imap[1].name is the name of imap[0].name already"),
        (MAILBOX + "processed = 'INBOX'\n", "7: imap[0].processed must be another folder"),
        (MAILBOX.replace("'p'", "''"), "6: imap[0].password user and password go together"),
        (MAILBOX + "tls = 'none'\n", '7: imap[0].tls "none" is for this machine alone, and h is another'),
        (
            "[[queue]]\nname = 'q'\naddress = 'a@acme.example'\n[[queue]]\nname = 'Q'\naddress = 'b@acme.example'\n",
            "7: queue[1].name is the name of queue[0].name already",
        ),
    ],
)
def test_entries_of_a_list_are_held_against_each_other(text: str, problem: str) -> None:
    (told,) = problems(DESK + text)
    assert told.startswith(f"maildesk.toml:{problem}")


def test_two_mailboxes_with_names_of_their_own_are_fine() -> None:
    assert [box.name for box in read(DESK + MAILBOX + MAILBOX + "name = 'archive'\n").imap] == ["u", "archive"]


def test_all_problems_are_told_at_once_and_in_order() -> None:
    told = problems("[desk]\naddres = 'x'\n[relay]\nport = 'x'\n[sla.low]\nresolution = 'x'\n", MAILDESK_RELAY__TLS="x")
    assert [line.split(" ")[:2] for line in told] == [
        ["maildesk.toml:1:", "desk.address"],
        ["maildesk.toml:2:", "desk.addres"],
        ["maildesk.toml:4:", "relay.port"],
        ["maildesk.toml:6:", "sla.low.resolution"],
        ["MAILDESK_RELAY__TLS:", "relay.tls"],
    ]


def test_a_problem_has_its_parts() -> None:
    with pytest.raises(ConfigError) as caught:
        read(DESK + "[relay]\nhsot = 1", MAILDESK_RELAY__PORT="x")
    unknown, wrong = caught.value.problems
    assert (unknown.key, unknown.file, unknown.line, unknown.variable) == ("relay.hsot", "maildesk.toml", 4, "")
    assert (unknown.message, unknown.suggestion) == ("is not a setting", "relay.host")
    assert (wrong.key, wrong.line, wrong.variable) == ("relay.port", None, "MAILDESK_RELAY__PORT")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "maildesk.toml: desk.address is missing: write it under [desk]"),
        ("desk = 5", "maildesk.toml:1: desk must be a table"),
        ("[desk]\nname = 'x'", "maildesk.toml:1: desk.address is missing: write it under [desk]"),
        ("[desk\n", "maildesk.toml:1: this is not TOML: Expected ']' at the end of a table declaration (column 6)"),
        ("[desk]\nname = x\n", "maildesk.toml:2: this is not TOML: Invalid value (column 8)"),
    ],
)
def test_an_empty_or_broken_file_is_one_problem(text: str, problem: str) -> None:
    assert problems(text) == [problem]


@pytest.mark.parametrize(
    "text",
    [
        f"[relay]\npasword = '{HIDDEN}'",
        f"[relay]\npassword = {{ evn = '{HIDDEN}' }}",
        f"[relay]\npassword = {{ env = 'X', file = '{HIDDEN}' }}",
        f"[relay]\npassword = ['{HIDDEN}']",
        f"[relay]\npassword = '{HIDDEN}'",
        f"[[imap]]\nhost = 'h'\npassword = '{HIDDEN}'",
        f"[store]\nurl = 'postgresql://maildesk:{HIDDEN}@h/d'",
        f"[store]\nurl = 'postgresql+psycopg://maildesk:{HIDDEN}@h:{HIDDEN}/d'",
        f"[store]\nurl = 'mysql://{HIDDEN}'",
    ],
)
def test_no_problem_shows_a_secret(text: str) -> None:
    with pytest.raises(ConfigError) as caught:
        read(DESK + text)
    error = caught.value
    assert HIDDEN not in str(error) + repr(error) + repr(error.problems)
    # A traceback shows the chain, and the models' own error holds the values.
    assert error.__suppress_context__ or error.__context__ is None


@pytest.mark.parametrize(
    ("value", "secret"),
    [
        ('"plain"', Secret("plain", "plain")),
        ('{ env = "X" }', Secret("env", "X")),
        ('{ file = "x y" }', Secret("file", "x y")),
        ('{ command = "pass show relay" }', Secret("command", "pass show relay")),
    ],
)
def test_a_secret_keeps_where_it_comes_from(value: str, secret: Secret) -> None:
    assert read(f"{DESK}[relay]\nuser = 'u'\npassword = {value}").relay.password == secret


@pytest.mark.parametrize(
    ("address", "right"),
    [
        ("support@acme.example", True),
        ("o'brien+x@sub.acme-two.example", True),
        ("support@localhost", True),
        ("kåre@blåbær.example", True),
        ("", False),
        ("support", False),
        ("@acme.example", False),
        ("a@", False),
        ("a b@acme.example", False),
        ("a..b@acme.example", False),
        (".a@acme.example", False),
        ("a@acme..example", False),
        ("a@-acme.example", False),
        ("a@acme.example-", False),
        ("a@b@acme.example", False),
        ("a,b@acme.example", False),
        ("a@acme.example\\r\\nRCPT TO:<x@y>", False),
        ("x" * 65 + "@acme.example", False),
        ("a@" + "x" * 64 + ".example", False),
    ],
)
def test_only_clean_addresses_are_taken(address: str, right: bool) -> None:
    text = f'[desk]\naddress = "{address}"\n'
    if right:
        assert read(text).own_addresses == {address.lower()}
    else:
        assert problems(text)[0].startswith("maildesk.toml:2: desk.address ")


@pytest.mark.parametrize(
    ("host", "own"),
    [
        ("localhost", True),
        ("LOCALHOST.", True),
        ("imap.localhost", True),
        ("127.0.0.1", True),
        ("127.9.9.9", True),
        ("::1", True),
        ("localhost.acme.example", False),
        ("127.0.0.1.acme.example", False),
        ("10.0.0.1", False),
        ("", False),
    ],
)
def test_loopback_is_known_by_name_and_number(host: str, own: bool) -> None:
    assert is_loopback(host) is own


# The environment.


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
        MAILDESK_QUEUE="[]",
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
    assert settings.queue == ()


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
