"""What only some programs do when they pass a mail on: notes, ends, tables, a mail said twice."""

import pytest

from maildesk.ingest.forward import open_forward
from maildesk.mail import Address
from tests.forwards import BODY, EXPECTED, HEADS, OLA, SUBJECT, block, quoted, understood

NOTES = """Can you look?
----- Forwarded by Kari Nordmann/Acme on 04.03.2024 10:15 -----

             "Ola Hansen"
             <ola@other.exam
             ple>                                                       To
                                       kari@customer.example
             04.03.2024 09:00                                           cc
                                       bo@acme.example
                                                                   Subject
                                       Invoice 7




Here is the invoice.
"""
NOTES_8 = """----- Forwarded by Kari Nordmann/Acme on 04.03.2024 10:15 -----

From:\tOla Hansen <ola@other.example>
To:\tkari@customer.example
Cc:\tbo@acme.example
Date:\t04.03.2024 09:00
Subject:\tInvoice 7



Here is the invoice.
"""
NOTES_5 = """---------------------- Forwarded by Kari Nordmann/Acme on 03/04/2024 10:15 AM ---------------------------


Ola Hansen <ola@other.example> on 03/04/2024 09:00:00 AM
To:\tkari@customer.example
cc:\tbo@acme.example

Subject:\tInvoice 7


Here is the invoice.
"""


@pytest.mark.parametrize("text", [NOTES, NOTES_8, NOTES_5], ids=["columns", "labels", "name above"])
def test_notes(text: str) -> None:
    found = understood(open_forward(text, "Fw: Invoice 7"))
    assert (found["sender"], found["subject"], found["text"]) == (OLA, SUBJECT, "Here is the invoice.")
    assert (found["to"], found["cc"]) == ((Address("", "kari@customer.example"),), (Address("", "bo@acme.example"),))
    assert "2024 09:00" in str(found["date"])


ENDED = {
    "mutt": (
        "----- Forwarded message from Ola Hansen <ola@other.example> -----\n",
        "----- End forwarded message -----",
    ),
    "gnus": (
        "-------------------- Start of forwarded message --------------------",
        "-------------------- End of forwarded message --------------------",
    ),
    "mh": ("------- Forwarded Message\n", "------- End of Forwarded Message"),
    "yandex": ("-------- Пересылаемое сообщение --------", "-------- Конец пересылаемого сообщения --------"),
}


@pytest.mark.parametrize("name", ENDED)
def test_ended(name: str) -> None:
    above, below = ENDED[name]
    head = block("d=Date:|f=From:|t=To:|c=Cc:|s=Subject:")
    text = f"Look!\n\n{above}\n{head}{BODY}\n\n{below}\n\n-- \nKari"
    assert understood(open_forward(text, "Fwd: x")) == EXPECTED | {"top": "Look!"}
    inner = f"{BODY}\n\n{above}\n{head}Older\n{below}"
    nested = open_forward(f"{above}\n{head}{inner}\n{below}\n-- \nKari", "Fwd: x")
    assert understood(nested) == EXPECTED | {"top": "", "text": inner}


def test_lines_that_only_some_programs_write() -> None:
    head = block("f=From:|d=Date:|t=To:|c=Cc:|s=Subject:")
    wrapped = "----- Forwarded by Kari Nordmann/Acme/Norway on 04.03.2024 10:15\nAM -----\n\n"
    elm = "Forwarded message:\n> From ola@other.example Mon Mar  4 09:00:00 2024\n"
    for above, below in ((wrapped, head + BODY), (elm, quoted(head + BODY))):
        assert understood(open_forward(f"Hi\n\n{above}{below}", "Fwd: x")) == EXPECTED | {"top": "Hi"}
    conversation = (
        "---------- Forwarded Conversation -----------\nSubject: Invoice 7\n------------------------\n\n"
        f"{block('f=From:|d=Date:|t=To:|c=Cc:')}{BODY}"
    )
    assert understood(open_forward(conversation, "Fwd: x")) == EXPECTED | {"top": ""}
    zoho = "---- On Mon, 04 Mar 2024 09:00:00 +0100 Ola Hansen <ola@other.example> wrote ----"
    found = open_forward(f"{zoho}\n\n{BODY}", "Fwd: Invoice 7")
    assert understood(found)["sender"] == OLA
    assert understood(found)["text"] == BODY
    assert open_forward(f"{zoho}\n\n{BODY}", "Re: Invoice 7") is None


