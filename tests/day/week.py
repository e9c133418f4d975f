"""From Wednesday on: what was left open is answered, buttons are pressed, reminders come a second time, what nobody
answers is closed after ten working days and opened again, and the manager asks for reports."""

from email.message import EmailMessage

from tests.day.acting import last, orders, presses, rating_address
from tests.day.desk import DayDesk
from tests.day.people import (
    AHMED,
    ANNA,
    BOB,
    DOYUN,
    HAEUN,
    HENRIK,
    INGRID,
    JAMES,
    JIWOO,
    LARS,
    LISA,
    MARTE,
    NORA,
    OLIVIA,
    SEOYEON,
    SUPPORT,
    TOM,
)


def wednesday(desk: DayDesk) -> None:
    """What the manager asked after is answered, and what came due is done."""
    desk.at("08:05")
    _a_bill(desk)
    _the_vpn(desk)
    _an_invoice(desk)
    _a_password(desk)
    _blue_chairs(desk)
    # Nobody gets more than five automatic letters a day, and she had them.
    desk.at("15:30")
    _enough_mail(desk)


def _a_bill(desk: DayDesk) -> None:
    nudge = last(desk, ANNA, "nudge", "Feil på regning 4711")
    presses(desk, ANNA, nudge, "Ta saken")
    desk.reads(ANNA, "receipt", "din sak nå")
    orders(desk, ANNA, nudge, "#vent 3d\nHei Lars,\n\nhvilken regning gjelder det?\n\nAnna")
    desk.at("08:08")
    desk.reads(LARS, "answer", "hvilken regning")


def _the_vpn(desk: DayDesk) -> None:
    notice = last(desk, JIWOO, "assigned", "VPN drops")
    presses(desk, JIWOO, notice, "담당자 지정 …", more="bob")
    desk.reads(JIWOO, "receipt", "배정했습니다: Bob")
    given = desk.reads(BOB, "assigned", "VPN drops", "assigned by 지우")
    desk.answers(BOB, given, "#Reply\nHello James, please install the new client.")
    desk.reads(BOB, "receipt")
    desk.at("08:12")
    answer = desk.reads(JAMES, "answer", "new client")
    desk.answers(JAMES, answer, "It holds since. Close it, please.")
    notice = desk.reads(BOB, "customer_answer", "It holds since")
    presses(desk, BOB, notice, "Close")
    desk.reads(BOB, "receipt", "closed")
    desk.at("08:15")
    closed = desk.reads(JAMES, "closed", "new client")
    presses(desk, JAMES, closed, "5")


def _an_invoice(desk: DayDesk) -> None:
    notice = last(desk, ANNA, "assigned", "faktura nr. 12")
    desk.answers(ANNA, notice, "Hei Marte,\n\nfaktura nr. 12 er sendt i dag.\n\nAnna")
    desk.answers(BOB, last(desk, BOB, "new_ticket", "invoice 4711"), "#reply\nHello Tom, which sum is right?")
    desk.reads(BOB, "receipt")
    desk.at("08:20")
    desk.answers(TOM, desk.reads(TOM, "answer", "which sum"), "It should be 120, not 210.")
    desk.reads(BOB, "customer_answer", "120, not 210")
    desk.answers(MARTE, desk.reads(MARTE, "answer", "sendt i dag"), "Fått den, takk!")
    orders(desk, ANNA, desk.reads(ANNA, "customer_answer", "Fått den"), "#løst\n\nMvh\nAnna")
    desk.at("08:25")
    desk.answers(MARTE, desk.reads(MARTE, "closed", "sendt i dag"), "Bra\n\nMvh Marte")


def _a_password(desk: DayDesk) -> None:
    notice = last(desk, ANNA, "new_ticket", "passordet mitt")
    orders(desk, ANNA, notice, "#løst Nytt passord er sendt på SMS.")
    desk.at("08:30")
    closed = desk.reads(INGRID, "closed", "sendt på SMS")
    presses(desk, INGRID, closed, "Nei, jeg trenger fortsatt hjelp")
    desk.reads(INGRID, "still_wrong")
    desk.reads(ANNA, "customer_answer", "gjenåpnet")
    desk.answers(ANNA, last(desk, ANNA, "customer_answer", "gjenåpnet"), "Hei Ingrid, jeg ringer deg.")
    desk.at("08:35")
    desk.reads(INGRID, "answer", "ringer deg")


