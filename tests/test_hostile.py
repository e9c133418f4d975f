"""All hostile mail through a running daemon, held against what must come of it; and that the judge sees what is wrong.

The mails are those of ../shared/hostile where it is; a few of our own are always sent, each with a sidecar. By hand:
`python -m tests.hostile`.
"""

from pathlib import Path
from typing import Any

import pytest

from maildesk.tokens import TagKind, tagged_address
from tests.hostile import HOSTILE, audit
from tests.hostile.attack import Attack, Findings
from tests.hostile.cases import Case, made_case, read_cases
from tests.hostile.tokens import random_tags, would_pass
from tests.hostile.world import ANNA, DESK, KEY, RITA
from tests.running import mailbox
from tests.servers.dovecot import Dovecot

ANNAS = tagged_address(DESK, "+", KEY, TagKind.REPLY, 1001, 1, 0)
RITAS = tagged_address(DESK, "+", KEY, TagKind.REPLY, 1001, 7, 0)
USUAL = ["no-crash", "raw-kept", "time<=2s"]


def case(name: str, outcome: str, must: str = "", ack: str = "any", **fields: str) -> Case:
    """A mail whose fields are `fields` and whose text is its field `text`."""
    words = fields.pop("text", "Please help.")
    head = {"From": RITA, "To": DESK, "Subject": "Hello", "Message-ID": f"<{name}@x.example>", **fields}
    lines = [f"{field.replace('_', '-')}: {value}\r\n" for field, value in head.items()]
    told: dict[str, Any] = {"outcome": outcome.split(), "ack": ack, "must": USUAL + must.split()}
    return made_case(f"own/{name}", "".join([*lines, "\r\n", words, "\r\n"]).encode(), told)


OWN = [
    case("question", "ticket", "one-ticket no-join", "yes"),
    case("template", "ticket", "no-template-eval no-formula inert-html", "yes", Subject="{{ 6*7 }} <b>"),
    case("machine", "ticket auto", "", "no", Auto_Submitted="auto-generated"),
    case("forged", "quarantine", "no-command no-new-recipient", "no", From=ANNA, text="#close"),
    case("own-token", "append", "command-runs", "no", From=ANNA, To=ANNAS, text="#close"),
    case("own-answer", "append", "no-command", From=ANNA, To=ANNAS, text="Please #close it."),
    case("stranger", "append-unverified", "no-new-recipient", From="mallory@evil.example", To=RITAS),
    case("number", "ticket", "no-join no-new-recipient", From="mallory@evil.example", Subject="Re: [#1001] news"),
]
#: What is wrong on purpose: (what is expected although it is not so, what the judge says).
WRONG = [
    (case("a", "dsn"), "became ticket, allowed is dsn"),
    (case("b", "ticket", ack="no"), "acknowledged to rita@customer.example, and may not be"),
    (case("c", "ticket", ack="yes", Auto_Submitted="auto-generated"), "not acknowledged"),
    (case("d", "append", "no-command", From=ANNA, To=ANNAS, text="#close"), "no-command: ticket 1001"),
    (case("e", "append", "no-join", To=RITAS), "no-join: stands on ticket 1001"),
    (case("f", "append", "command-runs", From=ANNA, To=ANNAS, text="Hello"), "command-runs: ticket 1001"),
    (case("g", "ticket", "no-template-eval", Subject="=?utf-8?q?a=0Ab?="), ""),
]


def test_our_own(tmp_path: Path) -> None:
    with Attack(tmp_path) as attack:
        found = attack.run(OWN)
    assert found.mismatches == [] and found.sent == {"own": len(OWN)}


def test_what_is_wrong_is_named(tmp_path: Path) -> None:
    with Attack(tmp_path) as attack:
        found = attack.run([wrong for wrong, _ in WRONG])
        together = "\n".join(audit.faults(attack, _tampered(attack)))
    told = {wrong.name: [one.reason for one in found.mismatches if one.case == wrong.name] for wrong, _ in WRONG}
    for wrong, reason in WRONG:
        assert any(one.startswith(reason) for one in told[wrong.name]) if reason else not told[wrong.name], told
    for reason in (
        "htaccess.php",
        "evil.example",
        "lines that are not ours",
        "other bytes",
        "1 different mails, 9 rows",
    ):
        assert reason in together, together


def _tampered(attack: Attack) -> list[Case]:
    """Does what no mail may do, behind the daemon's back; returns the cases that it is to be measured by."""
    data, blob = attack.daemon.data, WRONG[0][0].sha256
    (data / "htaccess.php").touch()
    (data / "raw" / blob[:2] / blob).write_bytes(b"other")
    with attack.witnessed.open("a") as witness:
        witness.write("socket.getaddrinfo ['evil.example', 80, 0, 0, 0]\n")
    with attack.daemon.log_file.open("a") as log:
        log.write("a line of a mail\n")
    return [WRONG[0][0]]


#: Where the desk does otherwise on purpose, or not yet. A case that comes to fit must leave this list.
OTHERWISE = {
    "command/cmd-unicode": "a full-width number sign is how Korean keyboards write a command; from a proven agent",
}


@pytest.mark.skipif(not HOSTILE.exists(), reason="the hostile mails are not here")
def test_all_hostile_mail(tmp_path: Path, dovecot: Dovecot) -> None:
    user = dovecot.user()
    table = mailbox(dovecot.port, user)
    with Attack(tmp_path, table, lambda raw: dovecot.append(user, raw)) as attack:
        found: Findings = attack.run(read_cases(HOSTILE))
    wrong = [one for one in found.mismatches if one.case not in OTHERWISE]
    assert not wrong, "\n".join(f"{one.case}: {one.reason}" for one in wrong)
    assert {one.case for one in found.mismatches} == set(OTHERWISE)
    assert found.by_imap > 10


def test_random_tags_are_not_genuine() -> None:
    """A million by `python -m tests.hostile.tokens` (threats T5)."""
    assert sum(map(would_pass, random_tags(20_000, seed=5))) == 0


def test_a_genuine_tag_would_be_seen() -> None:
    assert would_pass(ANNAS) and would_pass(RITAS.upper())
