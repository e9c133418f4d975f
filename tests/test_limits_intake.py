"""One sender's flood: it waits its turn and delays nobody, listeners say "later", agents get one letter and not ten
thousand.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from maildesk.ingest import arrivals, inbox, reception, turns
from maildesk.ingest.inbox import Arrived
from maildesk.ingest.quota import MOST_REMEMBERED, Allowance, Quota, network_key
from maildesk.ingest.reception import ListenerLimits
from maildesk.ingest.turns import HEAD_BYTES, author_of, key_of
from maildesk.mail import Letter
from maildesk.model import Base, Inbound, Untold
from maildesk.notify.crowd import Crowd
from maildesk.notify.gathered import GATHER, MOST_ROWS
from maildesk.store import Store
from maildesk.vocabulary import NoticeKind
from tests.desk import MONDAY, TestDesk, mail, opened, text_of
from tests.dialogue import Talk
from tests.listening import listening

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
FLOOD, KARI, SUPPORT = "flood@bulk.example", "kari@customer.example", "support@acme.example"


# Whose mail is it?


@pytest.mark.parametrize(
    ("head", "key"),
    [
        (b"From: Kari <Kari@Customer.example>\r\nTo: a@b\r\n\r\nwords", KARI),
        (b"to: a@b\nfrom : kari@customer.example\n\nFrom: other@x.example", KARI),
        (b"From: =?utf-8?q?K?=\r\n <kari+7@customer.example>\r\nSubject: a <b@c>\r\n\r\n", KARI),
        (b"From: first@x.example\r\nFrom: second@x.example\r\n\r\n", "first@x.example"),
        (b"X-From: a@b\r\nSubject: From: a@b\r\n\r\nFrom: a@b", ""),
        (b"", ""),
        (b"From: <\x00kari@customer.example\xff>\r\n\r\n", "kari@customer.example\ufffd"),
        (b"From:\r\n\r\n", ""),
        (b"From: <kari@customer.example>", KARI),
        (b"X: " + b"a" * HEAD_BYTES + b"\r\nFrom: a@b\r\n\r\n", ""),
        (b"Subject: a\r\rFrom: a@b\r\r", ""),
    ],
)
def test_the_author_is_found_without_reading_the_mail(head: bytes, key: str) -> None:
    found = author_of(head)
    assert found == key or (not key and "<" not in found and "@" not in found)


@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("Kari@Customer.Example", KARI),
        ("<kari+tag@customer.example>", KARI),
        ("bounces+1842=kari@list.example", "bounces@list.example"),
        ("<>", ""),
        ("", ""),
        ("+@x.example", "+@x.example"),
        ("a" * 400 + "@x.example", "a" * 254),
        ("ka\x00ri@customer.example\ud800", KARI),
    ],
)
def test_all_spellings_are_one_sender(address: str, key: str) -> None:
    assert key_of(address) == key


# Turns


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    url = "sqlite" if request.param == "sqlite" else request.getfixturevalue("postgres_url")
    store = Store(url, tmp_path)
    Base.metadata.create_all(store.engine)
    yield store
    store.close()


class Spool:
    """Mails come and are taken, without a word of them being read."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._count = 0

    def comes(self, *senders: tuple[str, str | None], silent: bool = False) -> list[int]:
        """Mails of (From, envelope sender), 50 in a commit; their ids."""
        group = [self._arrived(author, envelope, silent) for author, envelope in senders]
        ids: list[int] = []
        for start in range(0, len(group), 50):
            with self._store.begin() as session:
                ids += [kept.inbound_id for kept in arrivals.accept(session, group[start : start + 50])]
        return ids

    def take(self, count: int) -> list[int]:
        """The next mails, one after the other, each processed before the next is chosen."""
        taken = []
        for _ in range(count):
            with self._store.begin() as session:
                (claimed,) = inbox.claim(session, NOW, 1)
                row = session.get_one(Inbound, claimed.inbound_id)
                row.state, row.disposition = "done", "new"
            taken.append(claimed.inbound_id)
        return taken

    def _arrived(self, author: str, envelope: str | None, silent: bool) -> Arrived:
        self._count += 1
        name = f"mail{self._count}"
        return Arrived(name, name, 9, "lmtp", NOW, envelope, (), silent, author=author)


