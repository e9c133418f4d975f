"""The phrases of all languages in the forms in which they are looked up."""

from typing import Final

from maildesk.ingest.phrases import (
    af,
    ar,
    az,
    be,
    bg,
    ca,
    cs,
    cy,
    da,
    de,
    el,
    en,
    eo,
    es,
    et,
    eu,
    fa,
    few,
    fi,
    fr,
    ga,
    gl,
    he,
    hi,
    hr,
    hu,
    hy,
    id_,
    is_,
    it,
    ja,
    ka,
    kk,
    ko,
    lb,
    lt,
    lv,
    mk,
    nb,
    nl,
    nn,
    pl,
    pt,
    ro,
    ru,
    sk,
    sl,
    sq,
    sr,
    sv,
    th,
    tr,
    uk,
    vi,
    zh,
)

_LANGUAGES: Final = (en, nb, nn, ko, da, sv, de, fr, es, pt, it, nl, pl, cs, sk, hr, hu, ro)
_MORE_LANGUAGES: Final = (fi, et, lt, ru, uk, tr, el, he, ar, vi, ca, ja, zh)
_STILL_MORE_LANGUAGES: Final = (sl, sr, bg, lv, is_, eu, gl, sq, id_, th, fa, hi)
_RARER_LANGUAGES: Final = (mk, be, kk, az, ka, hy, af, lb, cy, ga, eo, few)
ALL: Final = tuple(
    language.PHRASES for language in (*_LANGUAGES, *_MORE_LANGUAGES, *_STILL_MORE_LANGUAGES, *_RARER_LANGUAGES)
)


def _words(kind: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word for phrases in ALL for word in getattr(phrases, kind)))


WROTE: Final = _words("wrote")
BEGINS: Final = _words("begins")
SELVES: Final = _words("selves")
QUOTING: Final = tuple(f"{word} " for word in _words("quoting"))
_KINDS: Final = ("other", "date", "subject", "cc", "to", "sender")
#: Every label of a quoted header block and what it names; where languages disagree, the later kind wins.
LABELS: Final = {word: kind for kind in _KINDS for phrases in ALL for word in getattr(phrases, kind)}
SEPARATORS: Final = frozenset(_words("separators"))
FORWARDED: Final = frozenset(_words("forwarded"))
MARKERS: Final = _words("markers")
DEVICES: Final = _words("devices")
PROGRAMS: Final = _words("programs")
PROGRAM_ENDS: Final = _words("program_ends")
CLOSINGS: Final = frozenset(_words("closings"))
SMALL_PRINT: Final = _words("small_print")
NOTES: Final = _words("notes")
LEGAL: Final = _words("legal")
BANNERS: Final = _words("banners")
OUT_OF_OFFICE: Final = _words("out_of_office")
ON_LEAVE: Final = _words("on_leave")
ABSENT: Final = _words("absent")
ABSENT_SIGNS: Final = _words("absent_signs")
REFERRED: Final = _words("referred")
ABSENT_OF: Final = _words("absent_of")
AUTOMATIC: Final = _words("automatic")
BACK: Final = frozenset(_words("back"))
BACK_AFTER: Final = _words("back_after")
#: Each name of a day of the week and its number, Monday 0 (as in `datetime.date.weekday`).
WEEKDAYS: Final = {
    name: number for phrases in ALL for number, names in enumerate(phrases.weekdays) for name in names.split("/")
}
