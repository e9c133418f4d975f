"""Who and what the words of a forward name; what is none; the mails that are attached."""

import pytest

from maildesk.ingest.forward import open_forward
from maildesk.ingest.forward.people import read_people, read_person
from maildesk.ingest.forward.wording import announcement, read_sign
from maildesk.ingest.parse import parse_mail
from maildesk.mail import Address, Forward, Ours
from tests.forwards import OLA

PEOPLE = {
    "ola@other.example": [("", "ola@other.example")],
    "<ola@other.example>": [("", "ola@other.example")],
    "Ola Hansen <ola@other.example>": [("Ola Hansen", "ola@other.example")],
    "Ola Hansen [mailto:ola@other.example]": [("Ola Hansen", "ola@other.example")],
    '"Ola Hansen";<ola@other.example>;': [("Ola Hansen", "ola@other.example")],
    '"Ola Hansen";<ola@other.example>;"Kari"；<kari@customer.example>': [
        ("Ola Hansen", "ola@other.example"),
        ("Kari", "kari@customer.example"),
    ],
    "Ola Hansen <mailto:ola@other.example>": [("Ola Hansen", "ola@other.example")],
    "ola@other.example (Ola Hansen)": [("Ola Hansen", "ola@other.example")],
    "Ola [ola@other.example](mailto:ola@other.example)": [("Ola", "ola@other.example")],
    '"Hansen, Ola" <ola@other.example>': [("Hansen, Ola", "ola@other.example")],
    '"Hansen; Ola" <ola@other.example>; bo@acme.example': [
        ("Hansen; Ola", "ola@other.example"),
        ("", "bo@acme.example"),
    ],
    "Hansen, Ola <ola@other.example>, Berg, Bo<bo@acme.example>": [
        ("Hansen, Ola", "ola@other.example"),
        ("Berg, Bo", "bo@acme.example"),
    ],
    "'Hansen, Ola' <ola@other.example>": [("Hansen, Ola", "ola@other.example")],
    "'ola@other.example' <ola@other.example>": [("", "ola@other.example")],
    "ola@other.example <ola@other.example>, bo@acme.example": [("", "ola@other.example"), ("", "bo@acme.example")],
    "Ola Hansen/Sales/Acme@Acme, Bo Berg/Acme@Acme": [("Ola Hansen", ""), ("Bo Berg", "")],
    "Pat O'Brien <pat.o'brien@x.example>, o'hara@x.example": [
        ("Pat O'Brien", "pat.o'brien@x.example"),
        ("", "o'hara@x.example"),
    ],
    "'bo@acme.example'; Kari": [("", "bo@acme.example"), ("Kari", "")],
    "Ola Hansen; Bo Berg": [("Ola Hansen", ""), ("Bo Berg", "")],
    "Ola Hansen, Bo Berg": [("Ola Hansen", ""), ("Bo Berg", "")],
    "Hansen, Ola": [("Hansen, Ola", "")],
    "Support; ola@other.example": [("Support", ""), ("", "ola@other.example")],
    "Ola Hansen, Bo Berg <bo@acme.example>": [("Ola Hansen", ""), ("Bo Berg", "bo@acme.example")],
    '"小明" <ming@other.example>;"王" <wang@other.example>;': [
        ("小明", "ming@other.example"),
        ("王", "wang@other.example"),
    ],
    "=?utf-8?q?K=C3=A5re?= <kare@other.example>": [("Kåre", "kare@other.example")],
    "": [],
    ";;, ,": [],
}


@pytest.mark.parametrize("value", PEOPLE)
def test_people(value: str) -> None:
    assert [(one.name, one.address) for one in read_people(value)] == PEOPLE[value]


def test_person_without_an_address_is_one() -> None:
    assert read_person("Ola Hansen, Acme") == Address("Ola Hansen, Acme", "")
    assert read_person("list@x.example [mailto:list@x.example] On Behalf Of Ola") == Address("", "list@x.example")
    assert read_person("Mail System <MAILER-DAEMON>") == Address("Mail System", "MAILER-DAEMON")
    assert read_person(" ") is None


SIGNS = {
    "Fwd: a": ("fwd", "a"),
    "FW: a": ("fw", "a"),
    "fwd : a": ("fwd", "a"),
    "Fwd[2]: a": ("fwd", "a"),
    "Fw2: a": ("fw", "a"),
    "WG：a": ("wg", "a"),
    "İLT: a": ("ilt", "a"),
    "[EXTERNAL] Fwd: a": ("fwd", "a"),
    "[#12] [ext] VB: a": ("vb", "a"),
    "[Fwd: a]": ("fwd", "a"),
    "(Fwd) a": ("fwd", "a"),
    "a (fwd)": ("fwd", "a"),
    "Re: Fwd: a": ("", "Re: Fwd: a"),
    "Forwarding in dogs": ("", "Forwarding in dogs"),
    "[list] a": ("", "[list] a"),
    "": ("", ""),
}


