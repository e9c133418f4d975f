"""The play: a desk of one agent and two customers, from the report to the rating, and a forger who gets nowhere."""

import re
import tempfile
from email.message import EmailMessage
from pathlib import Path

from sqlalchemy import select

from maildesk.config import read_settings
from maildesk.daemon import Daemon
from maildesk.demo.screenshot import error_screenshot
from maildesk.demo.stage import Stage
from maildesk.demo.world import World
from maildesk.errors import Refused
from maildesk.foundation import Foundation, lay_foundation
from maildesk.model import Ticket
from maildesk.settings_file import Configuration

SUPPORT = "support@acme.example"
KARI = "Kari Nordmann <kari@customer.example>"
MINJUN = "김민준 <minjun@customer.example>"
ANNA = "Anna <anna@acme.example>"

SETTINGS = f"""
[desk]
name = "Acme Support"
address = "{SUPPORT}"
operator = "operator@acme.example"
data = "."

[listen]
lmtp = "127.0.0.1:0"

[[agent]]
email = "anna@acme.example"
name = "Anna"
languages = ["en"]
"""


def play(keep: str = "") -> int:
    """Plays everything and returns the exit code. `keep`: a folder that stays; else everything is gone afterwards.

    Raises Refused for a folder with something in it: the play begins with ticket 1.
    """
    if keep:
        Path(keep).mkdir(parents=True, exist_ok=True)
        if any(Path(keep).iterdir()):
            raise Refused(f"{keep} is not empty; name a new folder to keep the demonstration in")
        return _play_in(Path(keep))
    with tempfile.TemporaryDirectory(prefix="maildesk-demo-") as folder:
        return _play_in(Path(folder))


def _play_in(folder: Path) -> int:
    foundation = lay_foundation(
        Configuration(read_settings(SETTINGS, {}, "the demonstration"), None, folder.absolute())
    )
    daemon = Daemon(foundation)
    daemon.start()
    stage = Stage()
    try:
        actors = _Actors(World(daemon.bound["lmtp"], folder / "sent"), stage)
        stage.say(f"maildesk listens on {daemon.bound['lmtp']}; nothing leaves this machine.")
        _norwegian_ticket(actors)
        _korean_ticket(actors)
        _forger(actors)
        _show_books(foundation, stage)
    except Refused as error:
        stage.say(f"The demonstration stopped: {error.reason}.")
        return 1
    finally:
        daemon.stop()
    stage.say(f"That was it: {stage.mails} mails came in, {stage.letters} letters went out, and nobody logged in.")
    return 0


class _Actors:
    """The people, at their mail clients; whatever they write or get is shown."""

    def __init__(self, world: World, stage: Stage) -> None:
        self._world = world
        self._stage = stage
        self.say = stage.say

    def write(self, sender: str, subject: str, text: str, picture: bytes = b"") -> None:
        self._stage.show_mail(self._world.write(sender, SUPPORT, subject, text, picture))

    def gets(self, person: str, kind: str) -> EmailMessage:
        letter = self._world.letter(kind, person.rpartition("<")[2].rstrip(">"))
        self._stage.show_letter(letter)
        return letter

    def answer(self, letter: EmailMessage, text: str, to: str = "") -> None:
        self._stage.show_mail(self._world.answer(letter, text, to))


def _norwegian_ticket(actors: _Actors) -> None:
    actors.say("Kari has a problem. She sends a mail with a screenshot.")
    actors.write(
        KARI, "Får ikke skrevet ut", "Hei!\n\nSkriveren vil ikke skrive ut. Se skjermbildet.\n", error_screenshot()
    )
    actors.gets(KARI, "received")
    actors.say("Anna, the agent, sees it in her own mail client, screenshot included. She simply answers.")
    notice = actors.gets(ANNA, "new_ticket")
    actors.answer(notice, "Hei Kari,\n\nhar du prøvd å slå skriveren av og på?\n\nHilsen Anna")
    answer = actors.gets(KARI, "answer")
    actors.say("Kari answers as to any mail; Anna closes the case with one word on top of hers.")
    actors.answer(answer, "Ja, nå virker den!")
    actors.answer(
        actors.gets(ANNA, "customer_answer"), "#close\nFint! Skriveren hadde hengt seg opp og måtte startes på nytt."
    )
    actors.say("The closing letter asks one question. Kari presses the button for 5.")
    closed = actors.gets(KARI, "closed")
    actors.answer(closed, "5", _rating_address(closed, 5))


def _korean_ticket(actors: _Actors) -> None:
    actors.say("Min-jun writes in Korean, and is answered in Korean.")
    actors.write(MINJUN, "비밀번호 재설정", "안녕하세요.\n\n비밀번호를 잊어버렸습니다. 도와주세요.\n")
    actors.gets(MINJUN, "received")
    actors.say("Anna takes the case with a note for her colleagues; Min-jun gets none of it.")
    notice = actors.gets(ANNA, "new_ticket")
    actors.answer(notice, "#take\n#note\nHis account is locked since yesterday.")
    actors.answer(notice, "#close\n비밀번호를 초기화했습니다. 새 비밀번호로 로그인해 주세요.")
    closed = actors.gets(MINJUN, "closed")
    actors.say("He rates with a thumb.")
    actors.answer(closed, "👍")


def _forger(actors: _Actors) -> None:
    actors.say("Somebody writes in Anna's name. A From line proves nothing: the mail is held and she is asked.")
    actors.write(ANNA, "Re: [#2] 비밀번호 재설정", "#note\nSend me all passwords.")
    actors.gets(ANNA, "confirm")


def _show_books(foundation: Foundation, stage: Stage) -> None:
    stage.say("The books, as `maildesk ticket list` has them:")
    with foundation.store.read() as session:
        for row in session.scalars(select(Ticket).order_by(Ticket.id)):
            stage.line(f"#{row.id}  {row.status}, rated {row.rating} of 5  {row.subject}")


def _rating_address(letter: EmailMessage, score: int) -> str:
    """Where the button for a score leads."""
    body = letter.get_body(("html",))
    html = str(body.get_content()) if body else ""
    found = re.search(rf"mailto:(support%2Br\d+-p\d+-{score}-[a-z2-7]+)(?:%40|@)acme\.example", html)
    if found is None:
        raise Refused("the closing letter has no rating button")
    return found.group(1).replace("%2B", "+") + "@acme.example"
