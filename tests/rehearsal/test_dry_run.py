"""`run --dry-run` tells what `run --once` would do, and after it nothing anywhere is different."""

import pytest
from sqlalchemy import select, text

from maildesk.model import Inbound
from maildesk.rehearsal import play
from maildesk.store import Store
from tests.rehearsal.foretold import RELAY, answer_to, done, everything_below, letters_since, told
from tests.running import mailbox
from tests.servers.sink import Sink
from tests.shell import DESK, Operator, mail_about


def test_what_is_foretold_happens_and_not_before(operator: Operator, sink: Sink) -> None:
    """A new ticket, an answer to an old one with our letters on it, a command of nobody's, a mail in our own name."""
    operator.write("maildesk.toml", DESK + RELAY.format(port=sink.port))
    operator.gets(mail_about(1))
    store = Store("sqlite", operator.folder / "var")
    known = len(letters_since(store, 0))
    forged = mail_about(3, "Hello").replace(b"Kari Nordmann <kari@customer.example>", b"anna@acme.example")
    for mail in (answer_to(operator, "It still burns."), mail_about(2, "A scanner"), forged):
        assert operator.does("deliver", stdin=mail).code == 0
    store.close()
    before, connections = everything_below(operator.folder), sink.connections

    said = operator.does("run", "--dry-run", "--json")

    assert everything_below(operator.folder) == before
    assert sink.connections == connections
    assert said.code == 0 and "nothing was sent, moved, flagged or kept" in said.err
    foretold = told(said)
    assert [(mail[1], mail[3]) for mail in foretold][:2] == [("reply", 1), ("new", 2)]
    assert [mail["new_ticket"] for mail in said.documents][:2] == [False, True]
    assert [mail["kind"] for mail in said.documents] == ["human"] * 3
    assert said.documents[0]["placed_by"] == said.documents[0]["reason"]

    assert operator.does("run", "--once").code == 0
    assert done(store, 2) == [mail[:4] for mail in foretold]
    assert letters_since(store, known) == [letter for mail in foretold for letter in mail[4]]
    store.close()


def test_people_read_it_mail_by_mail(operator: Operator) -> None:
    assert operator.does("deliver", stdin=mail_about(1, "A \x1b[31mprinter")).code == 0
    said = operator.does("run", "--dry-run", "--once")
    lines = [line.strip() for line in said.out.splitlines()]
    assert lines[0] == "1. kari@customer.example: A  [31mprinter"
    assert "human: nothing says that a machine wrote it" in lines
    assert any(one.startswith("new, new ticket #1: nothing points to a ticket; acknowledged") for one in lines)
    assert "letter received to kari@customer.example: We have received your e-mail (#1)" in lines
    assert lines[-2:] == [
        "mails: 1 new; letters that would be written: 2",
        "a rehearsal: nothing was sent, moved, flagged or kept",
    ]


def test_before_the_first_start_nothing_is_made(operator: Operator) -> None:
    said = operator.does("run", "--dry-run")
    assert said.code == 0 and "mails: nothing to do" in said.out
    assert [path.name for path in operator.folder.iterdir()] == ["maildesk.toml"]


def test_what_cannot_be_read_would_be_held(operator: Operator) -> None:
    """The bytes are gone, and another mail has ended the process three times."""
    for number in (1, 2):
        assert operator.does("deliver", stdin=mail_about(number)).code == 0
    store = Store("sqlite", operator.folder / "var")
    with store.begin() as session:
        gone, deadly = session.scalars(select(Inbound).order_by(Inbound.id))
        deadly.attempts = 3
    store.close()
    (operator.folder / "var" / "raw" / gone.raw_sha256[:2] / gone.raw_sha256).unlink()
    said = operator.does("run", "--dry-run", "--json")
    held = {mail["reason"]: mail for mail in said.documents}
    assert set(held) == {"the process ended during each of 3 attempts", "a fault of maildesk: OSError"}
    for mail in held.values():
        assert (mail["state"], mail["kind"]) == ("held", None)
        assert [(letter["to"], letter["kind"]) for letter in mail["letters"]] == [("ops@acme.example", "held_mail")]


def test_letters_that_wait_are_named_and_a_daemons_mail_is_left_to_it(operator: Operator) -> None:
    for number in (1, 2):
        assert operator.does("deliver", stdin=mail_about(number)).code == 0
    assert operator.does("run", "--once", "--roles", "desk").code == 0
    for number in (3, 4):
        assert operator.does("deliver", stdin=mail_about(number)).code == 0
    store = Store("sqlite", operator.folder / "var")
    with store.begin() as session:
        session.execute(text("UPDATE inbound SET lease_until = '2999-01-01 00:00:00' WHERE id = 3"))
    store.close()
    said = operator.does("run", "--dry-run")
    assert "mails: 1 new; " in said.out
    assert "1 mails are in a daemon's hands at this moment and were left to it" in said.out
    assert "letters wait from before" in said.out


def test_no_more_than_the_limit_is_read(operator: Operator, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(play, "MOST_MAILS", 2)
    for number in range(5):
        assert operator.does("deliver", stdin=mail_about(number)).code == 0
    said = operator.does("run", "--dry-run")
    assert "mails: 2 new; " in said.out and "3 mails more wait and were not read" in said.out


@pytest.mark.parametrize(
    ("more", "arguments", "complaint"),
    [
        ("", ("--json",), "--json goes with --dry-run"),
        ("", ("--dry-run", "--roles", "dancer"), "there is no role dancer"),
        ("[desk2]\n", ("--dry-run",), "desk2"),
        (mailbox(1, "support").replace('"test"', '{ file = "nowhere" }'), ("--dry-run",), "imap.password"),
    ],
)
def test_usage_and_configuration_end_with_2(
    operator: Operator, more: str, arguments: tuple[str, ...], complaint: str
) -> None:
    operator.write("maildesk.toml", DESK + more)
    said = operator.does("run", *arguments)
    assert said.code == 2 and complaint in said.err
    assert [path.name for path in operator.folder.iterdir()] == ["maildesk.toml"]
