"""The morning, until ten: reports, answers, merging, splitting, what comes back."""

from maildesk.demo.screenshot import error_screenshot
from tests.day.acting import orders, rating_address
from tests.day.desk import DayDesk
from tests.day.people import (
    AHMED,
    ANNA,
    BOB,
    DAVID,
    EMILY,
    JAMES,
    JIWOO,
    KARI,
    LARS,
    MINJUN,
    NETWORK,
    OLA,
    PER,
    PETER,
    SARA,
    SUPPORT,
)


def before_opening(desk: DayDesk) -> None:
    """Nobody is there yet; everybody is told when somebody will be."""
    desk.writes(
        KARI, SUPPORT, "Får ikke skrevet ut", "Hei!\n\nSkriveren vil ikke skrive ut. Se skjermbildet.\n\nMvh Kari",
        picture=error_screenshot(),
    )  # fmt: skip
    desk.reads(KARI, "received", "tirsdag 3. mars kl. 12.00")
    desk.writes(JAMES, NETWORK, "VPN drops", "Hello,\n\nthe VPN drops every ten minutes since yesterday.\n\nJames Reed")
    desk.reads(JAMES, "received", "Tue 3 March, 12:00")
    desk.writes(
        MINJUN, SUPPORT, "비밀번호 재설정", "안녕하세요.\n\n비밀번호를 잊어버렸습니다. 도와주세요.\n\n김민준 드림"
    )
    desk.reads(MINJUN, "received", "3월 3일", "12:00")
    # Nobody has proven that Lars wrote: none of his words comes back.
    desk.writes(LARS, SUPPORT, "Feil på regning 4711", "Hei, regningen dere sendte er feil.\n\nHilsen Lars")
    assert "4711" not in str(desk.reads(LARS, "received", "Saksnummeret")["Subject"])


def a_printer(desk: DayDesk) -> None:
    notice = desk.reads(ANNA, "new_ticket", "Får ikke skrevet ut", "skjermbilde.png")
    desk.answers(ANNA, notice, "Hei Kari,\n\nhar du prøvd å slå skriveren av og på?\n\nHilsen\nAnna")
    assert KARI.address not in [one.to for one in desk.unread], "an answer waits for its writer's second thoughts"
    desk.at("08:07")
    answer = desk.reads(KARI, "answer", "har du prøvd")
    desk.answers(KARI, answer, "Ja, nå virker den! Tusen takk.")
    notice = desk.reads(ANNA, "customer_answer", "nå virker den")
    orders(desk, ANNA, notice, "#årsak Skriveren hadde hengt seg opp\n#lukk\nFint! Vi bytter den neste uke.")
    desk.at("08:10")
    closed = desk.reads(KARI, "closed", "Vi bytter den", "hengt seg opp")
    desk.answers(KARI, closed, "5", to=rating_address(closed, 5))


def a_password(desk: DayDesk) -> None:
    notice = desk.reads(JIWOO, "new_ticket", "비밀번호를 잊어버렸습니다")
    orders(desk, JIWOO, notice, "#메모\n까다로운 고객이니 친절하게 부탁드립니다.")
    desk.reads(ANNA, "note", "까다로운 고객")
    # He takes his first answer back, and writes a better one.
    desk.answers(JIWOO, notice, "내일 다시 연락해 주세요.")
    desk.answers(JIWOO, notice, "#취소")
    desk.reads(JIWOO, "undone", "내일 다시 연락해 주세요")
    desk.answers(JIWOO, notice, "안녕하세요.\n\n임시 비밀번호를 문자로 보내 드렸습니다.\n\n지우 드림")
    desk.at("08:15")
    answer = desk.reads(MINJUN, "answer", "임시 비밀번호")
    desk.answers(MINJUN, answer, "감사합니다! 로그인됩니다.")
    orders(desk, JIWOO, desk.reads(JIWOO, "customer_answer", "로그인됩니다"), "#종료")
    desk.at("08:20")
    desk.answers(MINJUN, desk.reads(MINJUN, "closed"), "만족")


def everything_is_down(desk: DayDesk) -> None:
    desk.writes(SARA, SUPPORT, "The shop is down", "Nobody can order anything, our shop is down!")
    desk.reads(SARA, "received", "09:30")
    notice = desk.reads(BOB, "new_ticket", "our shop is down", "urgent")
    orders(desk, BOB, notice, "#take\n#tag outage\nThis is a known bug of ours, I restart it.")
    desk.answers(BOB, notice, "#reply\nHello Sara,\n\nwe have restarted the shop. Can you order again?\n\nBob")
    desk.at("08:35")
    answer = desk.reads(SARA, "answer", "restarted the shop")
    desk.answers(SARA, answer, "Yes, all good again. Thanks!")
    orders(desk, BOB, desk.reads(BOB, "customer_answer", "all good again"), "#solve")
    desk.at("08:40")
    desk.answers(SARA, desk.reads(SARA, "closed"), "👍")


