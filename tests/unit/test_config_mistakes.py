"""What is wrong in the configuration, and in which line; no mistake shows a secret."""

import pytest

from maildesk.config import ConfigError, Secret, is_loopback
from tests.configured import DESK, HIDDEN, problems, read


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("[relay]\nhsot = 1", "4: relay.hsot is not a setting; did you mean `relay.host`?"),
        ("[rely]\nhost = 1", "3: rely is not a setting; did you mean `relay`?"),
        ("xyzzy = 1", "3: desk.xyzzy is not a setting"),
        ("name = " + "[" * 5000, " brackets stand too deep in one another"),
        ("name = " + "9" * 5000, " a number has thousands of digits"),
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
        ("[hours]\nweek = ''", '4: hours.week must have hours; write "Mon-Fri 08:00-16:00" or "24x7"'),
        ("[hours]\nholidays = 'no'", '4: hours.holidays "no" is no country'),
        ("[hours]\nholidays = 'none'", '4: hours.holidays "none" is no country'),
        ("[hours]\ndays_off = ['24.12.2026']", '4: hours.days_off[0] "24.12.2026" is no date; write "2026-12-24"'),
        ("[hours]\ndays_off = ['2026-12-24', '2026-02-30']", '4: hours.days_off[1] "2026-02-30" is no day of the'),
        ("[hours]\ndays_off = [2026]", "4: hours.days_off[0] must be text in quotes"),
        ("[hours]\ndays_off = [2026-12-24T08:00:00]", "4: hours.days_off[0] must be text in quotes"),
        ("[hours]\ndays_off = '2026-12-24'", "4: hours.days_off must be a list"),
        ("[[queue]]\nname='q'\naddress='q@acme.example'\nhours = 'Mon'", '6: queue[0].hours "Mon" has no hours'),
        (
            "[[agent]]\nemail = 'a@acme.example'\nhours = '8-16'",
            '5: agent[0].hours "8-16" does not begin with weekdays',
        ),
        (
            "[[agent]]\nemail = 'a@acme.example'\ntimezone = 'Asia/Soul'",
            '5: agent[0].timezone "Asia/Soul" is not a time zone; did you mean "Asia/Seoul"?',
        ),
        ("[[agent]]\nemail = 'a@acme.example'\nholidays = 'Norge'", '5: agent[0].holidays "Norge" is no country'),
        ("[sla.nrmal]\n", "3: sla.nrmal is not a setting; did you mean `sla.normal`?"),
        ("[sla.low]\nresolution = '0s'", "4: sla.low.resolution must be longer than nothing"),
        ("[sla]\nlow = 'slow'", "4: sla.low must be a table"),
        ("[reminders]\nwarn_at = [0.8, 0.5]", "4: reminders.warn_at must rise"),
        ("[reminders]\nwarn_at = [0.5, 1.5]", "4: reminders.warn_at[1] must be less than 1"),
        ("[reminders]\nescalate_at = nan", "4: reminders.escalate_at must be"),
        (
            "[priority]\nhigh = ['urgent', 'hig', 'low']",
            '4: priority.high[1] must be "urgent", "high", "normal" or "low"; did you mean `high`?',
        ),
        ("[priority]\nlow = ['low']", "4: priority.low must name three priorities: those of urgency high, medium"),
        ("[priority]\nlow = 'low'", "4: priority.low must be a list"),
        ("[assignment]\nautomatic = true", '4: assignment.automatic must be "skills", "always" or "off"'),
        ("[[organisation]]\nname = 'C'\ndomains = []", "5: organisation[0].domains must not be empty"),
        ("[[organisation]]\nname = 'C'\ndomains = ['a@b.example']", "5: organisation[0].domains[0] "),
        (
            "[[organisation]]\nname = 'C'\ndomains = ['c.example', 'C.example']",
            "5: organisation[0].domains[1] is a domain of organisation[0].domains[0] already",
        ),
        ("[[rule]]\nname = 'r'", "3: rule[0].set is missing"),
        ("[[rule]]\nname = 'r'\nset = {}", "5: rule[0].set says nothing: give it a type"),
        (
            "[[rule]]\nname = 'r'\nset = { type = 'incidnt' }",
            '5: rule[0].set.type must be "incident", "request", "problem", "change" or "question"; did you mean `inc',
        ),
        (
            "[[rule]]\nname = 'r'\nheaders = ['X-A: b']\nset = { tags = ['a'] }",
            "5: rule[0].headers need a sender or an organisation beside them",
        ),
        (
            "[[rule]]\nname = 'r'\nsender = ['c.example']\nheaders = ['Subject: b']\nset = { tags = ['a'] }",
            '6: rule[0].headers[0] "Subject: b" is no header that is read',
        ),
        (
            "[[queue]]\nname = 'net'\naddress = 'n@acme.example'\n[[rule]]\nname = 'r'\nset = { queue = 'nett' }",
            '8: rule[0].set.queue names no [[queue]]: "nett"; did you mean "net"?',
        ),
        (
            "[[rule]]\nname = 'r'\norganisation = ['C']\nset = { tags = ['a'] }",
            '5: rule[0].organisation[0] names no [[organisation]]: "C"',
        ),
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
