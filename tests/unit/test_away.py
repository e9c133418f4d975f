"""Until when somebody is away: one row per form of a day, in the languages of those who write it."""

from datetime import date

import pytest

from maildesk.ingest.away import away_until

#: A Wednesday.
WRITTEN = date(2026, 3, 4)


@pytest.mark.parametrize(
    ("text", "until"),
    [
        ("I am out of the office until March 12.", "2026-03-12"),
        ("I will be back on 12 March 2026.", "2026-03-12"),
        ("Away from 3 March to 13 March 2026", "2026-03-13"),
        ("Back on Monday", "2026-03-09"),
        ("Esmu atvaļinājumā līdz 2026. gada 12. martam.", "2026-03-12"),
        ("Atostogauju iki 2026 m. kovo 12 d.", "2026-03-12"),
        ("Na godišnjem sam do 12. ožujka.", "2026-03-12"),
        ("Saya sedang cuti sampai 12 Maret 2026.", "2026-03-12"),
        ("אני מחוץ למשרד עד 12 במרץ", "2026-03-12"),
        ("أنا خارج المكتب حتى 12 مارس", "2026-03-12"),
        ("Tôi nghỉ phép đến ngày 12 tháng 3 năm 2026.", "2026-03-12"),
        ("Tôi sẽ trở lại vào 12 tháng 3", "2026-03-12"),
        ("ลาพักร้อนจนถึงวันที่ 12 มีนาคม", "2026-03-12"),
        ("Back on Wednesday", "2026-03-11"),
        ("returning 2026-03-12", "2026-03-12"),
        ("out until 3/12/2026", "2026-03-12"),
        ("out until 13/3", "2026-03-13"),
        ("I am on parental leave until January 5, 2027", "2027-01-05"),
        ("Back on 9 March; the conference is on 20 May.", "2026-03-09"),
        ("Jeg er tilbake 12. mars.", "2026-03-12"),
        ("Jeg har ferie til og med 12.03.2026", "2026-03-12"),
        ("Ferie t.o.m. 12.3.", "2026-03-12"),
        ("Jeg er tilbake mandag", "2026-03-09"),
        ("3월 12일까지 부재중입니다.", "2026-03-12"),
        ("2026년 3월 12일에 복귀합니다", "2026-03-12"),
        ("3월 5일부터 3월 12일까지 휴가입니다", "2026-03-12"),
        ("월요일에 복귀합니다", "2026-03-09"),
        ("Ich bin bis zum 12. März nicht im Büro", "2026-03-12"),
        ("Ich bin vom 05.03. bis 12.03. im Urlaub", "2026-03-12"),
        ("Ab Montag, den 16.03.2026 bin ich wieder erreichbar", "2026-03-16"),
        ("Je suis absent jusqu'au 12 mars inclus", "2026-03-12"),
        ("De retour le 16/03/2026", "2026-03-16"),
        ("Estoy de vacaciones hasta el 12 de marzo", "2026-03-12"),
        ("Jag är på semester till och med den 12 mars", "2026-03-12"),
        ("Tillbaka måndag 16/3", "2026-03-16"),
        ("Jeg er tilbage den 12. marts 2026", "2026-03-12"),
        ("Ik ben tot en met 12 maart afwezig", "2026-03-12"),
        ("Sono in ferie fino al 12 marzo", "2026-03-12"),
        ("Estou de férias até 12 de março", "2026-03-12"),
        ("Olen lomalla 12.3. asti", "2026-03-12"),
        ("Jestem na urlopie do 12 marca", "2026-03-12"),
        ("Вернусь 12 марта", "2026-03-12"),
        ("3月12日まで不在にしております", "2026-03-12"),
        ("我将于3月12日返回", "2026-03-12"),
    ],
)
def test_the_day(text: str, until: str) -> None:
    assert str(away_until(text, WRITTEN)) == until


@pytest.mark.parametrize(
    "text",
    [
        "",
        "I am away and read no mail.",
        "We met on 1 February.",
        "Back soon. Call 555-12-34 or come at 12:30.",
        "Version 3.4.5 is back.",
        "Back until May.",
        "Back on 31 February.",
        "Back on 12 March 2036.",
        "Monday is a holiday.",
    ],
)
def test_no_day(text: str) -> None:
    assert away_until(text, WRITTEN) is None


def test_a_day_without_a_year_is_the_next_one() -> None:
    assert away_until("God jul! Jeg er tilbake 2. januar.", date(2026, 12, 20)) == date(2027, 1, 2)