@pytest.mark.parametrize("waiting", [500])
def test_a_flood_of_one_sender_delays_nobody(store: Store, waiting: int) -> None:
    spool = Spool(store)
    spool.comes(*[(FLOOD, FLOOD)] * waiting)
    (kari,) = spool.comes((KARI, KARI))
    assert kari in spool.take(3)
    # In the middle of it just the same, and for several at once.
    spool.take(waiting // 2)
    others = spool.comes(*[(f"user{number}@customer.example", None) for number in range(5)])
    assert set(others) <= set(spool.take(7))


def test_ten_thousand_waiting_make_no_difference(tmp_path: Path) -> None:
    store = Store("sqlite", tmp_path)
    Base.metadata.create_all(store.engine)
    spool = Spool(store)
    spool.comes(*[(FLOOD, FLOOD)] * 10_000)
    (kari,) = spool.comes((KARI, KARI))
    assert kari in spool.take(3)
    store.close()


@pytest.mark.parametrize(
    "sender",
    [
        lambda number: (FLOOD, f"bounce{number}@bulk.example"),
        lambda number: (f"user{number}@bulk.example", FLOOD),
        lambda number: (FLOOD, None),
        lambda number: ("", FLOOD),
    ],
    ids=["changing envelope", "changing From", "no envelope", "no From"],
)
def test_one_sender_is_known_by_either_name(store: Store, sender: Callable[[int], tuple[str, str | None]]) -> None:
    spool = Spool(store)
    spool.comes(*[sender(number) for number in range(60)])
    (kari,) = spool.comes((KARI, KARI))
    assert kari in spool.take(3)


def test_those_who_write_at_the_same_time_are_served_in_turn(store: Store) -> None:
    spool = Spool(store)
    first = spool.comes(*[("a@x.example", None)] * 4)
    second = spool.comes(*[("b@x.example", None)] * 2)
    third = spool.comes(("c@x.example", None))
    assert spool.take(7) == [first[0], first[1], second[0], third[0], first[2], second[1], first[3]]


def test_nobody_waits_for_ever(store: Store) -> None:
    """Twice as many strangers come as are served, all the time; the two mails of one person are reached."""
    spool = Spool(store)
    spool.comes(*[(FLOOD, FLOOD)] * 3)
    kari = spool.comes((KARI, None), (KARI, None))
    served: list[int] = []
    for number in range(30):
        spool.comes((f"one{number}@x.example", None), (f"two{number}@x.example", None))
        served += spool.take(1)
    assert set(kari) <= set(served)


def test_the_mails_of_one_sender_keep_their_order(store: Store) -> None:
    spool = Spool(store)
    ids = [spool.comes((KARI, KARI))[0] for _ in range(5)] + spool.comes(*[(KARI, KARI)] * 5)
    assert spool.take(10) == ids
    # Nothing waits any more, and nobody is held against what he wrote before.
    again, other = spool.comes((KARI, KARI), ("ola@customer.example", None))
    assert spool.take(2) == [again, other]


def test_imported_history_waits_in_one_line(store: Store) -> None:
    spool = Spool(store)
    spool.comes(*[(f"user{number}@customer.example", None) for number in range(60)], silent=True)
    (kari,) = spool.comes((KARI, KARI))
    assert kari in spool.take(3)


def test_what_an_operator_tries_again_is_next(store: Store) -> None:
    spool = Spool(store)
    *_, last = spool.comes(*[(FLOOD, FLOOD)] * 30)
    spool.take(5)
    with store.begin() as session:
        row = session.get_one(Inbound, last)
        row.state, row.disposition = "held", "held"
    with store.begin() as session:
        assert inbox.retry(session, last)
    assert spool.take(1) == [last]


def test_a_turn_costs_two_looks_into_an_index(tmp_path: Path) -> None:
    store = Store("sqlite", tmp_path)
    Base.metadata.create_all(store.engine)
    plans = []
    with store.read() as session:
        for query in (inbox._due(NOW), turns._SERVING, *turns._LAST):
            made = query.compile(store.engine)
            values = tuple("x" for _ in made.positiontup or ())
            plan = session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {made}", values)
            plans.append(" / ".join(row[3] for row in plan))
    store.close()
    assert [plan.split(" USING ")[-1].removeprefix("COVERING ") for plan in plans] == [
        "INDEX ix_inbound_state_turn_id (state=?)",
        "INDEX ix_inbound_state_turn_id (state=?)",
        "INDEX ix_inbound_waiting_author (author_key=?)",
        "INDEX ix_inbound_waiting_envelope (envelope_key=?)",
    ]


def test_a_flood_of_real_mail_delays_nobody(tmp_path: Path) -> None:
    desk = TestDesk(tmp_path)
    for number in range(40):
        desk.receive(mail(FLOOD, subject=f"Alarm {number}"), envelope_from=FLOOD)
    last = desk.receive(mail(KARI), envelope_from=KARI)
    desk.run()
    with desk.look() as session:
        tickets = list(session.scalars(select(Inbound.id).order_by(Inbound.ticket_id)))
    desk.close()
    assert len(tickets) == 41
    assert tickets.index(last) < 3


# Listeners say "later"


class HandSet:
    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


def test_a_sender_may_bring_so_many_and_later_more() -> None:
    clock = HandSet()
    quota = Quota(Allowance(sender_mails=6), clock)
    assert [quota.take(["sender a"], 1) for _ in range(7)] == [True] * 6 + [False]
    assert not quota.has_room(["sender a"])
    assert quota.take(["sender b", ""], 1)
    # One in ten minutes.
    clock.seconds += 600
    assert quota.has_room(["sender a"])
    assert [quota.take(["sender a"], 1) for _ in range(2)] == [True, False]
    clock.seconds += 7200
    assert [quota.take(["sender a"], 1) for _ in range(7)] == [True] * 6 + [False]


def test_a_sender_may_bring_so_many_bytes() -> None:
    quota = Quota(Allowance(sender_bytes=1000), HandSet())
    assert [quota.take(["sender a"], 600), quota.take(["sender a"], 600), quota.take(["sender a"], 300)] == [
        True,
        False,
        True,
    ]
    # Larger than all that is allowed: alone it may come, it would wait for ever.
    assert [quota.take(["sender b"], 5000), quota.take(["sender b"], 1)] == [True, False]


def test_what_is_not_let_in_counts_for_nobody() -> None:
    quota = Quota(Allowance(sender_mails=2, network_mails=1), HandSet())
    assert quota.take(["sender a", "network n"], 1)
    assert not quota.take(["sender b", "network n"], 1)
    assert [quota.take(["sender b"], 1) for _ in range(3)] == [True, True, False]
    # One sender in From and in the envelope is counted once.
    assert quota.take(["sender a", "sender a"], 1)


def test_without_limits_everybody_may(monkeypatch: pytest.MonkeyPatch) -> None:
    quota = Quota(Allowance(), HandSet())
    assert all(quota.take(["sender a", "network n"], 10**9) for _ in range(1000))


def test_the_memory_of_senders_has_an_end() -> None:
    quota = Quota(Allowance(sender_mails=1), HandSet())
    for number in range(MOST_REMEMBERED + 10):
        assert quota.take([f"sender {number}"], 1)
    assert len(quota._used) == MOST_REMEMBERED
    assert quota.has_room(["sender 0"]) and not quota.has_room([f"sender {MOST_REMEMBERED}"])


@pytest.mark.parametrize(
    ("peer", "key"),
    [
        ("1.2.3.4", "network 1.2.3.0/24"),
        ("1.2.3.250", "network 1.2.3.0/24"),
        ("::ffff:1.2.3.4", "network 1.2.3.0/24"),
        ("2a00:1450:4001:830::200e", "network 2a00:1450:4001:830::/64"),
        # Our own mail server.
        ("127.0.0.1", ""),
        ("10.1.2.3", ""),
        ("192.168.1.1", ""),
        ("::1", ""),
        ("fe80::1%eth0", ""),
        ("", ""),
        ("not an address", ""),
    ],
)
def test_a_network_of_the_internet_is_counted_together(peer: str, key: str) -> None:
    assert network_key(peer) == key


def a_mail(number: int, author: str = KARI) -> bytes:
    return f"From: {author}\r\nSubject: {number}\r\nMessage-ID: <{number}@x.example>\r\n\r\nwords\r\n".encode()


def bring(talk: Talk, number: int, author: str, envelope: str, recipients: int = 1) -> list[str]:
    """All replies: to MAIL, and after the dot one for each recipient of LMTP."""
    talk.say(f"MAIL FROM:<{envelope}>\r\n".encode())
    said = [talk.hear()]
    if not said[0].startswith("250"):
        return said
    for _ in range(recipients):
        talk.say(f"RCPT TO:<{SUPPORT}>\r\n".encode())
        assert talk.hear().startswith("250")
    talk.say(b"DATA\r\n")
    assert talk.hear().startswith("354")
    talk.say(a_mail(number, author) + b".\r\n")
    return [talk.hear() for _ in range(recipients)]


LATER = "451 4.7.1 "


def test_a_listener_says_later_to_one_sender_and_takes_the_others(tmp_path: Path) -> None:
    limits = ListenerLimits(disk_reserve=0, allowance=Allowance(sender_mails=2))
    with listening(tmp_path, "lmtp", limits=limits) as desk, Talk(desk.address, hello="LHLO") as talk:
        assert [bring(talk, number, FLOOD, "")[0][:3] for number in range(2)] == ["250", "250"]
        # The author is known after the dot only; each recipient has its reply (RFC 2033 4.2).
        replies = bring(talk, 3, f"Flood <{FLOOD.upper()}>", "", recipients=2)
        assert len(replies) == 2 and all(reply.startswith(LATER) for reply in replies)
        # The envelope sender is known at once.
        assert bring(talk, 4, KARI, FLOOD)[0].startswith(LATER)
        assert bring(talk, 5, KARI, KARI)[0].startswith("250")
        assert bring(talk, 6, "", "")[0].startswith("250")
        assert [len(desk.inbox()), desk.spooled()] == [4, []]


def test_a_listener_says_later_to_one_network(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reception, "network_key", lambda peer: f"network {peer}" if peer else "")
    limits = ListenerLimits(disk_reserve=0, allowance=Allowance(network_mails=2))
    with listening(tmp_path / "smtp", "smtp", limits=limits) as desk, Talk(desk.address, hello="EHLO") as talk:
        replies = [bring(talk, number, f"a{number}@x.example", f"b{number}@x.example")[0] for number in range(3)]
        assert [reply[:3] for reply in replies] == ["250", "250", "451"]
    # By LMTP all mail comes from our own mail server.
    with listening(tmp_path / "lmtp", "lmtp", limits=limits) as desk, Talk(desk.address, hello="LHLO") as talk:
        assert all(bring(talk, number, KARI, KARI)[0].startswith("250") for number in range(4))


def test_a_listener_says_later_when_the_disk_is_nearly_full(tmp_path: Path) -> None:
    limits = ListenerLimits(disk_reserve=1 << 62)
    with listening(tmp_path, "lmtp", limits=limits) as desk, Talk(desk.address, hello="LHLO") as talk:
        talk.say(b"MAIL FROM:<kari@customer.example>\r\n")
        assert talk.hear().startswith("452 4.3.1 ")
        assert desk.inbox() == []


def test_what_comes_from_a_mailbox_or_a_pipe_is_never_refused(tmp_path: Path) -> None:
    desk = TestDesk(tmp_path, settings=MANY.replace("= 3", "= 1"))
    for number in range(30):
        for source in ("pipe", "imap:support"):
            desk.receive(mail(FLOOD, subject=f"{source} {number}"), source=source)
    desk.run()
    assert len(desk.tickets()) == 60
    desk.close()


# Agents are told together

MANY = """
[desk]
name = "Acme Support"
address = "support@acme.example"
operator = "ops@acme.example"
timezone = "UTC"
[answers]
hold = "0s"
[limits]
letters_per_sender = 3
mails_per_sender = 3
[[agent]]
email = "anna@acme.example"
name = "Anna"
[[agent]]
email = "bob@acme.example"
name = "Bob"
languages = ["nb"]
"""


def told(letters: list[Letter]) -> Counter[tuple[str, str]]:
    return Counter((letter.kind, letter.recipient) for letter in letters)


def test_very_many_mails_of_one_sender_are_told_together(tmp_path: Path) -> None:
    desk = TestDesk(tmp_path, settings=MANY)
    for number in range(40):
        desk.receive(mail(FLOOD, subject=f"Alarm {number}"), envelope_from=FLOOD)
    desk.receive(mail(KARI, subject="My screen"), envelope_from=KARI)
    counts = told(desk.run())
    assert {key: count for key, count in counts.items() if key[0] == "new_ticket"} == {
        ("new_ticket", "anna@acme.example"): 4,
        ("new_ticket", "bob@acme.example"): 4,
    }
    assert len(desk.tickets()) == 41
    desk.clock.forward(GATHER)
    letters = desk.run()
    assert told(letters) == {("gathered", "anna@acme.example"): 1, ("gathered", "bob@acme.example"): 1}
    english = text_of(letters[0])
    assert "37 more e-mails" in english and FLOOD in english and f"{37 - MOST_ROWS} more tickets" in english
    assert "37 e-poster til" in text_of(letters[1])
    assert opened(letters[0])["Auto-Submitted"] == "auto-generated"
    desk.clock.forward(GATHER)
    assert desk.run() == []
    with desk.look() as session:
        assert session.scalars(select(Untold)).all() == []
    # Each ticket can be answered from there.
    address = next(word for word in english.split() if word.startswith("support+t"))
    number = int(address.removeprefix("support+t").partition("-")[0])
    desk.receive(mail("anna@acme.example", to=address, text="We look at it.\n", proven=True), recipients=(address,))
    assert [letter.kind for letter in desk.run()] == [NoticeKind.ANSWER]
    assert "answered" in desk.events(number)
    desk.close()


@pytest.mark.parametrize("by_address", [True, False])
def test_an_answer_to_all_of_them_is_no_ticket_of_the_agents(tmp_path: Path, by_address: bool) -> None:
    desk = TestDesk(tmp_path, settings=MANY)
    for number in range(10):
        desk.receive(mail(FLOOD, subject=f"Alarm {number}"), envelope_from=FLOOD)
    desk.run()
    desk.clock.forward(GATHER)
    letter = opened(desk.run()[0])
    anna, address = "anna@acme.example", str(letter["Reply-To"]).rpartition("<")[2].rstrip(">")
    assert address.startswith("support+d")
    to, answers = (address, None) if by_address else (SUPPORT, letter)
    desk.receive(mail(anna, to=to, text="We look at it.\n", answers=answers, proven=True), recipients=(to,))
    (told,) = desk.run()
    assert (told.kind, told.recipient, len(desk.tickets())) == (NoticeKind.NOT_UNDERSTOOD, anna, 10)
    assert "several tickets" in text_of(told) and "Reply to this e-mail" not in text_of(told)
    desk.close()


def test_answers_of_one_sender_are_told_together_too(tmp_path: Path) -> None:
    desk = TestDesk(tmp_path, settings=MANY)
    desk.receive(mail(KARI), envelope_from=KARI)
    first = next(letter for letter in desk.run() if letter.kind == NoticeKind.RECEIVED)
    for number in range(10):
        raw = mail(KARI, subject="Re: Printer", text=f"And {number}.\n", answers=opened(first))
        desk.receive(raw, envelope_from=KARI)
    assert told(desk.run())["customer_answer", "anna@acme.example"] == 2
    desk.clock.forward(GATHER)
    assert "8 more e-mails" in text_of(desk.run()[0])
    desk.close()


def test_a_flood_that_goes_on_is_told_four_times_an_hour(tmp_path: Path) -> None:
    desk = TestDesk(tmp_path, settings=MANY)
    kinds: list[str] = []
    for minute in range(60):
        desk.receive(mail(FLOOD, subject=f"Alarm {minute}"), envelope_from=FLOOD)
        kinds += [letter.kind for letter in desk.run() if letter.recipient == "anna@acme.example"]
        desk.clock.forward(timedelta(minutes=1))
    desk.clock.forward(GATHER)
    kinds += [letter.kind for letter in desk.run() if letter.recipient == "anna@acme.example"]
    assert (kinds.count("new_ticket"), kinds.count("gathered")) == (3, 4)
    desk.close()


def test_an_hour_later_each_mail_is_told_by_itself_again() -> None:
    crowd = Crowd(2)
    later = MONDAY + timedelta(hours=1)
    assert [crowd.has_room(1, MONDAY) for _ in range(3)] == [True, True, False]
    assert crowd.has_room(2, MONDAY)
    assert not crowd.has_room(1, later - timedelta(seconds=1))
    assert [crowd.has_room(1, later) for _ in range(3)] == [True, True, False]
