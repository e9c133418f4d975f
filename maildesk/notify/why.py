"""A stored reason in the words of a language: for the letters, and in English for the operator's commands. Pure."""

from datetime import UTC, datetime, timedelta, tzinfo
from typing import Final

from maildesk.notify.spoken import dated, particle
from maildesk.notify.why_words import FOUND, LANGUAGES, OWN, UNTIL_HE_WRITES, WORDS
from maildesk.reason import Clause, clauses_of

_AND: Final = (" and ", " og ", ", ")
_DAY: Final = ("EEE d MMMM", "EEE d. MMMM", "M월 d일(EEE)")
_CLOCK: Final = (", HH:mm", " 'kl.' HH.mm", " HH:mm")
#: Where a rule is told, what it found stands behind these: field, value, its name.
_BEFORE_FOUND: Final = 3
_NAMED_BY_THE_DESK: Final = frozenset({"service", "category", "queue", "tags"})


def in_words(reason: str, language: str, zone: tzinfo | None = None) -> str:
    """What was stored, in this language, or in English where there are no words in it; times in this zone, or UTC.

    What is no code of ours, like the words of a server, stays as it is.
    """
    told = ""
    for clause in clauses_of(reason):
        words = _clause(clause, language if language in LANGUAGES else "en", zone or UTC)
        join = "" if not told or words.startswith((",", " (", "(")) else " " if told.endswith(":") else "; "
        told += join + words
    return told


def _clause(clause: Clause, language: str, zone: tzinfo) -> str:
    words = WORDS.get(clause.code)
    if words is None:
        return "|".join((clause.code, *clause.arguments))
    given = [_Told(one, language, zone) for one in clause.arguments]
    place, (_, _, *others) = LANGUAGES.index(language), (*clause.arguments, "", "")
    joined = {"all": _AND[place].join(clause.arguments), "list": ", ".join(clause.arguments)}
    try:
        rule = {"value": _ruled(clause.arguments, place), "found": _found(clause.arguments[_BEFORE_FOUND:], place)}
        return words[place].format(*given, **joined, **rule, others=_AND[place].join(filter(None, others)))
    except (IndexError, KeyError):
        # Somebody else's words, that are one of our codes.
        return "|".join((clause.code, *clause.arguments))


def _own(table: str, word: str, place: int) -> str:
    """One of our own words; any other as it is."""
    return OWN[table][word][place] if word in OWN[table] else word


def _ruled(arguments: tuple[str, ...], place: int) -> str:
    """What a rule says of a field: a tag or a service may be called like one of our own words."""
    field, value = (*arguments, "", "")[:2]
    return value if field in _NAMED_BY_THE_DESK else _own("value", value, place)


def _found(pairs: tuple[str, ...], place: int) -> str:
    """ "queue", "network", "words", "is down": by what a rule knew the mail."""
    return ", ".join(FOUND[kind][place].format(it) for kind, it in zip(pairs[::2], pairs[1::2], strict=False))


class _Told:
    """An argument, told as the words ask for it: `{0:day}` and so on."""

    def __init__(self, argument: str, language: str, zone: tzinfo) -> None:
        self._argument, self._language, self._zone = argument, language, zone

    def __format__(self, how: str) -> str:
        if "/" in how:
            return particle(self._argument, how)
        if how in OWN:
            return _own(how, self._argument, LANGUAGES.index(self._language))
        if how in ("day", "begin", "time"):
            return self._time(how)
        return self._argument

    def _time(self, how: str) -> str:
        place = LANGUAGES.index(self._language)
        if not self._argument:
            return UNTIL_HE_WRITES[place]
        try:
            at = datetime.fromisoformat(self._argument)
        except ValueError:
            return self._argument
        if how == "time" and self._zone is UTC:
            return f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
        # A day, and the time where it does not end with that day: a day that is over at midnight is that day. What
        # begins at midnight begins on the day that midnight opens.
        at = at.astimezone(self._zone) if how == "time" else at
        whole = how == "day" and f"{at:%H:%M}" in ("00:00", "23:59")
        day = at - timedelta(minutes=1) if whole else at
        return dated(day, _DAY[place] if whole else _DAY[place] + _CLOCK[place], self._language)
