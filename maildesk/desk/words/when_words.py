"""Words for days and amounts of time in English, Norwegian and Korean. Data alone; when.py reads with them."""

from types import MappingProxyType
from typing import Final

MINUTES: Final = "minute"
HOURS: Final = "hour"
DAYS: Final = "day"
WEEKS: Final = "week"

_UNITS: Final = {
    MINUTES: "min mins minute minutes minutt minutter 분",
    HOURS: "h hr hrs hour hours t time timer 시간",
    DAYS: "d day days dag dager døgn virkedag virkedager arbeidsdag arbeidsdager 일 영업일 근무일",
    WEEKS: "w wk week weeks u uke uker 주 주일 주간",
}
UNITS: Final = MappingProxyType({word: unit for unit, words in _UNITS.items() for word in words.split()})
#: Words that are a number before a unit.
ONE: Final = frozenset("a an one en ei et ett én éi".split())
#: Korean amounts in one word: (number, unit).
AMOUNTS: Final = MappingProxyType(
    {
        "하루": (1, DAYS),
        "이틀": (2, DAYS),
        "사흘": (3, DAYS),
        "나흘": (4, DAYS),
        "일주일": (1, WEEKS),
        "한시간": (1, HOURS),
    }
)

#: Days from today.
RELATIVE: Final = MappingProxyType(
    {
        **dict.fromkeys(("yesterday", "i går", "igår", "어제"), -1),
        **dict.fromkeys(("today", "idag", "i dag", "오늘"), 0),
        **dict.fromkeys(("tomorrow", "tmrw", "i morgen", "imorgen", "내일"), 1),
        **dict.fromkeys(("day after tomorrow", "the day after tomorrow", "i overmorgen", "overmorgen", "모레"), 2),
    }
)
_WEEKDAYS: Final = (
    "mon monday man mandag 월 월요일",
    "tue tues tuesday tir tirs tirsdag 화 화요일",
    "wed wednesday ons onsdag 수 수요일",
    "thu thur thurs thursday tor tors torsdag 목 목요일",
    "fri friday fre fredag 금 금요일",
    "sat saturday lør lørdag 토 토요일",
    "sun sunday søn søndag 일요일",
)
#: 0 is Monday.
WEEKDAYS: Final = MappingProxyType({word: day for day, words in enumerate(_WEEKDAYS) for word in words.split()})
NEXT_WEEK: Final = ("next week", "neste uke", "다음 주", "다음주")
NEXT: Final = frozenset({"next", "neste", "다음"})
_MONTHS: Final = (
    "jan january januar",
    "feb february februar",
    "mar march mars",
    "apr april",
    "may mai",
    "jun june juni",
    "jul july juli",
    "aug august",
    "sep sept september",
    "oct october okt oktober",
    "nov november",
    "dec december des desember",
)
MONTHS: Final = MappingProxyType({word: month for month, words in enumerate(_MONTHS, 1) for word in words.split()})
#: They stand before a day or a time and say nothing.
FILLERS: Final = frozenset(
    "until till til to on at by in for the om på den innen fra since siden kl kl. klokka klokken @ inntil frem".split()
)
#: They stand behind one.
BEHIND: Final = ("까지", "에", "부터", "후에", "후", "뒤에", "뒤", "동안")
OFF: Final = frozenset("off no none stop av nei ingen 해제 없음 취소".split())
