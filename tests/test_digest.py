"""Digests: who gets one, when, how often, and what a manager can do with it. Nothing here is read off a wall clock."""

import re
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import unquote

import pytest
from sqlalchemy import select

from maildesk.desk.digest import send_digests
from maildesk.desk.keeper import Keeper
from maildesk.mail import Letter
from maildesk.model import Report
from maildesk.vocabulary import AT_MOST_ONCE, NoticeKind
from tests.desk import SETTINGS, TestDesk, answer, mail, opened, text_of

LISA, ANNA, KARI = "lisa@acme.example", "anna@acme.example", "kari@customer.example"
MANAGED = (
    SETTINGS.replace('timezone = "UTC"', 'timezone = "Europe/Oslo"')
    + """
[[agent]]
email = "lisa@acme.example"
name = "Lisa"
languages = ["en"]
manager = true
[sla.normal]
first_response = "2h"
"""
)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[TestDesk]:
    made = TestDesk(tmp_path, settings=MANAGED)
    # The first digest is about a time when there was no desk yet.
    assert made.run() == []
    yield made
    made.close()


def digests(letters: list[Letter]) -> list[Letter]:
    return [one for one in letters if one.kind == NoticeKind.DIGEST]


def on(desk: TestDesk, day: int, hour: int = 7, minute: int = 0) -> list[Letter]:
    """What leaves at that hour of March, in UTC; half past seven in Oslo is half past six."""
    desk.clock.moment = datetime(2026, 3, day, hour, minute, tzinfo=UTC)
    return desk.run()


def part(letter: Letter, kind: str) -> str:
    found = opened(letter).get_body((kind,))
    assert isinstance(found, EmailMessage)
    return str(found.get_content())


def test_a_desk_begins_with_the_next_digest(desk: TestDesk) -> None:
    with desk.look() as session:
        rows = list(session.scalars(select(Report).order_by(Report.key)))
    assert [(row.kind, row.state, row.reason) for row in rows] == [
        ("daily", "silent", "the desk is younger"),
        ("weekly", "silent", "the desk is younger"),
    ]
    assert desk.outbox() == []


def test_a_day_with_something_in_it(desk: TestDesk) -> None:
    desk.receive(mail(KARI, subject="Printer on fire"))
    desk.run()
    assert digests(on(desk, 3, 6, 29)) == []
    (letter,) = digests(on(desk, 3, 6, 31))
    assert letter.recipient == LISA
    text = " ".join(text_of(letter).split())
    assert "Monday 2 March" in text and "1 is late now" in text and "#1 Printer on fire" in text
    assert "nobody’s · our turn" in text and "-> take 1, prio 1 urgent" in text
    assert "0 at the start, 1 new, 0 ended: 1 open at the end." in text
    assert digests(on(desk, 3, 7)) == [] and digests(on(desk, 3, 23)) == []


def test_the_inbox_shows_the_verdict(desk: TestDesk) -> None:
    desk.receive(mail(KARI))
    desk.run()
    (letter,) = digests(on(desk, 3))
    sentence = "Monday 2 March: 0 of 1 promise kept in time."
    assert sentence in " ".join(text_of(letter).split())
    shown = part(letter, "html").partition("mso-hide:all")[2]
    assert shown[2:].startswith(sentence) or sentence in shown[:200]


def test_a_quiet_day_is_silence_and_a_quiet_week_is_one_line(desk: TestDesk) -> None:
    assert [one for day in range(3, 9) for one in digests(on(desk, day))] == []
    (letter,) = digests(on(desk, 9))
    text = text_of(letter)
    assert "Quiet. Week 10: nothing to report." in text and "Open tickets" not in text
    assert opened(letter)["Subject"] == "Acme Support, Week 10: nothing to report"


def test_on_the_day_of_the_week_there_is_no_daily_one(desk: TestDesk) -> None:
    on(desk, 8, 12)
    desk.receive(mail(KARI))
    desk.run()
    (letter,) = digests(on(desk, 9))
    assert "Week 10" in text_of(letter)
    assert [one.get_filename() for one in opened(letter).iter_attachments()] == ["tickets-2026-03-02.csv"]


