"""Makes broken mail out of good mail: it knows what a header, a boundary, a charset and an encoding is, and hits there.

All chance comes from the caller, so that hypothesis can shrink what it finds, and a seed can be played again.
"""

import base64
import quopri
import random
import re
from collections.abc import Callable, Sequence

Lines = list[bytes]

_LARGEST = 2_000_000
_FIELD = re.compile(rb"[!-9;-~]+[ \t]*:")
_VALUES = {
    b"charset=": b"utf-8 us-ascii iso-8859-1 windows-1252 euc-kr iso-2022-jp utf-16 utf-7 hz gb2312 big5 x-unknown "
    b"ks_c_5601-1987 cp949 shift_jis koi8-r windows-874 idna rot13 base64 unicode_escape punycode \"utf-8 '' ",
    b"boundary=": b'b "b" "=_b" b; "" "b\xe5" -- "--" b-- a\x00b "a b " =?utf-8?q?b?= ' + b"b" * 90,
    b"Content-Transfer-Encoding:": b"base64 quoted-printable 7bit 8bit binary x-uuencode x-yenc bas64 BASE64; ",
    b"Content-Type:": b"text/plain text/html multipart/mixed multipart/alternative multipart/related message/rfc822 "
    b"message/delivery-status multipart/report multipart/digest multipart/signed application/ms-tnef text/calendar "
    b"application/pkcs7-mime message/partial message/external-body image/png text text/ /html; multipart/ ",
    b"Content-Disposition:": b"attachment inline attachment;filename=a/b attachment;filename*0*=utf-8''%e5 form-data ",
    b"format=": b'flowed fixed "flowed" ',
    b"name=": b'a.pdf "=?utf-8?b?w6U=?=" "../a" "a\\"b" \xe5.pdf ',
}
PIECES = (
    *b"\x00 \xe5 \xc3\xa5 \xff\xfe \x1b$B \x1b(B \xed\xa0\x80 =?utf-8?q?= =?euc-kr?b?\xb0 ?= =E5 = == w6U=".split(b" "),
    *b"+AGE- ~{ ~} begin-base64 $$ %s {{7*7}} \xa1\xa1 \x0e \x0f \x85 \x0b \x0c".split(b" "),
    *b"< > @ ( ) , ; : \\ \" ' a@b.example <a@b.example> --b --b-- > >>>> &nbsp; <div> <!-- <![CDATA[ <table>".split(
        b" "
    ),
    *b"<blockquote> </blockquote> <style> <img/src='cid:a'> data:image/png;base64,iVBORw0KGgo= mailto:a@b".split(b" "),
    *(
        b"\r\n\r\n",
        b"\n\n",
        b"\r",
        b"\n ",
        b"\t",
        b"-- \n",
        b" \n",
        "프린터".encode(),
        b"\xe2\x80\xae",
        b"\xef\xbb\xbf",
    ),
    b"\nbegin 644 a.txt\n#86)C\n`\nend\n",
    b"\nOn 4 Mar 2024 at 10:15, a@b.example wrote:\n> ",
    b"\n-----Original Message-----\nFrom: a@b.example\nSent: today\nTo: c@d.example\nSubject: e\n",
    b"\n---------- Forwarded message ---------\nFrom: A <a@b.example>\nDate: x\nSubject: y\nTo: c@d.example\n\n",
    b"Final-Recipient: rfc822; a@b.example\nAction: failed\nStatus: 5.1.1\n",
    b"\n=ybegin line=128 size=9 name=a\n\x8b\x8c\n=yend size=9\n",
    b"x" * 1000,
)


def mutate(chance: random.Random, seeds: Sequence[bytes]) -> bytes:
    """One of the seeds after one to eight changes; it may grow, up to two megabytes."""
    raw = chance.choice(seeds)
    for _ in range(chance.randint(1, 8)):
        lines = raw.splitlines(keepends=True) or [b""]
        raw = b"".join(chance.choice(_CHANGES)(chance, lines, seeds))[:_LARGEST]
    return raw


def _at(chance: random.Random, lines: Lines, wanted: Callable[[bytes], object] = bool) -> int:
    """The place of a line of the wanted sort; of any line where there is none."""
    places = [place for place, line in enumerate(lines) if wanted(line)]
    return chance.choice(places) if places else chance.randrange(len(lines))


def _is_boundary(line: bytes) -> bool:
    return line.startswith(b"--") and len(line.strip()) > 2


def _drop(chance: random.Random, lines: Lines, seeds: Sequence[bytes]) -> Lines:
    at = _at(chance, lines, chance.choice((_FIELD.match, _is_boundary, bool)))
    return lines[:at] + lines[at + chance.choice((1, 1, 1, 5)) :]


def _double(chance: random.Random, lines: Lines, seeds: Sequence[bytes]) -> Lines:
    at = _at(chance, lines, chance.choice((_FIELD.match, _is_boundary, bool)))
    return lines[:at] + [lines[at]] * chance.choice((2, 2, 3, 60, 2000)) + lines[at + 1 :]


def _swap(chance: random.Random, lines: Lines, seeds: Sequence[bytes]) -> Lines:
    wanted = chance.choice((_FIELD.match, _is_boundary, bool))
    one, other = _at(chance, lines, wanted), _at(chance, lines, wanted)
    lines[one], lines[other] = lines[other], lines[one]
    return lines


def _exchange_values(chance: random.Random, lines: Lines, seeds: Sequence[bytes]) -> Lines:
    one, other = _at(chance, lines, _FIELD.match), _at(chance, lines, _FIELD.match)
    (name, colon, value), (its, sign, words) = lines[one].partition(b":"), lines[other].partition(b":")
    lines[one], lines[other] = name + colon + words, its + sign + value
    return lines