def _blue_chairs(desk: DayDesk) -> None:
    """Whoever was asked for a rating this month is not asked again, but may change the one he gave."""
    first = last(desk, OLIVIA, "closed", "Green is what we have")
    orders(desk, BOB, last(desk, BOB, "rating", "Nobody listened"), "#reply\n#close\nThe blue ones leave today.")
    desk.at("08:40")
    closed = desk.reads(OLIVIA, "closed", "blue ones leave")
    assert "How was our help" not in closed.as_string()
    desk.answers(OLIVIA, first, "4", to=rating_address(first, 4))


def _enough_mail(desk: DayDesk) -> None:
    desk.writes(NORA, SUPPORT, "Stopp", "Stopp")
    desk.reads(NORA, "self_service")


def thursday(desk: DayDesk) -> None:
    """Two working days after the question it is asked once more."""
    desk.at("15:55", days=1)
    desk.reads(HENRIK, "waiting", "hvilket lager")
    again = desk.reads(AHMED, "waiting", "press the arrow")
    assert [one.to for one in desk.unread if (one.to, one.kind) == (NORA.address, "waiting")] == [], "she wants none"
    presses(desk, AHMED, again, "I still need help")
    desk.reads(ANNA, "customer_answer", "I still need help")


def friday(desk: DayDesk) -> None:
    """What was put on hold comes back, and the manager asks how the week was."""
    desk.at("08:30", days=1)
    back = desk.reads(ANNA, "reminder", "Ny bærbar PC")
    presses(desk, ANNA, back, "Utsett 1 dag")
    desk.reads(ANNA, "receipt", "utsatt til")
    desk.writes(LISA, SUPPORT, "보고서", "보고서 이번 주\n\nLisa")
    assert _file_of(desk.reads(LISA, "digest", "Week 10")).endswith(".csv")
    desk.writes(LISA, SUPPORT, "Breached", "List breached")
    listed = desk.reads(LISA, "managed")
    late = [one for one in ("Remind Anna", "Take over") if one in listed.as_string()]
    for button in late[:1]:
        presses(desk, LISA, listed, button)
        desk.reads(LISA, "managed")


def _file_of(letter: EmailMessage) -> str:
    return next(str(one.get_filename()) for one in letter.iter_attachments())


def next_week(desk: DayDesk) -> None:
    """The weekly digest; whoever was on holiday is reminded when he is back."""
    desk.at("07:40", days=3)
    digest = desk.reads(LISA, "digest", "Week 10")
    desk.answers(LISA, digest, "Minn 4\n\nMvh Lisa")
    desk.reads(LISA, "managed", "#4")
    desk.reads(ANNA, "nudge", "Feil på regning 4711")
    desk.at("15:55", days=3)
    desk.reads(DOYUN, "waiting", "어떤 기종")


def two_weeks_later(desk: DayDesk) -> None:
    """Ten working days without an answer end a ticket; an answer opens it again."""
    desk.at("15:55", days=6)
    over = desk.reads(HENRIK, "expired", "hvilket lager")
    desk.at("09:00", days=1)
    desk.answers(HENRIK, over, "Beklager, jeg var syk. Det gjelder lageret på Alnabru.")
    notice = desk.reads(ANNA, "customer_answer", "gjenåpnet", "Alnabru")
    desk.answers(ANNA, notice, "Hei Henrik, da er det i orden.\n\nAnna")
    desk.at("09:05")
    desk.reads(HENRIK, "answer", "i orden")
    desk.writes(NORA, SUPPORT, "start", "Start")
    desk.reads(NORA, "self_service")
    desk.writes(NORA, SUPPORT, "status", "Status\n\nHilsen Nora")
    desk.reads(NORA, "self_service", "Adgang til arkivet")
    _who_was_silent(desk)


def _who_was_silent(desk: DayDesk) -> None:
    """Everybody was asked twice, and told the end; nobody a third time."""
    for person in (HAEUN, INGRID, SEOYEON, LARS):
        desk.reads(person, "waiting")
        desk.reads(person, "waiting")
    desk.reads(HAEUN, "expired")
    desk.reads(INGRID, "expired")
    desk.reads(DOYUN, "waiting", "어떤 기종")


PARTS = (wednesday, thursday, friday, next_week, two_weeks_later)
