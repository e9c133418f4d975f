"""Heads whose labels nobody listed are read by their values, where something says that a mail is passed on."""

import pytest

from maildesk.ingest.forward import open_forward
from maildesk.ingest.text import fold
from maildesk.mail import Address

OLA = Address("Ola Hansen", "ola@other.example")
KARI = Address("Kari Nordmann", "kari@customer.example")


def head(labels: str, mark: str = "{}:", *, subject_first: bool = False) -> str:
    sender, date, to, subject = (mark.format(label.replace("_", " ")) for label in labels.split())
    lines = [f"{sender} Ola Hansen <ola@other.example>", f"{date} 4. mars 2024 10:15"]
    lines += [f"{to} Kari Nordmann <kari@customer.example>"]
    lines.insert(0 if subject_first else 3, f"{subject} Invoice 12")
    return "\n".join(lines)


#: Swahili, Bengali, Tamil, and words of no language.
LABELS = [
    "Kutoka Iliyotumwa Kwa Mada",
    "প্রেরক পাঠানো_হয়েছে প্রাপক বিষয়",
    "அனுப்புநர் அனுப்பியது பெறுநர் பொருள்",
    "Axa Bexa Cexa Dexa",
]


@pytest.mark.parametrize("labels", LABELS)
@pytest.mark.parametrize("mark", ["{}:", "*{}:*"])
@pytest.mark.parametrize("above", ["", "-------- Xyz --------\n"])
@pytest.mark.parametrize("subject_first", [False, True])
def test_a_head_in_an_unknown_language(labels: str, mark: str, above: str, subject_first: bool) -> None:
    block = head(labels, mark, subject_first=subject_first)
    found = open_forward(f"Se her.\n\n{above}{block}\n\nHei Kari", "Fwd: Invoice 12")
    assert found
    assert (found.sender, found.to, found.subject, found.date) == (OLA, (KARI,), "Invoice 12", "4. mars 2024 10:15")
    assert (found.text, found.text_top) == ("Hei Kari", "Se her.")


def test_an_unknown_label_among_known_ones() -> None:
    found = open_forward(f"Se her.\n\n{head('From Sent Cexa Subject')}\n\nHei Kari", "Fwd: Invoice 12")
    assert found and (found.sender, found.to, found.text) == (OLA, (KARI,), "Hei Kari")


def test_an_unknown_label_that_ends_a_head() -> None:
    text = "From: Ola Hansen <ola@other.example>\nSent: 4 March 2024 10:15\nSubject: Invoice 12"
    found = open_forward(f"{text}\nCexa: kari@customer.example\n\nHei Kari", "Fwd: Invoice 12")
    assert found and ([one.address for one in found.to], found.text) == (["kari@customer.example"], "Hei Kari")


def test_a_line_of_the_text_is_no_field() -> None:
    text = "From: Ola Hansen <ola@other.example>\nSent: 4 March 2024 10:15\nSubject: Invoice 12"
    found = open_forward(f"{text}\nPlease note: write to kari@customer.example\nThanks", "Fwd: Invoice 12")
    assert found and found.text == "Please note: write to kari@customer.example\nThanks"


@pytest.mark.parametrize("subject", ["Invoice 12", "Re: Invoice 12"])
def test_nobody_says_that_it_is_passed_on(subject: str) -> None:
    assert open_forward(f"Se her.\n\n{head(LABELS[0])}\n\nHei Kari", subject) is None


FORMS = [
    "Name: Kari Nordmann\nMail: kari@customer.example\nDate: 4 March 2024 10:15\nFloor: third",
    "Name: Kari\nStart: 2024-03-04 10:15\nStop: 2024-03-04 11:15\nRoom: 3",
    "Kari: I called at 10:15.\nOla: And?\nKari: Nothing.\nOla: 2024 will be better.",
]


@pytest.mark.parametrize("form", FORMS)
def test_forms_are_no_heads(form: str) -> None:
    assert open_forward(f"{form}\n\nPlease help.", "Fwd: form") is None
    assert fold(f"{form}\n\nPlease help.").quoted == ""


@pytest.mark.parametrize("labels", LABELS)
def test_bold_labels_fold(labels: str) -> None:
    assert fold(f"It works.\n\n{head(labels, '*{}:*')}\n\nOlder words").visible == "It works."


def test_a_form_in_bold_stays() -> None:
    form = "*Name:* Kari\n*Mail:* kari@customer.example\n*Date:* 4 March 2024 10:15\n*Floor:* third"
    assert fold(f"Please help.\n\n{form}").quoted == ""


@pytest.mark.parametrize(
    "rule",
    [
        "----- Proslijedjena poruka od Ola Hansen <ola@other.example> -----",
        "---- Ola Hansen <ola@other.example> xyz abc def ghi jkl ----",
        "━━━Thư đã chuyển tiếp━━━",
    ],
)
def test_rules_round_words_and_an_address(rule: str) -> None:
    block = head("From Date To Subject")
    found = open_forward(f"Se her.\n\n{rule}\n{block}\n\nHei Kari", "Fwd: Invoice 12")
    assert found and (found.sender, found.text_top) == (OLA, "Se her.")
    assert fold(f"Se her.\n\n{rule}\n{block}\n\nHei Kari").visible == "Se her."