@pytest.mark.parametrize("subject", SIGNS)
def test_signs(subject: str) -> None:
    assert read_sign(subject) == SIGNS[subject]


NO_FORWARDS = {
    "words alone": "I forward this message to you.\n\nForwarded message: see above.\n\nKari",
    "a line and no head": "---------- Forwarded message ---------\n\nIt was lost.",
    "a journey": "From: Oslo\nTo: Bergen\nDate: 4 March\nTrain 61, please.",
    "a list": "To: do\n- wash\nSubject: to change\nDate: unknown",
    "a conversation": "Ola: hi\nKari: hello\nFrom: there\n",
    "a rule": "Part one\n---------- Chapter 2 ----------\nFrom: here on it rains.\n",
    "a form": "Name: Kari\nDate: 4 March 2024\nTime: 10:15\nSubject: Maths\nGrade: A",
    "a time": "We meet on Monday 4 March 2024 at 10:15:\nroom 2.",
    "empty": "",
    "blank": "\n\n \n>\n",
}


@pytest.mark.parametrize("name", NO_FORWARDS)
@pytest.mark.parametrize("subject", ["", "Hello", "Re: Hello"])
def test_no_forward(name: str, subject: str) -> None:
    assert open_forward(NO_FORWARDS[name], subject) is None


@pytest.mark.parametrize(
    "text",
    [
        "To: a@b.example\n" * 20_000,
        "From: a: b: C: D: E " * 10_000,
        "From: x\n\n" * 20_000,
        "---- x ----\n" * 30_000,
        "> " * 100_000,
        "On 1.1.2024 10:15 a@\n" * 20_000,
        "---------- Forwarded message ----------\n" * 20_000,
        "From:" + "<" * 100_000,
        "---------- Forwarded message ----------\nFrom: a@b\nTo: " + '"' * 100_001,
        "---------- Forwarded message ----------\nFrom: a@b\nTo: " + "a@" * 100_000,
        "---------- Forwarded message ----------\nFrom: a@b\nSubject: x\n\n" + "> \n" * 200_000,
        "\n" * 500_000,
        "a" * 500_000 + ":",
    ],
    ids=range(13),
)
def test_any_text_is_read(text: str) -> None:
    """These once cost the square of their length; a time limit on the whole suite is what would notice."""
    found = open_forward(text, "Fwd: x")
    assert found is None or len(found.text) + len(found.text_top) <= len(text)


def test_announcement_says_how_sure_it_is() -> None:
    found = [
        announcement(line) for line in ("-- Forwarded message --", "---- Original Message ----", "---- Q ----", "x")
    ]
    assert [one and (one.surely, one.known) for one in found] == [(True, True), (False, True), (False, False), None]


INNER = (
    b"From: Ola Hansen <ola@other.example>\nSubject: Invoice 7\nDate: Mon, 4 Mar 2024 09:00:00 +0100\n\nPlease pay.\n"
)


def with_attached(subject: str, text: str, *attached: bytes, kind: str = "mixed") -> Forward | None:
    parts = b"".join(b"--m\nContent-Type: message/rfc822\n\n" + one for one in attached)
    head = f"From: kari@customer.example\nSubject: {subject}\nContent-Type: multipart/{kind}; boundary=m\n\n"
    return parse_mail(f"{head}--m\n\n{text}\n".encode() + parts + b"--m--\n", Ours()).forward


@pytest.mark.parametrize(("subject", "text"), [("Fwd: x", "See this."), ("Invoice 7", "See this."), ("x", " ")])
def test_attached(subject: str, text: str) -> None:
    found = with_attached(subject, text, INNER)
    assert found == Forward(OLA, (), (), "Invoice 7", "Mon, 4 Mar 2024 09:00:00 +0100", "Please pay.", text.strip())


def test_attached_and_not_passed_on() -> None:
    assert with_attached("Two questions", "See this.", INNER) is None
    assert with_attached("Re: Invoice 7", "See this.", INNER) is None
    assert with_attached("Fwd: x", "See these.", INNER, INNER) is None
    assert with_attached("Fwd: x", "See this.", b"Subject: a draft without a sender\n\nx\n") is None
    assert with_attached("Fwd: x", "It came back.", INNER, kind="report") is None


def test_attached_counts_before_what_is_written() -> None:
    written = "---------- Forwarded message ----------\nFrom: bo@acme.example\nSubject: y\n\nz"
    found = with_attached("Fwd: x", written, INNER)
    assert found is not None
    assert found.sender == OLA
    assert with_attached("Fwd: x", written, INNER, INNER) == open_forward(written, "Fwd: x")
