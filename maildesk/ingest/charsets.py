"""Turns bytes into text by the label they carry, or by looking at them. It never fails and lets no sender name a codec.

Labels are looked up in a closed table (threats T53): Python's registry also holds codecs that are no charsets or that
are slow on purpose-made input. A wrong label is noticed where the bytes contradict it.
"""

import re
from collections.abc import Iterator
from typing import Final

_SAME_NAME: Final = (
    "ascii utf-8 utf-7 utf-16 utf-16le utf-16be utf-32 iso-8859-2 iso-8859-3 iso-8859-4 iso-8859-5 iso-8859-6 "
    "iso-8859-7 iso-8859-8 iso-8859-10 iso-8859-13 iso-8859-14 iso-8859-15 iso-8859-16 koi8-r koi8-u koi8-t euc-jp "
    "iso-2022-jp iso-2022-jp-1 iso-2022-jp-2 iso-2022-jp-3 iso-2022-kr gb18030 big5hkscs hz johab tis-620 cp437 "
    "cp720 cp737 cp775 cp850 cp852 cp855 cp857 cp858 cp860 cp861 cp862 cp863 cp864 cp865 cp866 cp869 cp874 cp932 "
    "cp949 cp950 cp1250 cp1251 cp1252 cp1253 cp1254 cp1255 cp1256 cp1257 cp1258 mac-roman mac-cyrillic mac-greek "
    "mac-latin2 mac-turkish ptcp154"
)
#: What senders write, reduced by `_reduce`, and the codec that reads what they mean: the superset their software used.
_MEANT: Final = {
    "us-ascii": "ascii",
    "ansi-x3.4-1968": "ascii",
    "iso-8859-1": "cp1252",
    "iso8859-1": "cp1252",
    "latin1": "cp1252",
    "latin-1": "cp1252",
    "l1": "cp1252",
    "iso-8859-9": "cp1254",
    "latin5": "cp1254",
    "iso-8859-11": "cp874",
    "tis-620": "cp874",
    "iso-8859-6-i": "iso-8859-6",
    "iso-8859-8-i": "iso-8859-8",
    "iso-8859-8-e": "iso-8859-8",
    "latin2": "iso-8859-2",
    "latin9": "iso-8859-15",
    "latin-9": "iso-8859-15",
    "ansi": "cp1252",
    "utf8": "utf-8",
    "utf-8mb4": "utf-8",
    "utf8mb4": "utf-8",
    "unicode-1-1-utf-8": "utf-8",
    "unicode-1-1-utf-7": "utf-7",
    "utf7": "utf-7",
    "utf16": "utf-16",
    "unicode": "utf-16",
    "ucs-2": "utf-16",
    "koi8": "koi8-r",
    "gb2312": "gb18030",
    "gb-2312": "gb18030",
    "gb-2312-80": "gb18030",
    "gbk": "gb18030",
    "cp936": "gb18030",
    "euc-cn": "gb18030",
    "hz-gb-2312": "hz",
    "big5": "big5hkscs",
    "big-5": "big5hkscs",
    "cn-big5": "big5hkscs",
    "big5-hkscs": "big5hkscs",
    "euc-kr": "cp949",
    "euckr": "cp949",
    "ks-c-5601": "cp949",
    "ks-c-5601-1987": "cp949",
    "ksc5601": "cp949",
    "ksc-5601": "cp949",
    "korean": "cp949",
    "uhc": "cp949",
    "shift-jis": "cp932",
    "shiftjis": "cp932",
    "sjis": "cp932",
    "ms-kanji": "cp932",
    "eucjp": "euc-jp",
    "ujis": "euc-jp",
    "macintosh": "mac-roman",
    "macroman": "mac-roman",
    "mac": "mac-roman",
}
CODECS: Final = {name: name for name in _SAME_NAME.split()} | _MEANT
#: Labels that prove nothing, because their codecs accept any bytes or because programs set them without looking: UTF-8
#: is tried before them.
_READS_ANYTHING: Final = {"ascii", "cp1252", "cp1254", "iso-8859-15", "mac-roman"}
_SHIFTED: Final = {"iso-2022-jp", "iso-2022-kr", "hz", "utf-7", "utf-16", "utf-16le", "utf-16be", "utf-32"}
_BOMS: Final = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_WINDOWS: Final = re.compile(r"(?:windows|win|cp|ibm|ms)-?([0-9]{3,4})")
_SCRUB: Final = re.compile("[\x00\ud800-\udfff]")
_FOREIGN: Final = re.compile(rb"[\x80-\xff]{2}")
_TOO_SHORT: Final = 64
#: The guess looks at so many bytes at most.
_SAMPLE: Final = 8 << 10