def test_an_answer_to_a_forward() -> None:
    older = f"---------- Forwarded message ---------\n{block('f=From:|d=Date:|s=Subject:')}{BODY}"
    assert open_forward(f"Thanks!\n\n-----Original Message-----\n\nSee below.\n\n{older}", "Re: x") is None
    head = block(HEADS["outlook en"][1])
    for above in ("-----Original Message-----", "-----Opprinnelig melding-----", "---------- Qwerty ----------"):
        assert open_forward(f"Thanks!\n\n{above}\n{head}{BODY}", "Re: x") is None
    assert open_forward(f"Thanks!\n\n{head}See below.\n\n{older}", "RE: FW: x") is None


def test_the_bat_and_zoho_say_it_twice() -> None:
    head = block("f=From:|t=To:|c=Cc:|d=Date:|s=Subject:")
    bat = (
        f"This is a forwarded message\n{head}===8<==============Original message text===============\n{BODY}\n"
        "===8<===========End of original message text===========\n-- \nKari"
    )
    assert understood(open_forward(bat, "Fwd: x")) == EXPECTED | {"top": ""}
    line = "============ Forwarded message ============"
    assert understood(open_forward(f"Hi\n\n{line}\n{head}{line}\n\n{BODY}", "x")) == EXPECTED | {"top": "Hi"}


def test_outermost_counts() -> None:
    labels = "f=From:|d=Date:|s=Subject:|t=To:|c=Cc:"
    inner = f"{BODY}\n\n---------- Forwarded message ---------\nFrom: Per <per@x.example>\nSubject: older\n\nOldest"
    found = open_forward(f"---------- Forwarded message ---------\n{block(labels)}{inner}", "Fwd: x")
    assert understood(found) == EXPECTED | {"top": "", "text": inner}
    answered = f"{BODY}\n\nOn Mon, 4 Mar 2024 at 08:00, Per <per@x.example> wrote:\n\n> Where is it?\n>> Which?"
    found = open_forward(f"---------- Forwarded message ---------\n{block(labels)}{answered}", "Fwd: x")
    assert understood(found) == EXPECTED | {"top": "", "text": answered}


