"""Mails that try to be expensive: each repeats one thing until a careless reader needs seconds or gigabytes."""

import base64
import zlib

HEADER = b"From: Kari <kari@customer.example>\nTo: support@acme.example\nSubject: flood\nMIME-Version: 1.0\n"
PLAIN = HEADER + b"Content-Type: text/plain; charset=utf-8\n\n"
HTML = HEADER + b"Content-Type: text/html; charset=utf-8\n\n"
MIXED = HEADER + b'Content-Type: multipart/mixed; boundary="b"\n\n'

#: By name: what comes first, what is repeated, what comes last, and how often at most.
_REPEATED: dict[str, tuple[bytes, bytes, bytes, int]] = {
    "open tags": (HTML, b"<a ", b"", 400_000),
    "open comments": (HTML, b"<!--", b"", 300_000),
    "deep tags": (HTML, b"<div>", b"words", 200_000),
    "deep quotes": (HTML, b"<blockquote>", b"words", 100_000),
    "deep tables": (HTML, b"<table><tr><td>", b"words", 60_000),
    "deep lists": (HTML, b"<ul><li>", b"words", 100_000),
    "closing tags": (HTML, b"</p>", b"", 200_000),
    "misnested tags": (HTML, b"<b><i><p></b></i>", b"words", 50_000),
    "attributes": (HTML + b"<p ", b"a=b ", b">words", 200_000),
    "entities": (HTML, b"&lt;&#60;&amp", b"", 100_000),
    "styles": (HTML + b"<style>", b"p{a:b}", b"</style>words", 200_000),
    "data pictures": (HTML, b'<img src="data:image/png;base64,iVBORw0KGgo=">', b"", 20_000),
    "links": (HTML, b'<a href="https://a.example/">b</a> ', b"", 30_000),
    "conditional comments": (HTML, b"<!--[if mso]>", b"<![endif]-->", 100_000),
    "quotes": (PLAIN, b"> ", b"words\n", 800_000),
    "quoted lines": (PLAIN, b"> words\n", b"", 200_000),
    "deeper and deeper": (PLAIN, b">" * 500 + b"\n", b"", 3_000),
    "empty lines": (PLAIN, b"\n", b"words", 1_000_000),
    "spaces": (PLAIN, b" ", b"\nwords", 1_500_000),
    "a long word": (PLAIN, b"a", b"", 1_500_000),
    "intro after intro": (PLAIN, b"On Mon, 4 Mar 2024 at 10:15, a@b.example wrote:\n", b"", 40_000),
    "half an intro": (PLAIN, b"On ", b"", 400_000),
    "half intros": (PLAIN, b"On Monday\n", b"", 150_000),
    "header blocks": (PLAIN, b"From: a\nSent: b\nTo: c\nSubject: d\n", b"", 40_000),
    "forwards in forwards": (PLAIN, b"---------- Forwarded message ----------\nFrom: a@b.example\n\n", b"", 20_000),
    "rules": (PLAIN, b"________________________________\n", b"", 40_000),
    "signatures": (PLAIN, b"-- \nKari\n", b"", 100_000),
    "phone numbers": (PLAIN, b"22 19 45 40 ", b"", 100_000),
    "dates": (PLAIN, b"2024-03-04 10:15 ", b"", 80_000),
    "uuencoded files": (PLAIN, b"begin 644 a.txt\n#86)C\n`\nend\n", b"", 40_000),
    "uuencoded beginnings": (PLAIN, b"begin 644 a\n", b"", 100_000),
    "yEnc beginnings": (PLAIN, b"=ybegin line=128 size=9 name=a\n", b"", 40_000),
    "statuses": (PLAIN, b"550 5.1.1 <a@b.example>: unknown\n", b"", 40_000),
    "soft breaks": (
        HEADER + b"Content-Type: text/plain; format=flowed; delsp=yes\n\n",
        b"words \n",
        b"",
        200_000,
    ),
    "escapes": (HEADER + b"Content-Type: text/plain; charset=iso-2022-jp\n\n", b"\x1b$B\x1b(B", b"", 200_000),
    "UTF-7": (HEADER + b"Content-Type: text/plain; charset=utf-7\n\n", b"+AGE-", b"", 200_000),
    "no charset": (HEADER + b"\n", b"\xb0\xa1\x81\x40\xe5\n", b"", 200_000),
    "soft line ends": (HEADER + b"Content-Transfer-Encoding: quoted-printable\n\n", b"=\n", b"", 500_000),
    "base64 of nothing": (HEADER + b"Content-Transfer-Encoding: base64\n\n", b"= \n", b"", 500_000),
    "parts": (MIXED, b"--b\n\nwords\n", b"--b--\n", 100_000),
    "almost boundaries": (MIXED, b"--bb\n--\n", b"--b--\n", 150_000),
    "attachments": (
        MIXED,
        b"--b\nContent-Disposition: attachment; filename=a.txt\n\nwords\n",
        b"--b--\n",
        20_000,
    ),
    "mails in parts": (MIXED, b"--b\nContent-Type: message/rfc822\n\nSubject: a\n\nb\n", b"--b--\n", 20_000),
    "mails in mails": (HEADER, b"Content-Type: message/rfc822\n\n", b"words", 30_000),
    "unclosed multiparts": (HEADER, b"Content-Type: multipart/mixed; boundary=b\n\n--b\n", b"words", 20_000),
    "recipients": (HEADER + b"Cc: ", b"a@b.example, ", b"\n\nwords", 6_000),
    "groups": (HEADER + b"Cc: ", b"a:b@c.example;, ", b"\n\nwords", 5_000),
    "comments": (HEADER + b"Cc: ", b"(", b"\n\nwords", 90_000),
    "quotation marks": (HEADER + b"Cc: ", b'"\\', b"\n\nwords", 40_000),
    "encoded words": (HEADER + b"X-A: a\nSubject: ", b"=?utf-8?q?a?= ", b"\n\nwords", 6_000),
    "half encoded words": (HEADER + b"X-A: a\nSubject: ", b"=?", b"\n\nwords", 40_000),
    "folded": (HEADER + b"X-A: a", b"\n b", b"\n\nwords", 30_000),
    "fields": (HEADER, b"X-A: b\n", b"\nwords", 12_000),
    "references": (HEADER + b"References: ", b"<a@b.example> ", b"\n\nwords", 6_000),
    "parameters": (HEADER + b"Content-Type: text/plain", b"; a=b", b"\n\nwords", 15_000),
    "continuations": (HEADER + b"Content-Disposition: attachment", b"; filename*0*=utf-8''a", b"\n\nwords", 4_000),
    "received": (HEADER, b"Received: from a by b; Mon, 4 Mar 2024 10:00:00 +0000\n", b"\nwords", 1_500),
    "authentication results": (HEADER, b"Authentication-Results: a; dkim=pass\n", b"\nwords", 900),
    "nothing at all": (b"", b"\x00", b"", 2_000_000),
    "all bytes": (b"", bytes(range(256)), b"", 8_000),
}


FLOODS = (*_REPEATED, "numbered multiparts", "a bomb")


def flood(name: str) -> bytes:
    """One mail, of half a megabyte to three."""
    if name == "numbered multiparts":
        return _nested(3000)
    if name == "a bomb":
        return _bomb(64)
    first, repeated, last, times = _REPEATED[name]
    return first + repeated * times + last


def _nested(depth: int) -> bytes:
    opening = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (one, one) for one in range(depth))
    return HEADER + opening + b"\nwords\n" + b"".join(b"--b%d--\n" % one for one in reversed(range(depth)))


def _bomb(megabytes: int) -> bytes:
    """A little attachment that a reader who opens it sees grow."""
    packed = base64.encodebytes(zlib.compress(bytes(megabytes << 20)))
    fields = b"Content-Type: application/zip; name=a.zip\nContent-Transfer-Encoding: base64\n\n"
    return MIXED + b"--b\n\nwords\n--b\n" + fields + packed + b"--b--\n"
