"""From ten o'clock until the next morning: who is away, who waits, what comes due, the digest."""

from maildesk.demo.screenshot import error_screenshot
from tests.day.acting import orders, rating_address
from tests.day.desk import DayDesk
from tests.day.people import (
    AHMED,
    ANNA,
    BOB,
    DOYUN,
    HAEUN,
    HENRIK,
    INGRID,
    JIHO,
    JIWOO,
    LISA,
    MARTE,
    NORA,
    OLIVIA,
    SEOYEON,
    SUPPORT,
    TOM,
)


def on_holiday(desk: DayDesk) -> None:
    desk.writes(DOYUN, SUPPORT, "VPN 문의", "안녕하세요.\n\n휴대폰에서도 VPN을 쓸 수 있나요?")
    desk.reads(DOYUN, "received")
    notice = desk.reads(JIWOO, "new_ticket", "휴대폰에서도")
    desk.answers(JIWOO, notice, "네, 가능합니다. 어떤 기종을 사용하시나요?")
    desk.at("10:05")
    question = desk.reads(DOYUN, "answer", "어떤 기종")
    away = {"Subject": "자동 회신: VPN 문의", "Auto_Submitted": "auto-replied"}
    desk.answers(DOYUN, question, "저는 2026년 3월 10일까지 휴가입니다.", **away)
    assert [one.to for one in desk.unread if one.kind == "customer_answer"] == []


def by_one_word(desk: DayDesk) -> None:
    desk.writes(NORA, SUPPORT, "Adgang til arkivet", "Hei, jeg kommer ikke inn i arkivet.")
    received = desk.reads(NORA, "received")
    desk.answers(NORA, received, "status")
    desk.reads(NORA, "self_service", "Adgang til arkivet")
    notice = desk.reads(ANNA, "new_ticket", "inn i arkivet")
    desk.answers(ANNA, notice, "Hei Nora, prøv igjen nå.")
    desk.at("10:10")
    desk.reads(NORA, "answer", "prøv igjen")


def closed_and_opened_by_herself(desk: DayDesk) -> None:
    """An hour later, as two automatic letters an hour are enough."""
    answer = next(one.letter for one in desk.came if (one.to, one.kind) == (NORA.address, "answer"))
    desk.answers(NORA, answer, "lukk")
    desk.reads(ANNA, "customer_answer", "lukk")
    desk.answers(NORA, desk.reads(NORA, "self_service", "lukket"), "gjenåpne")
    desk.reads(NORA, "self_service", "åpen igjen")
    notice = desk.reads(ANNA, "customer_answer", "gjenåpne")
    desk.answers(ANNA, notice, "Hei Nora, jeg ser på det igjen. Hvilken mappe er det?")
    desk.at("11:10")
    desk.reads(NORA, "answer", "Hvilken mappe")


def an_agent_goes_away(desk: DayDesk) -> None:
    """Ji-woo is out for an hour; what waits for her is offered to the others, and she says when she is back."""
    desk.writes(SEOYEON, SUPPORT, "프린터 오류", "프린터가 출력되지 않습니다.")
    desk.reads(SEOYEON, "received")
    orders(desk, JIWOO, desk.reads(JIWOO, "new_ticket", "출력되지 않습니다"), "#담당")
    desk.writes(JIWOO, SUPPORT, "부재", "#부재 내일까지")
    desk.reads(JIWOO, "receipt")
    offered = desk.reads(ANNA, "offered", "프린터 오류")
    orders(desk, ANNA, offered, "#notat\nJeg ringer henne ikke, jeg kan ikke koreansk.")
    desk.writes(JIWOO, SUPPORT, "복귀", "#복귀")
    desk.reads(JIWOO, "receipt")
    notice = desk.reads(JIWOO, "note", "jeg kan ikke koreansk")
    desk.answers(JIWOO, notice, "안녕하세요. 프린터에 표시된 오류 번호를 알려 주시겠어요?")
    desk.at("10:40")
    question = desk.reads(SEOYEON, "answer", "오류 번호")
    desk.answers(SEOYEON, question, "오류 번호는 0x61입니다.")
    notice = desk.reads(JIWOO, "customer_answer", "0x61")
    orders(desk, JIWOO, notice, "#wait 3d\n전원을 껐다가 켜 보시겠어요?")
    desk.at("10:45")
    desk.reads(SEOYEON, "answer", "전원을 껐다가")


def not_content(desk: DayDesk) -> None:
    desk.writes(OLIVIA, SUPPORT, "Wrong colour", "The chairs you sent are green. I ordered blue ones.")
    desk.reads(OLIVIA, "received")
    orders(desk, BOB, desk.reads(BOB, "new_ticket", "ordered blue"), "#reply\n#close\nGreen is what we have.")
    desk.at("11:15")
    closed = desk.reads(OLIVIA, "closed", "Green is what we have")
    desk.answers(OLIVIA, closed, "1\nNobody listened to me. I want blue ones.")
    low = desk.reads(LISA, "low_rating", "Nobody listened to me")
    desk.reads(BOB, "rating", "Nobody listened")
    orders(desk, LISA, low, "#reopen")


