"""Turns bytes into text by the label they carry, or by looking at them. It never fails and lets no sender name a codec.

A wrong label is noticed where the bytes contradict it, or where what it makes of them is no text of any language.
"""

import codecs
import re
from collections.abc import Iterator
from typing import Final

from maildesk.ingest.mime.charset_names import codec_for

#: Labels that programs set without looking, with codecs that make something of any bytes.
_CARELESS: Final = {"ascii", "cp1252", "cp1254", "iso-8859-15", "mac-roman"}
_SHIFTED: Final = {"iso-2022-jp", "iso-2022-kr", "hz", "utf-7", "utf-16", "utf-16le", "utf-16be", "utf-32"}
_WIDE: Final = ("utf-16", "utf-32")
#: More than one byte for a character, and so a reason to believe the label.
_MULTIBYTE: Final = {"cp932", "cp949", "cp950", "gb18030", "big5hkscs", "euc-jp", "johab", *_SHIFTED}
_BOMS: Final = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_SCRUB: Final = re.compile("[\x00\ud800-\udfff]")
_FOREIGN: Final = re.compile(rb"[\x80-\xff]{2}")
_UTF8_OF_THREE: Final = re.compile(rb"[\xe0-\xef][\x80-\xbf]{2}")
_ENOUGH_OF_THREE: Final = 4
_ENOUGH_MARKED: Final = 8
#: Charsets that chardet tells from the western one by very few letters.
_LATIN: Final = {"cp1250", "cp1254", "cp1257", "iso-8859-2", "iso-8859-3", "iso-8859-4", "iso-8859-10"} | {
    "iso-8859-13",
    "iso-8859-14",
    "iso-8859-16",
    "mac-latin2",
    "mac-iceland",
    "mac-croatian",
    "mac-turkish",
}
#: Characters that a western text does not have, or hardly, where another charset is read as if it were one.
_NOT_WESTERN: Final = re.compile("[^\0-\x7fáéíóúñ¿¡üöäåæßçàâêîôëèùøÅÆØÄÖÜÉÈÀÊÑÇÁÍÓÚ«»‘’“”–—…€°§·ºª\xa0]")
_TOO_SHORT: Final = 64
#: The guess looks at so many bytes at most.
_SAMPLE: Final = 8 << 10


def decode_text(data: bytes, label: str = "", hint: str = "") -> str:
    """Reads `data` by its label; else as UTF-8, by `hint` (a label from elsewhere in the mail), or by a guess."""
    codec = codec_for(label) if label else None
    if data.isascii() and b"\x1b" not in data and codec not in _SHIFTED:
        return data.decode("ascii").replace("\0", "")
    for name in _candidates(data, codec, codec_for(hint) if hint else None):
        text = _try(data, name)
        if text is not None:
            return scrub(text)
    return scrub(_nearly(data, codec) or _guess(data))


def whole_letters(data: bytes | bytearray, most: int) -> int:
    """How many of these bytes to take, at most `most`, so that no letter of UTF-8 is cut in two."""
    end = most
    while most - 4 < end < len(data) and data[end] & 0xC0 == 0x80:
        end -= 1
    return end


def scrub(text: str) -> str:
    """Makes a str storable: databases refuse NUL and lone surrogates (threats T55)."""
    if "\0" not in text and _is_storable(text):
        return text
    return _SCRUB.sub(lambda found: "" if found[0] == "\0" else "\ufffd", text)


