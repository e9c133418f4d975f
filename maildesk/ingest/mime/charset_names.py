"""Knows which codec reads what a sender calls a charset. A closed table: no sender can name any other codec.

Python's own registry also holds codecs that are no charsets, or that are slow on purpose-made input (threats T53).
"""

import re
from typing import Final

_SAME_NAME: Final = (
    "ascii utf-8 utf-7 utf-16 utf-16le utf-16be utf-32 utf-32le utf-32be iso-8859-2 iso-8859-3 iso-8859-4 iso-8859-5 "
    "iso-8859-6 iso-8859-7 iso-8859-8 iso-8859-10 iso-8859-13 iso-8859-14 iso-8859-15 iso-8859-16 koi8-r koi8-u koi8-t "
    "euc-jp iso-2022-jp iso-2022-jp-1 iso-2022-jp-2 iso-2022-jp-3 iso-2022-kr gb18030 big5hkscs hz johab cp437 cp720 "
    "cp737 cp775 cp850 cp852 cp855 cp857 cp858 cp860 cp861 cp862 cp863 cp864 cp865 cp866 cp869 cp874 cp932 cp949 "
    "cp950 cp1125 cp1250 cp1251 cp1252 cp1253 cp1254 cp1255 cp1256 cp1257 cp1258 mac-roman mac-cyrillic mac-greek "
    "mac-latin2 mac-turkish mac-iceland mac-croatian ptcp154"
)
#: A codec and what else senders call it, without signs between letters and digits. Where the name is of a set whose
#: superset is what the software used, it is the superset.
_CALLED: Final = {
    "ascii": "usascii us ansix341968 ansix341986 iso646us iso646 646 isoir6 ibm367 cp367",
    "utf-8": "utf utf8mb4 utf8mac utf8sig unicode11utf8 unicode20utf8 cesu8 u8",
    "utf-7": "utf7 unicode11utf7 unicode20utf7",
    "utf-16": "unicode ucs2 iso10646ucs2 iso10646",
    "utf-16le": "unicodefeff",
    "utf-16be": "unicodefffe",
    "utf-32": "ucs4 iso10646ucs4",
    "cp1252": "iso88591 isoo88591 iso8859 88591 latin1 latin l1 isolatin1 isoir100 ibm819 cp819 ansi msansi iso88591i "
    "western westerneuropean windows",
    "iso-8859-2": "88592 latin2 l2 isolatin2 isoir101",
    "iso-8859-3": "latin3 l3 isolatin3 isoir109",
    "iso-8859-4": "latin4 l4 isolatin4 isoir110",
    "iso-8859-5": "88595 cyrillic isolatincyrillic isoir144",
    "iso-8859-6": "iso88596i iso88596e arabic isolatinarabic ecma114 asmo708 isoir127",
    "iso-8859-7": "88597 greek greek8 isolatingreek ecma118 elot928 suneugreek isoir126",
    "iso-8859-8": "iso88598i iso88598e 88598 hebrew isolatinhebrew visual logical isoir138",
    "cp1254": "iso88599 88599 latin5 l5 isolatin5 turkish isoir148",
    "iso-8859-10": "latin6 l6 isolatin6 isoir157",
    "cp874": "iso885911 tis620 tis6202533 tis62025330 thai",
    "iso-8859-13": "latin7 l7",
    "cp1257": "baltic",
    "iso-8859-14": "latin8 l8 isoceltic",
    "iso-8859-15": "latin9 latin0 l9 885915",
    "iso-8859-16": "latin10 l10",
    "koi8-r": "koi8 koi",
    "koi8-u": "koi8ru",
    "cp1125": "ruscii",
    "euc-jp": "ujis eucjpms eucjpwin eucpkdfmtjapanese",
    "iso-2022-jp": "jis iso2022jpms jis7 jisencoding iso2022jp2004",
    "cp932": "shiftjis sjis mskanji shiftjisx0213 shiftjis2004 windows31j macjapanese shiftjiswin sjiswin",
    "gb18030": "gb2312 gb231280 gbk gb euccn chinese isoir58 gb180302000 macchinesesimp",
    "hz": "hzgb2312",
    "big5hkscs": "big5 cnbig5 big5eten big5hk macchinesetrad",
    "cp949": "euckr ksc5601 ksc56011987 ksc56011989 ksx1001 korean isoir149 uhc mackorean",
    "mac-roman": "mac macintosh macroman",
    "mac-cyrillic": "maccyrillic macukrainian macukraine",
    "mac-latin2": "macce maccentraleurroman maccentraleurope",
    "mac-iceland": "macicelandic",
}
#: Numbers of code pages (Windows, IBM) that are no "cp" in Python, or that are read by a superset.
_PAGES: Final = {
    "936": "gb18030",
    "1361": "johab",
    "1200": "utf-16le",
    "1201": "utf-16be",
    "10000": "mac-roman",
    "10006": "mac-greek",
    "10007": "mac-cyrillic",
    "20127": "ascii",
    "20866": "koi8-r",
    "20932": "euc-jp",
    "20936": "gb18030",
    "20949": "cp949",
    "21866": "koi8-u",
    "38598": "iso-8859-8",
    "50220": "iso-2022-jp",
    "50221": "iso-2022-jp",
    "50222": "iso-2022-jp",
    "50225": "iso-2022-kr",
    "51932": "euc-jp",
    "51936": "gb18030",
    "51949": "cp949",
    "52936": "hz",
    "54936": "gb18030",
    "65000": "utf-7",
    "65001": "utf-8",
}
_PAGE: Final = re.compile(r"(?:windows|win|cp|ibm|ms|dos|ansi|codepage)?([0-9]{3,5})")
_SIGNS: Final = re.compile(r"[^a-z0-9]+")
_YEAR: Final = re.compile(r":(?:19|20)\d\d\Z")
_LONGEST: Final = 60


def _compact(name: str) -> str:
    return _SIGNS.sub("", name)


CODECS: Final = {
    **{_compact(codec): codec for codec in _SAME_NAME.split()},
    **{name: codec for codec, names in _CALLED.items() for name in names.split()},
    **{f"iso8859{number}": f"iso-8859-{number}" for number in (2, 3, 4, 5, 6, 7, 8, 10, 13, 14, 15, 16)},
    # Windows numbers the parts of ISO 8859 from 28591.
    **{f"cp{28590 + number}": f"iso-8859-{number}" for number in (2, 3, 4, 5, 6, 7, 8, 13, 15)},
    **{"cp28591": "cp1252", "cp28599": "cp1254"},
    **{f"cp{number}": codec for number, codec in _PAGES.items()},
}


def codec_for(label: str) -> str | None:
    """The codec behind a charset label as senders write them; None for an unknown one."""
    # RFC 2231 5 puts a language behind a "*".
    name = label[: _LONGEST * 2].strip(" \t\"'").lower().split("*")[0].removeprefix("charset=")
    name = _compact(_YEAR.sub("", name.split("$")[0].split(";")[0].strip()))[:_LONGEST]
    for one in (name, name.removeprefix("cs"), name.removeprefix("x")):
        if one in CODECS:
            return CODECS[one]
        page = _PAGE.fullmatch(one)
        if page and f"cp{page[1]}" in CODECS:
            return CODECS[f"cp{page[1]}"]
    return None
