"""The values of a ticket's fields as people write them, in English, Norwegian and Korean. Data alone."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final, TypeVar

from maildesk.vocabulary import Level, Priority, TicketType

_V = TypeVar("_V", bound=StrEnum)


def _words(values: Mapping[_V, str]) -> Mapping[str, _V]:
    return MappingProxyType({word: value for value, words in values.items() for word in (value.value, *words.split())})


PRIORITIES: Final = _words(
    {
        Priority.URGENT: "haster kritisk critical 긴급",
        Priority.HIGH: "høy høyt 높음",
        Priority.NORMAL: "vanlig medium middels 보통",
        Priority.LOW: "lav lavt 낮음",
    }
)
LEVELS: Final = _words(
    {Level.HIGH: "høy høyt 높음", Level.MEDIUM: "middels normal 중간 보통", Level.LOW: "lav lavt 낮음"}
)
TYPES: Final = _words(
    {
        TicketType.INCIDENT: "hendelse feil 장애",
        TicketType.REQUEST: "forespørsel bestilling 요청",
        TicketType.PROBLEM: "문제",
        TicketType.CHANGE: "endring 변경",
        TicketType.QUESTION: "spørsmål 질문",
    }
)