def _is_storable(text: str) -> bool:
    """Has it no lone surrogates? Encoding finds them much faster than a search."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _candidates(data: bytes, codec: str | None, hint: str | None) -> Iterator[str]:
    """The codecs to try in their order; the first that reads all of `data` is taken."""
    yield from (name for bom, name in _BOMS if data.startswith(bom))
    if b"\x1b$" in data[:_SAMPLE] and (codec is None or not codec.startswith("iso-2022")):
        yield "iso-2022-kr" if data.startswith(b"\x1b$)C") else "iso-2022-jp"
    if codec and codec.startswith(_WIDE):
        yield from _wide(data, codec)
    # No text of another charset of single bytes is UTF-8 by accident, unless it is very short.
    elif codec not in _MULTIBYTE or len(_UTF8_OF_THREE.findall(data, 0, _SAMPLE)) >= _ENOUGH_OF_THREE:
        yield "utf-8"
    if codec:
        yield codec
    elif hint and hint != "ascii":
        yield hint


def _wide(data: bytes, codec: str) -> Iterator[str]:
    """Characters of two bytes or four: a name that many programs write above text that has none."""
    if b"\0" not in data and data.isascii():
        yield "ascii"
    elif codec == "utf-16":
        # Without a mark it is big-endian (RFC 2781 4.3), unless the zeros of ASCII stand on the other side.
        even, odd = (data[first : _SAMPLE + first : 2].count(0) for first in (0, 1))
        yield "utf-16le" if odd > even else "utf-16be"


def _try(data: bytes, codec: str) -> str | None:
    try:
        text = data.decode(codec)
    except (UnicodeError, ValueError):
        return _japanese(data) if codec.startswith("iso-2022-jp") else None
    return None if codec in _CARELESS and _is_foreign(text[:_SAMPLE]) else text


def _is_foreign(text: str) -> bool:
    """No language of the West has more marked letters than plain ones: these are the letters of another script."""
    letters = sum(map(str.isalpha, text))
    marked = letters - sum(map(str.isalpha, text.encode("ascii", "ignore").decode("ascii")))
    return marked >= _ENOUGH_MARKED and marked * 2 > letters


def _nearly(data: bytes, codec: str | None) -> str | None:
    """The text where the label is right and a few bytes are broken or cut off."""
    for name in dict.fromkeys((codec or "utf-8", "utf-8")):
        # A character has four bytes at most; of what is something else, no more than this is looked at.
        if _is_nearly(data[: 4 * _SAMPLE], name):
            return data.decode(name, _WESTERN if name == "utf-8" else "replace")
    return None


def _is_nearly(data: bytes, name: str) -> bool:
    text = data.decode(name, "replace")
    strange = sum(not character.isascii() for character in text[:_SAMPLE])
    broken, most = text.count("\ufffd", 0, _SAMPLE), strange // 10
    if name == "utf-8":
        # Whole letters of it come about by no accident.
        most = strange // 3
        left = data.decode(name, _WESTERN).count("\ufffd", 0, _SAMPLE)
        # Not more letters of another charset than there are whole ones of this one.
        broken = left if broken - left <= strange - broken else broken
    return broken <= most and not (name in _CARELESS and _is_foreign(text[:_SAMPLE]))


def _western_letter(error: UnicodeError) -> tuple[str, int]:
    """A byte that is no UTF-8 where it stands alone between plain ones: somebody added a line in his own charset."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    data, start, end = error.object, error.start, error.end
    beside = data[max(start - 1, 0) : start] + data[end : end + 1]
    alone = end == start + 1 and end < len(data) and data[start] >= 0xC0 and beside.isascii()
    return (data[start:end].decode("cp1252", "replace") if alone else "\ufffd"), end


#: The name of what stands in for a byte that cannot be decoded.
_WESTERN: Final = "maildesk-western-letter"
codecs.register_error(_WESTERN, _western_letter)


def _guess(data: bytes) -> str:
    western = data.decode("cp1252", "replace")
    if len(data) < _TOO_SHORT and not _FOREIGN.search(data):
        # Single marked letters among plain ones; nothing can be told from so few, and most of Europe reads it so.
        return western
    # Imported here: its tables take 25 MB, and few mails need them.
    import chardet

    found = chardet.detect(data[:_SAMPLE])["encoding"] or ""
    codec = codec_for(found) or "cp1252"
    if codec in _LATIN and not _NOT_WESTERN.search(western):
        return western
    return data.decode(codec, "replace")


_JIS: Final = re.compile(rb"\x1b(\$[@B]|\$\(D|\([BJIH])")


def _japanese(data: bytes) -> str | None:
    """ISO-2022-JP with the NEC and IBM characters that Japanese mailers send under that name (row 13 and others)."""
    if not _JIS.search(data) and not data.isascii():
        return _japanese_in_eight_bits(data)
    pieces, mode, at = [], b"(B", 0
    for switch in [*_JIS.finditer(data), None]:
        run = data[at : switch.start() if switch else len(data)]
        pieces.append(_jis_run(run, mode))
        if switch:
            mode, at = switch[1], switch.end()
    text = "".join(pieces)
    return text if text.count("\ufffd") * 10 <= len(text) else None


#: What the two charsets of eight bits make of each other: narrow kana, and characters that have no meaning.
_MISREAD: Final = re.compile("[\uff61-\uff9f\ue000-\uf8ff\ufffd]")


def _japanese_in_eight_bits(data: bytes) -> str | None:
    """Without any escape, what is called ISO-2022-JP is one of the other two charsets of Japan, or is none."""
    read = [data.decode(name, "replace") for name in ("cp932", "euc-jp")]
    misread, text = min((len(_MISREAD.findall(one)), one) for one in read)
    return text if misread * 10 <= len(text) else None


def _jis_run(run: bytes, mode: bytes) -> str:
    if mode in (b"$@", b"$B"):
        return bytes(byte | 0x80 if 0x20 < byte < 0x7F else byte for byte in run).decode("euc_jis_2004", "replace")
    if mode == b"(I":
        return bytes(byte | 0x80 if 0x20 < byte < 0x60 else byte for byte in run).decode("cp932", "replace")
    return run.decode("cp932", "replace")
