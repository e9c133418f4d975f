"""Decodes the values of header fields: encoded words (RFC 2047), broken ones too, raw 8-bit text, message ids.

What it returns is storable and stands on one line. Addresses are read in addresses.py.
"""

import re
from collections.abc import Iterator
from itertools import groupby, zip_longest
from typing import Final

from maildesk.ingest.mime.charset_names import codec_for
from maildesk.ingest.mime.charsets import decode_text
from maildesk.ingest.mime.fields import octets, unfold
from maildesk.ingest.mime.transfer import decode_base64, decode_q

#: How an encoded word begins. Its charset may be missing and have spaces round it, its end may be anywhere.
_HEAD: Final = re.compile(r"=\? ?([^?\s]{0,60})\*? ?\? ?([bBqQ]) ?\?")
#: The end of a Q text. A question mark that was not encoded, before a character that was, is none.
_Q_END: Final = re.compile(r"\? ?=(?![0-9A-F]{2})")
_B_TEXT: Final = re.compile(r"[A-Za-z0-9+/=_ -]*+")
_B_END: Final = re.compile(r"\? ?=?")
_OF_URLS: Final = bytes.maketrans(b"-_", b"+/")
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
    for start, end, word in _words(value):
        between = value[at:start]
        if between.strip() or not run:
            pieces += [_join(run), _plain(between, hint)]
            run = []
        run.append(word)
        at = end
    pieces += [_join(run), _plain(value[at:], hint)]
    return _line("".join(pieces))


def _words(value: str) -> Iterator[tuple[int, int, tuple[str, str, str]]]:
    """The encoded words: where each begins and ends, and its charset, encoding and text."""
    heads = list(_HEAD.finditer(value))
    for head, following in zip_longest(heads, heads[1:]):
        limit = following.start() if following else len(value)
        how = head[2].lower()
        text, end = (_b_text if how == "b" else _q_text)(value, head.end(), limit)
        yield head.start(), end, (head[1].lower(), how, text)


def _b_text(value: str, start: int, limit: int) -> tuple[str, int]:
    """Base64 up to where it ends, whatever mark stands there or none."""
    found = _B_TEXT.match(value, start, limit)
    end = found.end() if found else start
    mark = _B_END.match(value, end, limit)
    return value[start:end], mark.end() if mark else end


def _q_text(value: str, start: int, limit: int) -> tuple[str, int]:
    """Q up to its mark; where the mark is missing, all up to the next word or the end."""
    mark = _Q_END.search(value, start, limit)
    if mark:
        return value[start : mark.start()], mark.end()
    end = value.rfind("?=", start, limit)
    return (value[start:end], end + 2) if end >= 0 else (value[start:limit].rstrip().removesuffix("?"), limit)


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
    # ISO-2022-JP has seven bits as well, and tells itself by its escapes.
    if text.isascii() and "\x1b$" not in text:
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
    # Some programs take the alphabet for URLs (RFC 4648 5).
    return decode_base64(octets(text).translate(_OF_URLS)) if how == "b" else decode_q(octets(text))


def raw_line(value: str) -> str:
    """A field that is never encoded (Authentication-Results, Delivered-To), unfolded and storable."""
    return _line(_plain(value, ""))


def ascii_lower(value: str) -> str:
    """A machine's word (Auto-Submitted, Precedence) for comparison: without comments, lower case."""
    value = unfold(value)
    if "(" in value:
        value = value.partition("(")[0] + value.rpartition(")")[2]
    return value.strip(" \t;,\"'").lower()
