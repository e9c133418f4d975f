"""Ordinary texts of which nothing may be folded: one for each thing that looks like a quote, a header, a signature."""

import pytest

from maildesk.ingest.text import fold

WHOLE = {
    "somebody wrote": "The customer called. In the ticket she wrote:\nthe printer is broken.\nWhat shall I do?",
    "I wrote with a date": "On 4 March 2024 at 10:15 I wrote:\nthe printer is broken.\nNobody answered.",
    "we wrote": "On Monday, 4 March 2024, at 10:15 we wrote to support@acme.example:\nit is broken.",
    "wrote on a day": "On 4 March 2024 our director wrote:\nit has to be fixed.\nSo please do.",
    "jeg skrev": "Den 4. mars 2024 kl. 10:15 skrev jeg til dere:\nskriveren er død.\nHva skjer?",
    "ich schrieb": "Am 04.03.2024 um 10:15 schrieb ich:\nDer Drucker ist kaputt.",
    "제가 썼습니다": "2024년 3월 4일 10:15에 제가 작성:\n프린터가 고장났습니다.",
    "wrote that": "On 2024-03-04 at 10:15 Kari wrote that the following fails:\n1. printing\n2. scanning",
    "address and date": "I have sent the form to support@acme.example on 2024-03-04:\nit has not come back.",
    "date and time": "Backup of 2024-03-04 10:15:\n3 files are missing.",
    "route": "From: Oslo To: Bergen\nFrom: Bergen To: Oslo\nBoth tickets are wrong.",
    "journey": "From: Oslo\nTo: Bergen\nDate: 4 March 2024 10:15\nPlease change the date.",
    "order form": "Name: Kari Nordmann\nDate: 4 March 2024\nSubject: new keyboard\nNumber: 3\nPlease send it.",
    "web form": (
        "A visitor wrote to us.\n\nFrom: Kari\nEmail: kari@customer.example\nPhone: 22 19 45 40\nSubject: printer\n"
        "Message: it is broken"
    ),
    "web form with addresses": (
        "A visitor wrote to us.\n\nFrom: kari@customer.example\nDate: 4 March\nSubject: printer\nFloor: third\n"
        "Colour: black\nIt is broken."
    ),
    "two labels": "Fra: Oslo til Bergen går det tog\nTil: Bergen\nmen ikke i dag",
    "meeting": "Date: 4 March\nPlace: Oslo\nSubject: printers\nWho comes?",
    "dashes": "I need:\n- a keyboard\n- a mouse\n-- a wireless one\n- a screen\nThank you",
    "double dashes": "Options tried:\n--verbose\n--dry-run\n-- all of them\nNothing helped.",
    "options": "I ran it like this:\n    tool --from a@b.example --to c@d.example --subject x\nand it said nothing.",
    "heading": "Printers\n--------\nHP 4000\n\nScreens\n=======\nNone",
    "section": "------ Printers ------\nHP 4000\n------ Screens ------\nNone",
    "yaml": "---\nfrom: kari\nto: ola\nlist:\n  - one\n  - two\n---\nThis file is refused.",
    "diff": "--- a/from.py\n+++ b/from.py\n@@ -1,2 +1,2 @@\n-print(1)\n+print(2)\nDoes this help?",
    "stack trace": (
        "Traceback (most recent call last):\n"
        '  File "run.py", line 3, in <module>\n    main()\nValueError: From: is missing\n\nIt happens daily.'
    ),
    "java trace": "java.io.IOException: 2024-03-04 10:15:00\n\tat acme.Run.main(Run.java:3)\nCaused by: x\n\nWhy?",
    "log": "2024-03-04 10:15:00 INFO from=kari@customer.example to=x\n2024-03-04 10:15:01 ERROR subject: empty\nWhy?",
    "mail log": "Mar  4 10:15:00 mx postfix/smtp[1]: to=<kari@customer.example>, status=sent\nIt never came.",
    "shell": "$ ls\na.txt\n$ cat a.txt\n> hello\n$ exit\nThat is all I see.",
    "prompts": "I typed this:\n> show version\n> show log",
    "prompts with answers": "> show version\n1.2.3\n> show log\nnothing",
    "python": ">>> 1 + 1\n2\n>>> print(x)\nNameError: x\nWhat is wrong?",
    "windows prompt": "C:\\>dir\nFile not found\nC:\\>exit",
    "announced quote": "Your manual says:\n\n> Press the button.\n\nThere is no button.",
    "table": "| name | price |\n|------|-------|\n| A    | 1     |\n| B    | 2     |",
    "bars": "| A | 1\n| B | 2",
    "rule": "First part\n________________________________\nSecond part: it is broken, and nobody knows why.\n"
    + "\n".join(f"line {number}" for number in range(15)),
    "arrows": "Visit us now\n>>> >>> https://customer.example <<<\nand tell us",
    "sent from my, a sentence": "It is broken.\n\nSent from my office, the parcel never arrived.",
    "sent from my, long": "It is broken.\n\nSent from my house to the office on Monday it came back.",
    "sent from a device, a question": "It is broken.\n\nSent from my iPhone. Where is my order?",
    "a program, a question": "It is broken.\n\nGet Outlook for iOS does not install, what now?",
    "best": "Best way to reach me:\n+47 22 19 45 40\nkari@customer.example",
    "best inside": "What is best\nfor us? Call +47 22 19 45 40.\nKari",
    "regards": "Regards from Oslo!\nKari",
    "thanks": "Thanks,\nKari",
    "takk with number": "Takk!\n\nRing meg på 22 19 45 40.\nKari",
    "감사합니다": "감사합니다\n02-1234-5678로 전화 주세요.\n김민수",
    "rule above a sum": "It was:\n\n------\nTotal\n1 234 567 890\n22 19 45 40",
    "rule above links": "Links\n-----\nhttps://acme.example/a\nhttps://acme.example/b",
    "rule above steps": "What I did\n----------\nPrinting\nI wrote to ola@customer.example. Was that right?",
    "postscript": "It works.\n\nBest regards,\nKari\n\nPS My new number is 22 19 45 40\nin Bergen",
    "question below": "It works.\n\nMvh Kari\n\nKan dere ringe meg?\nDet er 22 19 45 40",
    "よろしく": "直りました。\n\nよろしくお願いいたします。\n\n来週また連絡します。\n電話は03-1234-5678",
    "arrows alone": "Hello.\n\n>>> NEW <<<\n\n>>> PRINTERS <<<",
    "closing without contacts": "It works.\n\nBest regards,\nKari Nordmann",
    "sent from": "Sent from the warehouse on Monday, the parcel never arrived.\nWhere is it?",
    "sent from phone": "I sent it from my iPhone and it failed.\nSent from a computer it works.\nWhy?",
    "sent from my": "Sent from my office the print is fine, from my phone it never is.",
    "get outlook": "Get Outlook to start, please; it hangs at the logo every morning and I lose an hour.\nKari",
    "outlook sendt": "Fra Outlook blir ingenting sendt\nnår jeg trykker på knappen.",
    "recipient": "The letter never reached us.\n\nThe intended recipient is our office in Bergen, not me.",
    "this email": "Hello.\n\nThis email is the third one I write about this printer, and nobody has answered me since.",
    "this email contains": (
        "Hello.\n\nThis email contains all of the pictures that I took of the printer on the third floor this morning, "
        "before and after it caught fire."
    ),
    "denne e-posten": "Hei.\n\nDenne e-posten er ikke kommet frem.",
    "confidential": "Hello.\n\nConfidential papers lie in the printer.",
    "unsubscribe": "Hello.\n\nTo unsubscribe I pressed the button, but I still get your letters.",
    "unsubscribe please": "Please unsubscribe me.\n\nUnsubscribe all of my colleagues, too.",
    "virus": "Hello.\n\nA virus was found by Avast on my computer.",
    "print": "Hello.\n\nBefore printing the page it asks for a password.",
    "original message": "I have lost the\nOriginal message\nof last week. Can you send it again?",
    "forwarded": "Your colleague said it was\nforwarded by somebody, but I have nothing.",
    "reply above": "Where do I write my answer? It says I should reply above this line, but there is none.",
    "only a quote": "> only a quote\n> and nothing else",
    "only a signature": "-- \nonly a signature",
    "only a device": "Sent from my iPhone",
    "nothing": "",
    "blank": "\n\n",
}


@pytest.mark.parametrize("name", WHOLE)
def test_nothing_is_folded(name: str) -> None:
    folded = fold(WHOLE[name])
    assert (folded.visible, folded.quoted) == (WHOLE[name].strip("\n"), "")


@pytest.mark.parametrize("name", [name for name in WHOLE if not name.startswith("only") and WHOLE[name].strip()])
def test_it_stays_above_a_quote(name: str) -> None:
    quote = "On Mon, 4 Mar 2024 at 10:15, Acme <support@acme.example> wrote:\n\n> Try again"
    folded = fold(f"{WHOLE[name]}\n\n{quote}\n")
    assert (folded.visible, folded.quoted) == (WHOLE[name], quote)
