"""Makes the mail that is measured with: always the same, in four languages, a quarter of it with a screenshot."""

import random
from collections.abc import Iterator
from email.message import EmailMessage
from email.policy import SMTP

_WORDS = {
    "en": "the printer in our office has stopped working since yesterday please help when I open the invoice",
    "nb": "skriveren på kontoret virker ikke lenger og ingen får logget inn på portalen vi får en feilmelding",
    "ko": "프린터가 작동하지 않습니다 어제부터 로그인이 되지 않아요 오류 메시지가 나타납니다 화면을 확인해 주세요",
    "de": "der drucker im büro geht seit gestern nicht mehr und niemand kann sich anmelden beim öffnen",
}
_CHARSETS = {
    "en": ("us-ascii", "utf-8", "windows-1252"),
    "nb": ("utf-8", "iso-8859-1", "windows-1252"),
    "ko": ("utf-8", "euc-kr"),
    "de": ("utf-8", "iso-8859-1"),
}


def make_mails(count: int, seed: int = 1) -> Iterator[bytes]:
    """`count` mails of 500 senders: seven of ten new, three answer an earlier one and quote it; 2 to 30 KB of words,
    and 100 to 400 KB of picture in a quarter of them."""
    chance = random.Random(seed)
    written: list[tuple[str, str, str]] = []
    for number in range(count):
        answered = chance.choice(written) if written and chance.random() < 0.3 else None
        mail = _mail(chance, number, answered)
        written.append((str(mail["From"]), str(mail["Subject"]), str(mail["Message-ID"])))
        yield mail.as_bytes(policy=SMTP.clone(max_line_length=998))


def _mail(chance: random.Random, number: int, answered: tuple[str, str, str] | None) -> EmailMessage:
    language = chance.choice(list(_WORDS))
    who = chance.randrange(500)
    mail = EmailMessage()
    mail["From"] = answered[0] if answered else f"Person {who} <person{who}@customer{who % 40}.example>"
    mail["To"] = "support@desk.example"
    mail["Subject"] = f"Re: {answered[1]}" if answered else sentence(chance, language, 6).strip()
    mail["Date"] = f"Mon, 02 Mar 2026 {number // 3600 % 24:02}:{number // 60 % 60:02}:{number % 60:02} +0100"
    mail["Message-ID"] = f"<{chance.getrandbits(64):x}.{number}@customer.example>"
    if answered:
        mail["In-Reply-To"] = mail["References"] = answered[2]
    text = "".join(sentence(chance, language, 12) for _ in range(chance.randint(5, 60)))
    if answered:
        text += "\n\nOn Mon, 2 Mar 2026 at 09:00, Acme Support <support@desk.example> wrote:\n> " + text[:500]
    mail.set_content(text, charset=chance.choice(_CHARSETS[language]))
    if chance.random() < 0.7:
        paragraphs = "".join(f"<p>{line}</p>" for line in text.splitlines())
        mail.add_alternative(f"<html><body>{paragraphs}</body></html>", subtype="html")
    if chance.random() < 0.25:
        picture = b"\x89PNG\r\n\x1a\n" + chance.randbytes(chance.randint(100_000, 400_000))
        mail.add_attachment(picture, "image", "png", filename="screenshot.png")
    return mail


def sentence(chance: random.Random, language: str, words: int) -> str:
    """So many words of "en", "nb", "ko" or "de", as a line."""
    return " ".join(chance.choices(_WORDS[language].split(), k=words)) + ".\n"