def codec_for(label: str) -> str | None:
    """The codec behind a charset label as senders write them; None for an unknown one."""
    name = _reduce(label)
    if name in CODECS:
        return CODECS[name]
    windows = _WINDOWS.fullmatch(name)
    return CODECS.get(f"cp{windows[1]}") if windows else None


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


def scrub(text: str) -> str:
    """Makes a str storable: databases refuse NUL and lone surrogates (threats T55)."""
    return _SCRUB.sub(lambda found: "" if found[0] == "\0" else "\ufffd", text)


def _reduce(label: str) -> str:
    name = label.strip(" \t\"'").lower().replace("_", "-").split("*")[0]
    return name.removeprefix("charset=").removeprefix("cs-").removeprefix("x-").strip()[:40]


def _candidates(data: bytes, codec: str | None, hint: str | None) -> Iterator[str]:
    yield from (name for bom, name in _BOMS if data.startswith(bom))
    if codec in _READS_ANYTHING or codec is None:
        if b"\x1b$" in data[:_SAMPLE]:
            yield "iso-2022-kr" if data.startswith(b"\x1b$)C") else "iso-2022-jp"
        yield "utf-8"
    if codec:
        yield codec
    elif hint and hint != "ascii":
        yield hint


def _try(data: bytes, codec: str) -> str | None:
    try:
        return data.decode(codec)
    except (UnicodeError, ValueError):
        return _japanese(data) if codec.startswith("iso-2022-jp") else None


def _nearly(data: bytes, codec: str | None) -> str | None:
    """The text where the label is right and a few bytes are broken or cut off."""
    for name in dict.fromkeys((codec or "utf-8", "utf-8")):
        text = data.decode(name, "replace")
        strange = sum(not character.isascii() for character in text[:_SAMPLE])
        if text.count("\ufffd", 0, _SAMPLE) * 10 <= strange:
            return text
    return None


def _guess(data: bytes) -> str:
    if len(data) < _TOO_SHORT and not _FOREIGN.search(data):
        # Single marked letters among plain ones; nothing can be told from so few, and most of Europe reads it so.
        return data.decode("cp1252", "replace")
    # Imported here: its tables take 25 MB, and few mails need them.
    import chardet

    found = chardet.detect(data[:_SAMPLE])["encoding"] or ""
    codec = codec_for(found) or "cp1252"
    return data.decode(codec, "replace")


_JIS: Final = re.compile(rb"\x1b(\$[@B]|\$\(D|\([BJIH])")


def _japanese(data: bytes) -> str | None:
    """ISO-2022-JP with the NEC and IBM characters that Japanese mailers send under that name (row 13 and others)."""
    pieces, mode, at = [], b"(B", 0
    for switch in [*_JIS.finditer(data), None]:
        run = data[at : switch.start() if switch else len(data)]
        pieces.append(_jis_run(run, mode))
        if switch:
            mode, at = switch[1], switch.end()
    text = "".join(pieces)
    return text if text.count("\ufffd") * 10 <= len(text) else None


def _jis_run(run: bytes, mode: bytes) -> str:
    if mode in (b"$@", b"$B"):
        return bytes(byte | 0x80 if 0x20 < byte < 0x7F else byte for byte in run).decode("euc_jis_2004", "replace")
    if mode == b"(I":
        return bytes(byte | 0x80 if 0x20 < byte < 0x60 else byte for byte in run).decode("cp932", "replace")
    return run.decode("cp932", "replace")