def test_after_downtime_one_digest_for_what_was_missed(desk: TestDesk) -> None:
    desk.receive(mail(KARI))
    desk.run()
    (letter,) = digests(on(desk, 7, 18))
    text = text_of(letter)
    assert "2–6 March" in text and "1 new" in text and digests(on(desk, 7, 19)) == []
    # Two weeks more: the weekly digest is one, and the daily one is one.
    letters = digests(on(desk, 24, 12))
    assert len(letters) == 2 and "2–22 March" in text_of(letters[0]) and "7–23 March" in text_of(letters[1])


@pytest.mark.parametrize("downtime", [timedelta(), timedelta(seconds=5), timedelta(hours=1), timedelta(hours=26)])
def test_never_twice_and_never_dropped(desk: TestDesk, downtime: timedelta) -> None:
    desk.receive(mail(KARI))
    desk.run()
    due = datetime(2026, 3, 3, 6, 30, tzinfo=UTC)
    found = []
    desk.clock.moment = due - timedelta(seconds=1)
    found += digests(desk.run())
    desk.clock.moment = due + downtime
    for _ in range(3):
        found += digests(desk.run())
    assert len(found) == 1


def test_a_clock_that_is_put_back_tells_nothing_again(desk: TestDesk) -> None:
    desk.receive(mail(KARI))
    desk.run()
    assert len(digests(on(desk, 3))) == 1
    assert digests(on(desk, 3, 5)) == [] and digests(on(desk, 3, 8)) == []


def test_in_the_night_to_summer_half_past_seven_is_half_past_seven(desk: TestDesk) -> None:
    on(desk, 28, 12)
    desk.receive(mail(KARI))
    desk.run()
    assert digests(on(desk, 29, 5, 29)) == []
    (letter,) = digests(on(desk, 29, 5, 31))
    assert "Saturday 28 March" in text_of(letter)
    (letter,) = digests(on(desk, 30, 5, 31))
    assert "Week 13" in text_of(letter)