def _strange_value(chance: random.Random, lines: Lines, seeds: Sequence[bytes]) -> Lines:
    """Another charset, boundary, encoding, type, disposition or name."""
    key = chance.choice(list(_VALUES))
    at = _at(chance, lines, lambda line: key.lower() in line.lower())
    place = lines[at].lower().find(key.lower())
    value = chance.choice(_VALUES[key].split(b" "))
    if place < 0:
        return (
            lines[:at]
            + ([key + b" " + value + b"\n"] if key.endswith(b":") else [b" ;" + key + value + b"\n"])
            + lines[at:]
        )
    rest = b"" if key.endswith(b":") else b"".join(lines[at][place + len(key) :].partition(b";")[1:])
    lines[at] = lines[at][: place + len(key)] + value + (rest if rest.strip() else b"\n")
    return lines


def _cut_line(chance: random.Random, lines: Lines, seeds: Sequence[bytes]) -> Lines:
    at = _at(chance, lines, chance.choice((_FIELD.match, _is_boundary, bool)))
    lines[at] = lines[at][: chance.randint(0, len(lines[at]))]
    return lines


def _truncate(chance: random.Random, lines: Lines, seeds: Sequence[bytes]) -> Lines:
    raw = b"".join(lines)
    return raw[: chance.randint(0, len(raw))].splitlines(keepends=True)


def _insert(chance: random.Random, lines: Lines, seeds: Sequence[bytes]) -> Lines:
    at = _at(chance, lines, chance.choice((_FIELD.match, _is_boundary, bool)))
    middle = chance.randint(0, len(lines[at]))
    piece = chance.choice(PIECES) * chance.choice((1, 1, 1, 3, 500))
    lines[at] = lines[at][:middle] + piece + lines[at][middle:]
    return b"".join(lines).splitlines(keepends=True)


def _flip(chance: random.Random, lines: Lines, seeds: Sequence[bytes]) -> Lines:
    raw = bytearray(b"".join(lines))
    for _ in range(chance.randint(1, 12) if raw else 0):
        raw[chance.randrange(len(raw))] = chance.choice((chance.randrange(256), 0, 0x0A, 0x0D, 0x80, 0xFF))
    return bytes(raw).splitlines(keepends=True)


def _splice(chance: random.Random, lines: Lines, seeds: Sequence[bytes]) -> Lines:
    """The beginning of this mail, the end of another."""
    other = chance.choice(seeds).splitlines(keepends=True)
    return lines[: chance.randint(0, len(lines))] + other[chance.randint(0, len(other)) :]


def _graft(chance: random.Random, lines: Lines, seeds: Sequence[bytes]) -> Lines:
    """Another whole mail behind a line of this one, with a boundary at its end."""
    at = _at(chance, lines, _is_boundary)
    opening = chance.choice((b"", b"\n", b"Content-Type: message/rfc822\n\n"))
    return [*lines[: at + 1], opening, chance.choice(seeds), *lines[at:]]


def _nest(chance: random.Random, lines: Lines, seeds: Sequence[bytes]) -> Lines:
    """The mail inside of one or many multiparts, closed or not."""
    deep = chance.choice((1, 1, 2, 40, 300))
    kind = chance.choice((b"mixed", b"alternative", b"related", b"report", b"signed"))
    inner = chance.choice((b"", b"Content-Type: message/rfc822\n\n"))
    opening = [b'Content-Type: multipart/%s; boundary="n%d"\n\n--n%d\n' % (kind, level, level) for level in range(deep)]
    closing = [b"\n--n%d--\n" % level for level in reversed(range(deep))]
    return [b"MIME-Version: 1.0\n", *opening, inner, *lines, *(closing if chance.random() < 0.7 else [])]


def _line_ends(chance: random.Random, lines: Lines, seeds: Sequence[bytes]) -> Lines:
    old, new = chance.choice(((b"\n", b"\r\n"), (b"\r\n", b"\n"), (b"\r\n", b"\r"), (b"\n", b"\r"), (b"\n", b"\n\n")))
    return [line.replace(old, new) for line in lines]


def _fold_field(chance: random.Random, lines: Lines, seeds: Sequence[bytes]) -> Lines:
    at = _at(chance, lines, _FIELD.match)
    middle = chance.randint(0, len(lines[at]))
    lines[at] = lines[at][:middle] + chance.choice((b"\r\n ", b"\n\t", b"\n", b"\r ")) + lines[at][middle:]
    return lines


def _encode_body(chance: random.Random, lines: Lines, seeds: Sequence[bytes]) -> Lines:
    """The rest behind an empty line in a transfer encoding, whatever its fields say."""
    at = _at(chance, lines, lambda line: not line.strip())
    body = b"".join(lines[at + 1 :])
    encoded = chance.choice((base64.encodebytes, base64.b64encode, quopri.encodestring))(body)
    name = chance.choice((b"base64", b"quoted-printable", b"7bit"))
    return [*lines[:at], b"Content-Transfer-Encoding: %s\n" % name, *lines[at : at + 1], encoded]


_CHANGES: tuple[Callable[[random.Random, Lines, Sequence[bytes]], Lines], ...] = (
    _drop,
    _double,
    _swap,
    _exchange_values,
    _strange_value,
    _strange_value,
    _cut_line,
    _truncate,
    _insert,
    _insert,
    _flip,
    _splice,
    _graft,
    _nest,
    _line_ends,
    _fold_field,
    _encode_body,
)
