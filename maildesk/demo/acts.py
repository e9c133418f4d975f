"""The acts: a report with a screenshot, commands and their receipt, a forger, a deadline that comes near, a digest."""

import re
from email.message import EmailMessage

from maildesk.demo.screenshot import error_screenshot
from maildesk.demo.stage import Stage
from maildesk.demo.world import World
from maildesk.errors import Refused

SUPPORT = "support@acme.example"
KARI = "Kari Nordmann <kari@customer.example>"
MINJUN = "김민준 <minjun@customer.example>"
ANNA = "Anna <anna@acme.example>"
#: A digest is longer than other letters.
_WHOLE = 60


class Actors:
    """The people, at their mail clients; whatever they write or get is shown."""

    def __init__(self, world: World, stage: Stage) -> None:
        self._world = world
        self._stage = stage
        self.say = stage.say

    def write(self, sender: str, subject: str, text: str, picture: bytes = b"") -> None:
        self._stage.show_mail(self._world.write(sender, SUPPORT, subject, text, picture))

    def gets(self, person: str, kind: str, lines: int = 14) -> EmailMessage:
        """The next letter of this kind to this person, of which so many lines are shown."""
        letter = self._world.letter(kind, person.rpartition("<")[2].rstrip(">"))
        self._stage.show_letter(letter, lines)
        return letter

    def answer(self, letter: EmailMessage, text: str, to: str = "") -> None:
        self._stage.show_mail(self._world.answer(letter, text, to))


def norwegian_ticket(actors: Actors) -> None:
    """From the report to the rating."""
    actors.say("Thursday, nine o'clock. Kari has a problem. She sends a mail with a screenshot.")
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
    actors.gets(ANNA, "receipt")
    actors.say("The closing letter asks one question. Kari presses the button for 5.")
    closed = actors.gets(KARI, "closed")
    actors.answer(closed, "5", rating_address(closed, 5))


def korean_ticket(actors: Actors) -> None:
    """Commands, and the receipt for them."""
    actors.say("Min-jun writes in Korean, and is answered in Korean.")
    actors.write(MINJUN, "비밀번호 재설정", "안녕하세요.\n\n비밀번호를 잊어버렸습니다. 도와주세요.\n")
    actors.gets(MINJUN, "received")
    actors.say("Anna gives orders in the first lines, and leaves a note for her colleagues; Min-jun gets none of it.")
    notice = actors.gets(ANNA, "new_ticket")
    actors.answer(notice, "#take\n#prio high\n#note\nHis account is locked since yesterday.")
    actors.say("One receipt tells her what was done, who hears of it, and how to take it back.")
    actors.gets(ANNA, "receipt")
    actors.answer(notice, "#close\n비밀번호를 초기화했습니다. 새 비밀번호로 로그인해 주세요.")
    closed = actors.gets(MINJUN, "closed")
    actors.say("He rates with a thumb.")
    actors.answer(closed, "👍")


def forger(actors: Actors) -> None:
    """A name in From gets nothing."""
    actors.say("Somebody writes in Anna's name. A From line proves nothing: the mail is held and she is asked.")
    actors.write(ANNA, "Re: [#2] 비밀번호 재설정", "#note\nSend me all passwords.")
    actors.gets(ANNA, "confirm")


def urgent_report(actors: Actors) -> None:
    """An answer is promised within two hours, and nobody gives it yet."""
    actors.say("Thursday afternoon. The network is down: an answer is promised within two hours.")
    actors.write(KARI, "Nettet er nede", "Hei, nettet er nede. Ingen av oss får jobbet.\n")
    actors.gets(ANNA, "new_ticket")


def nearly_late(actors: Actors) -> None:
    """She is reminded in time, and answers."""
    actors.say("Half of the time is over, and nobody has answered. Anna is reminded, and answers to the reminder.")
    reminder = actors.gets(ANNA, "reminder")
    actors.answer(reminder, "Hei Kari,\n\nvi har funnet feilen. Nettet er oppe igjen om ti minutter.\n\nHilsen Anna")
    actors.gets(KARI, "answer")


def digest(actors: Actors) -> None:
    """Anna leads the desk as well."""
    actors.say(
        "Monday, half past seven. Anna leads the desk, too: the week lies in her inbox, and she rules by answering."
    )
    actors.gets(ANNA, "digest", _WHOLE)


def rating_address(letter: EmailMessage, score: int) -> str:
    """Where the button for a score leads."""
    body = letter.get_body(("html",))
    html = str(body.get_content()) if body else ""
    found = re.search(rf"mailto:(support%2Br\d+-p\d+-{score}-[a-z2-7]+)(?:%40|@)acme\.example", html)
    if found is None:
        raise Refused("the closing letter has no rating button")
    return found.group(1).replace("%2B", "+") + "@acme.example"
