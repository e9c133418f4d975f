"""Decodes the values of header fields: encoded words (RFC 2047), broken ones too, raw 8-bit text, message ids.

What it returns is storable and stands on one line. Addresses are read in addresses.py.
"""

import re
from itertools import groupby
from typing import Final

from maildesk.ingest.charsets import codec_for, decode_text
from maildesk.ingest.fields import octets, unfold
from maildesk.ingest.transfer import decode_base64, decode_quoted

#: Spaces inside the text and a missing final "=" are faults that real senders make.
_WORD: Final = re.compile(r"=\?([^?\s]{1,60})\?([bBqQ])\?([^?]*)\?=?")
_CONTROL: Final = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_ID: Final = re.compile(r"<([^<>]*)>")
MOST_IDS: Final = 100
_LONGEST_ID: Final = 998


def decode_words(value: str, hint: str = "") -> str:
    """A raw field value as text for people. `hint` is a charset label for bytes that carry none."""
    value = unfold(value)
    if "=?" not in value:
        return _line(_plain(value, hint))
    pieces: list[str] = []
    run: list[tuple[str, str, str]] = []
    at = 0
    for word in _WORD.finditer(value):
        between = value[at : word.start()]
        if between.strip() or not run:
            pieces += [_join(run), _plain(between, hint)]
            run = []
        run.append((word[1].lower(), word[2].lower(), word[3]))
        at = word.end()
    pieces += [_join(run), _plain(value[at:], hint)]
    return _line("".join(pieces))


def message_ids(values: list[str]) -> tuple[str, ...]:
    """All ids of these fields in order, without angle brackets; of very many the first and the last ones."""
    found: list[str] = []
    for value in map(unfold, values):
        ids = _ID.findall(value) or value.replace(",", " ").split()
        found += ["".join(one.split()) for one in ids]
    found = [_line(_plain(one, "")) for one in dict.fromkeys(found) if one and len(one) <= _LONGEST_ID]
    return tuple(found if len(found) <= MOST_IDS else found[:4] + found[4 - MOST_IDS :])


def message_id(values: list[str]) -> str:
    """The Message-ID, without angle brackets; empty where there is none."""
    ids = message_ids(values[:1])
    return ids[0] if ids else ""


def _plain(text: str, hint: str) -> str:
    if text.isascii():
        return decode_text(octets(text), hint) if "+" in text and codec_for(hint) == "utf-7" else text
    return decode_text(octets(text), "", hint)


def _line(text: str) -> str:
    """On one line, whatever control characters somebody encoded (threats T25)."""
    return _CONTROL.sub(" ", text).strip()


def _join(run: list[tuple[str, str, str]]) -> str:
    """Neighbouring words of one charset are one text: senders cut characters in two (against RFC 2047 5)."""
    pieces: list[str] = []
    for label, words in groupby(run, key=lambda word: word[0]):
        data = b"".join(
            _word_bytes(how, "".join(text for *_, text in same))
            for how, same in groupby(words, key=lambda word: word[1])
        )
        pieces.append(decode_text(data, label))
    return "".join(pieces)


def _word_bytes(how: str, text: str) -> bytes:
    return decode_base64(octets(text)) if how == "b" else decode_quoted(octets(text), header=True)


def raw_line(value: str) -> str:
    """A field that is never encoded (Authentication-Results, Delivered-To), unfolded and storable."""
    return _line(_plain(value, ""))


def ascii_lower(value: str) -> str:
    """A machine's word (Auto-Submitted, Precedence) for comparison: without comments, lower case."""
    value = unfold(value)
    if "(" in value:
        value = value.partition("(")[0] + value.rpartition(")")[2]
    return value.strip(" \t;,\"'").lower()