def test_two_daemons_send_one(postgres_url: str, tmp_path: Path) -> None:
    desks = [TestDesk(tmp_path / str(at), postgres_url, MANAGED) for at in range(2)]
    first = desks[0]
    first.run()
    first.receive(mail(KARI))
    first.run()
    for one in desks:
        one.clock.moment = datetime(2026, 3, 3, 7, 0, tzinfo=UTC)
    keepers = [Keeper(one.store, one.post, one.clock) for one in desks for _ in range(3)]
    threads = [threading.Thread(target=send_digests, args=[keeper]) for keeper in keepers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [one.kind for one in first.outbox()].count(NoticeKind.DIGEST) == 1
    for one in desks:
        one.close()


def test_a_digest_that_dies_before_its_commit_is_sent_later(desk: TestDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.receive(mail(KARI))
    desk.run()

    def dies(*_: object) -> None:
        raise RuntimeError("killed")

    with monkeypatch.context() as patch:
        patch.setattr("maildesk.notify.outbox.enqueue", dies)
        assert digests(on(desk, 3)) == []
    assert len(digests(on(desk, 3, 8))) == 1


def test_it_is_better_missed_than_doubled() -> None:
    assert NoticeKind.DIGEST in AT_MOST_ONCE


@pytest.mark.parametrize(("setting", "kinds"), [('daily = ""', ["Week 10"]), ('weekly = ""', []), ("", ["Week 10"])])
def test_each_can_be_off(tmp_path: Path, setting: str, kinds: list[str]) -> None:
    made = TestDesk(tmp_path, settings=f"{MANAGED}\n[digest]\n{setting}\n")
    made.run()
    letters = [one for day in range(3, 10) for one in digests(on(made, day))]
    assert [re.findall(r"Week \d+", text_of(one))[0] for one in letters] == kinds
    made.close()


def test_what_each_has_can_be_left_out(tmp_path: Path) -> None:
    made = TestDesk(tmp_path, settings=f"{MANAGED}\n[digest]\nworkload = false\n")
    made.run()
    made.receive(mail(KARI))
    made.run()
    (letter,) = digests(on(made, 3))
    assert "Who has what" not in text_of(letter) and "Open tickets" in text_of(letter)
    made.close()


def test_a_strangers_words_are_no_formula_and_no_page(desk: TestDesk) -> None:
    desk.receive(mail(KARI, subject='=HYPERLINK("x") <b>&'))
    desk.run()
    (letter,) = digests(on(desk, 3))
    (file,) = opened(letter).iter_attachments()
    data = file.get_payload(decode=True)
    assert isinstance(data, bytes) and data.startswith("\ufeffticket,".encode())
    assert b"""1,"'=HYPERLINK(""x"") <b>&",""" in data
    assert "<b>" not in part(letter, "html")


def test_very_many_are_cut_off_and_counted(desk: TestDesk) -> None:
    for number in range(60):
        desk.receive(mail(f"person{number}@customer.example", subject=f"{'매우 긴 제목 ' * 20}{number}"))
    desk.run()
    (letter,) = digests(on(desk, 3))
    html = part(letter, "html")
    assert "+ 35 more, all in the file tickets-2026-03-02.csv" in text_of(letter)
    assert len(html.encode()) < 90_000 and "#26 " not in text_of(letter)


# Managers by mail


def said(letters: list[Letter]) -> list[tuple[str, str]]:
    return [(one.kind, one.recipient) for one in letters]


def told(desk: TestDesk) -> Letter:
    """Lisa's first digest, about one ticket that Anna has."""
    desk.receive(mail(KARI, subject="Printer on fire"))
    letter = next(one for one in desk.run() if one.recipient == ANNA)
    raw, to = answer(letter, ANNA, "#take\n")
    desk.receive(raw, recipients=(to,))
    desk.run()
    (found,) = digests(on(desk, 3))
    return found


def writes(desk: TestDesk, letter: Letter, words: str, sender: str = LISA, *, proven: bool = True) -> list[Letter]:
    raw, to = answer(letter, sender, words, proven=proven)
    desk.receive(raw, recipients=(to,))
    return desk.run()


def test_the_button_reminds_the_agent(desk: TestDesk) -> None:
    letter = told(desk)
    links = re.findall(r'href="(mailto:[^"]+)"', part(letter, "html"))
    remind = next(unquote(link.replace("&amp;", "&")) for link in links if "remind" in link)
    to, _, body = remind.removeprefix("mailto:").partition("?subject=#1&body=")
    assert to == str(opened(letter)["Reply-To"]).rpartition("<")[2].rstrip(">") and body == "remind 1"
    desk.receive(mail(LISA, to, "#1", body, proven=False), recipients=(to,))
    letters = desk.run()
    assert said(letters) == [("nudge", ANNA), ("managed", LISA)]
    assert "Lisa asks how this ticket stands" in text_of(letters[0])
    assert "#1 Printer on fire: Anna was reminded" in text_of(letters[1])
    assert desk.events()[-1] == "nudged"


@pytest.mark.parametrize(
    ("words", "kinds", "event"),
    [
        ("take 1", ["managed"], "taken"),
        ("reassign 1 bob", ["assigned", "managed"], "assigned"),
        ("tildel 1 Bob", ["assigned", "managed"], "assigned"),
        ("prio 1 urgent", ["managed"], "changed"),
        ("우선순위 1 긴급", ["managed"], "changed"),
        ("list breached", ["managed"], ""),
        ("report week", ["digest"], ""),
        ("remind 9", ["managed"], ""),
        ("remind 1\nreassign 1 nobody", ["managed"], ""),
    ],
)
def test_what_a_managers_words_do(desk: TestDesk, words: str, kinds: list[str], event: str) -> None:
    letter = told(desk)
    before = desk.events()
    assert sorted(one.kind for one in writes(desk, letter, words)) == sorted(kinds)
    assert desk.events()[len(before) :] == ([event] if event else [])


def test_all_or_nothing(desk: TestDesk) -> None:
    letter = told(desk)
    (answered,) = writes(desk, letter, "take 1\nremind 99\nprio 1 purple")
    text = " ".join(text_of(answered).split())
    assert "Nothing was done." in text and "“remind 99”: there is no such ticket" in text
    assert "“prio 1 purple”: there is no such priority; for example prio 1 high" in text
    assert desk.events().count("taken") == 1


def test_what_stands_below_is_a_note_for_the_agent(desk: TestDesk) -> None:
    letters = writes(desk, told(desk), "remind 1\n\nThe customer has called twice.")
    assert sorted(said(letters)) == [("managed", LISA), ("nudge", ANNA)]
    assert any("called twice" in text_of(one) for one in letters if one.recipient == ANNA)
    assert all("called twice" not in one.whole.decode() for one in letters if one.recipient == KARI)


def test_anything_else_is_a_mail_like_others(desk: TestDesk) -> None:
    letters = writes(desk, told(desk), "Why are we so slow? Please tell me.")
    assert len(desk.tickets()) == 2 and "managed" not in [one.kind for one in letters]


@pytest.mark.parametrize(
    ("sender", "proven", "kinds"),
    [
        pytest.param(LISA, False, ["digest"], id="the signed address is one proof"),
        pytest.param(ANNA, True, None, id="an agent who is no manager"),
        pytest.param("mallory@evil.example", True, None, id="a stranger with a manager's letter"),
    ],
)
def test_only_managers_get_figures(desk: TestDesk, sender: str, proven: bool, kinds: list[str] | None) -> None:
    letters = writes(desk, told(desk), "report week", sender, proven=proven)
    assert [one.kind for one in letters if one.kind in ("digest", "managed")] == (kinds or [])


def test_a_from_line_alone_gets_no_figures(desk: TestDesk) -> None:
    desk.receive(mail(LISA, subject="Please", text="report last month\n"))
    assert said(desk.run()) == [("confirm", LISA)]
    desk.receive(mail(LISA, subject="Please", text="report last month\n", proven=True))
    (letter,) = desk.run()
    assert said([letter]) == [("digest", LISA)] and "February 2026" in text_of(letter)


def test_the_address_of_an_old_digest_is_only_an_address(desk: TestDesk) -> None:
    letter = told(desk)
    desk.clock.forward(timedelta(days=40))
    desk.run()
    letters = writes(desk, letter, "take 1", proven=False)
    assert "managed" not in [one.kind for one in letters] and desk.events().count("taken") == 1


def test_a_new_matter_of_a_manager_is_a_ticket(desk: TestDesk) -> None:
    desk.receive(mail(LISA, subject="Coffee", text="report the broken coffee machine\n", proven=True))
    desk.run()
    assert [one.subject for one in desk.tickets()] == ["Coffee"]


def test_the_address_of_a_digest_never_stands_in_a_letter_to_others(desk: TestDesk) -> None:
    letter = told(desk)
    address = str(opened(letter)["Reply-To"]).rpartition("<")[2].rstrip(">")
    desk.receive(mail(KARI, subject="Re", text=f"I found {address.upper()} somewhere.\n", proven=True))
    assert b"support+d" not in b"".join(one.whole for one in desk.run()).lower()


def test_a_wish_below_the_text_is_told_and_not_done(desk: TestDesk) -> None:
    letters = writes(desk, told(desk), "remind 1\n\nThe customer has called twice.\nprio 1 urgent\n\nLisa")
    (managed,) = (one for one in letters if one.kind == "managed")
    text = " ".join(text_of(managed).split())
    assert "Anna was reminded" in text and "prio 1 urgent" in text
    assert "stands below your text" in text and "kept as an internal note" in text
    assert desk.ticket(1).priority == "normal" and desk.events().count("noted") == 1


def test_a_wish_below_a_greeting_does_nothing_and_says_so(desk: TestDesk) -> None:
    letter = told(desk)
    before = desk.events()
    (managed,) = writes(desk, letter, "Hi all,\n\ntake 1\n")
    text = " ".join(text_of(managed).split())
    assert "nothing was done" in str(opened(managed)["Subject"]) and "take 1" in text and "internal note" not in text
    assert desk.events() == before