def two_answer_at_once(desk: DayDesk) -> None:
    desk.writes(AHMED, SUPPORT, "Export to Excel", "How do I export my list to Excel?")
    desk.reads(AHMED, "received")
    annas, jiwoos = (desk.reads(one, "new_ticket", "export my list") for one in (ANNA, JIWOO))
    desk.answers(ANNA, annas, "Hello Ahmed,\n\npress the arrow above the list.\n\nAnna")
    desk.answers(JIWOO, jiwoos, "Hello Ahmed, it cannot be done.")
    desk.reads(JIWOO, "crossed", "press the arrow above the list")
    desk.at("08:45")
    desk.reads(AHMED, "answer", "press the arrow")


def with_a_colleague_in_copy(desk: DayDesk) -> None:
    desk.writes(OLA, SUPPORT, "Ny bærbar PC", "Hei,\n\nvi trenger en PC til Per (i kopi).\n\nOla", cc=PER.mailbox)
    desk.reads(OLA, "received")
    notice = desk.reads(ANNA, "new_ticket", "PC til Per")
    desk.answers(ANNA, notice, "Hei Ola,\n\nden kommer på fredag.\n\nHilsen Anna")
    desk.at("09:02")
    desk.reads(OLA, "answer", "på fredag")
    asked = desk.reads(PER, "answer", "på fredag")
    desk.answers(PER, asked, "Kan jeg få en med stor skjerm?")
    notice = desk.reads(ANNA, "customer_answer", "stor skjerm")
    orders(desk, ANNA, notice, "#pause til fredag venter på levering")


def one_matter_twice_and_two_in_one(desk: DayDesk) -> None:
    desk.writes(
        EMILY, SUPPORT, "Two things", "Hi,\n\nmy badge does not open the door.\n\nAnd the coffee machine leaks."
    )
    desk.reads(EMILY, "received")
    first = desk.reads(BOB, "new_ticket", "my badge")
    orders(desk, BOB, first, "#split Coffee machine leaks")
    desk.writes(EMILY, SUPPORT, "The door again", "The badge still does not work.")
    desk.reads(EMILY, "received")
    again = desk.reads(BOB, "new_ticket", "The badge still")
    orders(desk, BOB, again, f"#merge {first['X-Maildesk-Ticket']}")
    desk.answers(BOB, first, "#reply\nHi Emily, you get a new badge at the desk downstairs.")
    desk.at("09:10")
    answer = desk.reads(EMILY, "answer", "a new badge")
    desk.answers(EMILY, answer, "Got it, the door opens. Thank you!")
    orders(desk, BOB, desk.reads(BOB, "customer_answer", "the door opens"), "#close")
    desk.at("09:12")
    desk.reads(EMILY, "closed")


def passed_on_by_a_colleague(desk: DayDesk) -> None:
    forwarded = (
        "She is a VIP, please be quick.\n\n---------- Forwarded message ---------\n"
        f"From: {PETER.mailbox}\nDate: Tue, 3 Mar 2026 at 08:55\nSubject: Invoice missing\nTo: {BOB.mailbox}\n\n"
        "I have got no invoice for February.\n"
    )
    desk.writes(BOB, SUPPORT, "Fwd: Invoice missing", forwarded)
    notice = desk.reads(JIWOO, "new_ticket", "no invoice for February", "She is a VIP")
    desk.answers(JIWOO, notice, "Dear Peter, I have sent it again.")
    desk.at("09:35")
    desk.answers(PETER, desk.reads(PETER, "answer", "sent it again"), "Received, thank you.")
    orders(desk, JIWOO, desk.reads(JIWOO, "customer_answer", "Received"), "#close\nYou have the invoice now.")
    desk.at("09:37")
    desk.reads(PETER, "closed", "You have the invoice now")


def a_full_mailbox(desk: DayDesk) -> None:
    desk.writes(DAVID, SUPPORT, "No sound", "My headset has no sound. It is a K200.")
    desk.reads(DAVID, "received")
    notice = desk.reads(BOB, "new_ticket", "no sound")
    desk.answers(BOB, notice, "#reply\nHi David, is it plugged in?")
    desk.at("09:40")
    desk.comes_back(desk.reads(DAVID, "answer", "is it plugged in"), "5.2.2")
    told = desk.reads(BOB, "undelivered", "mailbox is full")
    desk.at("09:50")
    desk.answers(BOB, told, "#reply\nHi David, once more: is it plugged in?")
    desk.at("09:52")
    desk.answers(DAVID, desk.reads(DAVID, "answer", "once more"), "It was not. How embarrassing.")
    desk.reads(BOB, "customer_answer", "How embarrassing")