#: Heads in layouts of their own; all say the same.
LAYOUTS = {
    "values folded": (
        "From: Ola Hansen\n <ola@other.example>\nDate: Monday, 4 March 2024\n\t09:00\nTo: Kari Nordmann\n"
        "\t<kari@customer.example>\nCc: anna@acme.example,\n    Bo Berg <bo@acme.example>\nSubject: Invoice 7\n\n"
    ),
    "values wrapped": (
        "From: Ola Hansen\n<ola@other.example>\nDate: Monday, 4 March\n2024 09:00\nTo: Kari Nordmann\n"
        "<kari@customer.example>\nSubject: Invoice\n7\nCc: anna@acme.example,\nBo Berg <bo@acme.example>\n\n"
    ),
    "values below the labels": (
        "From:\nOla Hansen <ola@other.example>\nSent:\nMonday, 4 March 2024 09:00\nTo:\nKari Nordmann "
        "<kari@customer.example>\nCc:\nanna@acme.example, Bo Berg <bo@acme.example>\nSubject:\nInvoice 7\n\n"
    ),
    "blank lines between": (
        "From: Ola Hansen <ola@other.example>\n\nSent: Monday, 4 March 2024 09:00\n\nTo: Kari Nordmann "
        "<kari@customer.example>\n\nCc: anna@acme.example, Bo Berg <bo@acme.example>\n\nSubject: Invoice 7\n\n\n"
    ),
    "further fields": (
        "From: Ola Hansen <ola@other.example>\nReply-To: list@other.example\nSent: Monday, 4 March 2024 09:00\n"
        "To: Kari Nordmann <kari@customer.example>\nCc: anna@acme.example, Bo Berg <bo@acme.example>\nBcc:\n"
        "Subject: Invoice 7\nImportance: High\nAttachments: invoice.pdf\n\n"
    ),
    "a field nobody knows": (
        "From: Ola Hansen <ola@other.example>\nQwerty: asdf\nSent: Monday, 4 March 2024 09:00\n"
        "To: Kari Nordmann <kari@customer.example>\nCc: anna@acme.example, Bo Berg <bo@acme.example>\n"
        "Subject: Invoice 7\n\n"
    ),
    "the raw head": (
        "Return-Path: <ola@other.example>\nReceived: from mx.other.example by mx.acme.example;\n"
        "\tMon, 4 Mar 2024 09:00:05 +0100\nDate: Monday, 4 March 2024 09:00\nMessage-ID: <1@other.example>\n"
        "From: Ola Hansen <ola@other.example>\nTo: Kari Nordmann <kari@customer.example>\nMIME-Version: 1.0\n"
        "Cc: anna@acme.example, Bo Berg <bo@acme.example>\nSubject: Invoice 7\nContent-Type: text/plain\n\n"
    ),
    "cells of a table": (
        "| From: | Ola Hansen <ola@other.example> |\n| Sent: | Monday, 4 March 2024 09:00 |\n| To: | Kari Nordmann "
        "<kari@customer.example> |\n| Cc: | anna@acme.example, Bo Berg <bo@acme.example> |\n"
        "| Subject: | Invoice 7 |\n\n"
    ),
    "mailto": (
        "From: Ola Hansen [mailto:ola@other.example]\nSent: Monday, 4 March 2024 09:00\nTo: Kari Nordmann "
        "<kari@customer.example<mailto:kari@customer.example>>\nCc: anna@acme.example <mailto:anna@acme.example>; "
        "'Bo Berg' (bo@acme.example)\nSubject: Invoice 7\n\n"
    ),
}


@pytest.mark.parametrize("name", LAYOUTS)
def test_layouts(name: str) -> None:
    for text in (LAYOUTS[name] + BODY, quoted(LAYOUTS[name] + BODY)):
        assert understood(open_forward(f"Hi\n\nBegin forwarded message:\n\n{text}", "x")) == EXPECTED | {"top": "Hi"}


def test_text_quoted_without_its_head() -> None:
    head = "---------- Forwarded message ----------\n" + block("f=From:|d=Date:|t=To:|c=Cc:|s=Subject:")
    assert understood(open_forward(head + quoted(BODY), "")) == EXPECTED | {"top": ""}


def test_asterisks_that_are_no_bold_type_stay() -> None:
    text = "---------- Forwarded message ----------\nFrom: ola@other.example\nSubject: ***URGENT*** 2 * 3\n\nx"
    found = open_forward(text, "")
    assert found is not None
    assert (found.subject, found.text) == ("***URGENT*** 2 * 3", "x")


@pytest.mark.parametrize(
    ("below", "subject", "text"),
    [
        (
            "what we bought\n\nHere it is.",
            "The invoice of the seventh of March for all the paper and what we bought",
            "Here it is.",
        ),
        (
            "Hello Kari,\n\nHere it is.",
            "The invoice of the seventh of March for all the paper and",
            "Hello Kari,\n\nHere it is.",
        ),
        (
            "Here it is\nas you asked.",
            "The invoice of the seventh of March for all the paper and",
            "Here it is\nas you asked.",
        ),
    ],
    ids=["wrapped", "a salutation", "the text"],
)
def test_a_long_subject_at_the_end_of_a_head_may_be_wrapped(below: str, subject: str, text: str) -> None:
    head = "From: Ola Hansen <ola@other.example>\nSent: Monday, 4 March 2024 09:00\nTo: kari@customer.example\n"
    line = "Subject: The invoice of the seventh of March for all the paper and"
    found = open_forward(f"{head}{line}\n{below}", "Fwd: x")
    assert found is not None
    assert (found.subject, found.text) == (subject, text)