def content(desk: DayDesk) -> None:
    desk.writes(JIHO, SUPPORT, "회의실 예약", "회의실 예약은 어떻게 하나요?")
    desk.reads(JIHO, "received")
    notice = desk.reads(JIWOO, "new_ticket", "예약은 어떻게")
    orders(desk, JIWOO, notice, "#종료\n달력에서 회의실을 누르시면 됩니다.")
    desk.at("11:20")
    closed = desk.reads(JIHO, "closed", "달력에서")
    desk.answers(JIHO, closed, "4", to=rating_address(closed, 4))
    desk.writes(HAEUN, SUPPORT, "화면이 안 켜져요", "모니터 화면이 안 켜져요. 사진 보내요.", picture=error_screenshot())
    desk.reads(HAEUN, "received")
    notice = desk.reads(JIWOO, "new_ticket", "안 켜져요", "스크린샷.png")
    desk.answers(JIWOO, notice, "안녕하세요. 케이블을 확인해 주세요.")
    desk.at("11:25")
    desk.answers(HAEUN, desk.reads(HAEUN, "answer", "케이블"), "이제 켜져요!")
    orders(desk, JIWOO, desk.reads(JIWOO, "customer_answer", "이제 켜져요"), "#해결")


def asks_and_gets_no_answer(desk: DayDesk) -> None:
    """Henrik is asked something and is silent; Ingrid gets one answer late; nobody answers Marte and Tom at all."""
    desk.writes(HENRIK, SUPPORT, "Tilgang", "Hei, jeg trenger tilgang til lageret.")
    desk.reads(HENRIK, "received")
    desk.answers(ANNA, desk.reads(ANNA, "new_ticket", "tilgang til lageret"), "Hei, hvilket lager gjelder det?")
    desk.at("11:38")
    desk.reads(HENRIK, "answer", "hvilket lager")
    desk.writes(INGRID, SUPPORT, "Passordet er utløpt", "Hei, passordet mitt er utløpt.")
    desk.reads(INGRID, "received")
    desk.writes(MARTE, SUPPORT, "Faktura nr. 12", "Hei, jeg venter på faktura nr. 12.")
    desk.reads(MARTE, "received")
    desk.writes(TOM, SUPPORT, "Invoice 4711 is wrong", "The sum of invoice 4711 is wrong.")
    desk.reads(TOM, "received")
    desk.answers(BOB, desk.reads(BOB, "new_ticket", "The sum of invoice"), "He has paid late again.")
    desk.reads(ANNA, "note", "paid late again")


def not_solved_after_all(desk: DayDesk) -> None:
    desk.answers(HAEUN, desk.reads(HAEUN, "closed", "케이블"), "아니요")
    desk.reads(JIWOO, "customer_answer", "아니요")
    desk.answers(HAEUN, desk.reads(HAEUN, "still_wrong"), "다시 꺼졌어요.")
    notice = desk.reads(JIWOO, "customer_answer", "다시 꺼졌어요")
    desk.answers(JIWOO, notice, "새 모니터를 가져다 드리겠습니다.")
    desk.at("13:05")
    desk.reads(HAEUN, "answer", "새 모니터")


def mistakes_and_words_of_a_manager(desk: DayDesk) -> None:
    """A wrong word does nothing and comes back with what was meant; a manager rules by mail."""
    notice = desk.reads(ANNA, "new_ticket", "passordet mitt")
    desk.answers(ANNA, notice, "#tae\nDenne brukeren er ikke kompetent.")
    desk.reads(ANNA, "not_understood", "mente du #ta?", "ikke kompetent")
    orders(desk, ANNA, notice, "#take\n#prio høy")
    number = desk.reads(LISA, "new_ticket", "faktura nr. 12")["X-Maildesk-Ticket"]
    desk.writes(LISA, SUPPORT, "Please", f"reassign {number} anna")
    desk.reads(LISA, "managed")
    desk.reads(ANNA, "assigned", "faktura nr. 12")


def what_came_due(desk: DayDesk) -> None:
    """What was promised for 12:00 and was not kept is told to who must know, and whoever was asked in the morning is
    asked again."""
    desk.reads(HENRIK, "waiting", "hvilket lager")
    desk.reads(AHMED, "waiting", "press the arrow")
    desk.reads(NORA, "waiting", "Hvilken mappe")
    desk.reads(LISA, "reminder", "Feil på regning 4711")
    desk.reads(ANNA, "reminder", "VPN drops")
    assert [one for one in desk.unread if (one.to, one.kind) == (DOYUN.address, "waiting")] == [], "he is on holiday"


def the_next_morning(desk: DayDesk) -> None:
    digest = desk.reads(LISA, "digest", "Tuesday 3 March", "Feil på regning 4711")
    assert [one.get_filename() for one in digest.iter_attachments()] == ["tickets-2026-03-03.csv"]
    desk.answers(LISA, digest, "remind 4\nreassign 2 jiwoo")
    desk.reads(LISA, "managed", "#4", "#2")
    desk.reads(ANNA, "nudge", "Feil på regning 4711")
    desk.reads(JIWOO, "assigned", "VPN drops")
