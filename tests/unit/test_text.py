import pytest

from maildesk.ingest.text import fold

#: (what the author wrote, what stands below it)
ANSWERS = {
    "gmail en": (
        "It works now!",
        "On Mon, 4 Mar 2024 at 10:15, Acme <support@acme.example> wrote:\n\n> Try again\n> bye",
    ),
    "gmail en wrapped": (
        "Yes.",
        "On Mon, 4 Mar 2024 at 10:15, Support of the Acme Company <\nsupport@acme.example> wrote:\n\n> Try",
    ),
    "gmail nb": ("Takk!", "man. 4. mars 2024 kl. 10:15 skrev Acme <support@acme.example>:\n\n> Prøv igjen"),
    "gmail nb wrapped": (
        "Takk!",
        "man. 4. mars 2024 kl. 10:15 skrev Acme brukerstøtte <\nsupport@acme.example>:\n\n> Prøv igjen",
    ),
    "gmail ko": ("감사합니다", "2024년 3월 4일 (월) 오전 10:15, Acme <support@acme.example>님이 작성:\n\n> 다시"),
    "gmail ko wrapped": (
        "감사합니다",
        "2024년 3월 4일 (월) 오전 10:15, Acme 고객지원 <support@acme.example>님이\n작성:\n\n> 다시",
    ),
    "gmail de": ("Danke!", "Am Mo., 4. März 2024 um 10:15 Uhr schrieb Acme <\nsupport@acme.example>:\n\n> Bitte"),
    "gmail fr": ("Merci.", "Le lun. 4 mars 2024 à 10:15, Acme <support@acme.example> a écrit :\n\n> Essayez"),
    "gmail zh": ("谢谢", "Acme <support@acme.example> 于2024年3月4日周一 10:15写道：\n\n> 请"),
    "gmail ja": ("ありがとう", "2024年3月4日(月) 10:15 Acme <support@acme.example>:\n\n> 試"),
    "apple en": ("Sure.", "> On 4 Mar 2024, at 10:15, Acme <support@acme.example> wrote:\n> \n> Please"),
    "apple nb": ("Ja.", "4. mars 2024 kl. 10:15 skrev Acme <support@acme.example>:\n\n> Prøv"),
    "apple nb old": ("Ja.", "Den 4. mars 2024 kl. 20.42 skrev Acme <support@acme.example>:\n> Prøv"),
    "apple ko": ("네.", "2024. 3. 4. 오전 10:15, Acme <support@acme.example> 작성:\n\n> 다시"),
    "thunderbird en": ("Ok.", "On 3/4/24 10:15, Acme wrote:\n> Please"),
    "thunderbird nb": ("Ok.", "Den 04.03.2024 10:15, skrev Acme:\n> Prøv"),
    "thunderbird ko": ("네.", "2024-03-04 오전 10:15에 Acme 이(가) 쓴 글:\n> 다시"),
    "outlook en": (
        "Still broken.",
        "From: Acme <support@acme.example>\nSent: Monday, March 4, 2024 10:15 AM\nTo: Kari\nSubject: RE: x\n\nTry",
    ),
    "outlook nb": (
        "Ikke ennå.",
        "Fra: Acme <support@acme.example>\nSendt: mandag 4. mars 2024 10:15\nTil: Kari\nEmne: SV: x\n\nPrøv",
    ),
    "outlook ko": (
        "아직요.",
        "보낸 사람: Acme <support@acme.example>\n보낸 날짜: 2024년 3월 4일\n받는 사람: 김\n제목: RE: x\n\n다시",
    ),
    "outlook bold": (
        "Nei.",
        "**Fra:** Acme <support@acme.example>\n**Sendt:** mandag\n**Til:** Kari\n**Emne:** SV: x\n\nPrøv",
    ),
    "outlook line": (
        "Hi.",
        "________________________________\nFrom: Acme\nSent: Monday\nTo: Kari\nSubject: RE\n\nPlease",
    ),
    "original en": ("Hi.", "-----Original Message-----\nFrom: Acme\n\nPlease"),
    "original nb": ("Hei.", "-----Opprinnelig melding-----\nFra: Acme\n\nPrøv"),
    "original ko": ("네.", "-----원본 메시지-----\n보낸 사람: Acme\n\n다시"),
    "marker": ("Answer here", "##- Please type your reply above this line -##\n\nold"),
    "quote alone": ("Yes.", "> Is it on?"),
    "signature": ("Here it is.", "-- \nKari Nordmann\n+47 22 19 45 40"),
    "device en": ("Sure.", "Sent from my iPhone"),
    "device nb": ("Ja.", "Sendt fra min iPhone"),
    "device ko": ("네.", "내 iPhone에서 보냄"),
    "outlook app nb": ("Ja.", "Hent Outlook for iOS"),
    "closing with contacts": (
        "Det virker ikke.",
        "Med vennlig hilsen\n\nKari Nordmann\nTlf. 22 19 45 40\nwww.customer.example",
    ),
}
WHOLE = [
    "Den feilen skrev jeg om i går:\nden er her ennå.",
    "Kunden skrev dette:\nskriveren er død.",
    "Fra: Oslo til Bergen går det tog\nTil: Bergen\nmen ikke i dag",
    "제가 작성한 글:\n내용입니다",
    "2024년 3월 5일에 작성한 보고서:\n내용입니다",
    "On Monday I wrote to you:\nthe printer is broken.\nFrom: the office\nit is slow.",
    "Regards from Oslo!\nKari",
    "감사합니다",
    "Thanks,\nKari",
    "Points:\n-- first\n-- second\n-- third\nbye",
    "On 4 March 2024 we changed:\n- the printer\n- the door",
    "> only a quote\n> and nothing else",
    "-- \nonly a signature",
    "",
    "\n\n",
]


@pytest.mark.parametrize("name", ANSWERS)
def test_history_is_folded(name: str) -> None:
    written, below = ANSWERS[name]
    folded = fold(f"{written}\n\n{below}\n")
    assert (folded.visible, folded.quoted) == (written, below)


@pytest.mark.parametrize("text", WHOLE)
def test_nothing_is_folded(text: str) -> None:
    assert (fold(text).visible, fold(text).quoted) == (text.strip("\n"), "")


def test_answer_below_the_quote() -> None:
    text = "On Mon, 4 Mar 2024 at 10:15, Acme <support@acme.example> wrote:\n> Is it on?\n\nYes, it is."
    assert fold(text).visible == "Yes, it is."


#: (text, what of it is seen)
QUOTES = {
    "between answers": ("> Which printer?\nHP 4000\n> Which floor?\nThird", None),
    "between answers, introduced": (
        "On Mon, 4 Mar 2024 at 10:15, Acme wrote:\n> Which printer?\n\nHP 4000\n\n> Which floor?\n\nThird",
        None,
    ),
    "chosen, answered, history below": (
        "> Which printer?\n\nHP 4000\n\nOn Mon, 4 Mar 2024 at 10:15, Acme wrote:\n> Which printer?\n> Which floor?",
        "> Which printer?\n\nHP 4000",
    ),
    "chosen, on top": ("> Which printer?\n\nHP 4000", None),
    "chosen, history below": (
        "Your words were\n\n> Press it.\n\nOn Mon, 4 Mar 2024 at 10:15, Acme wrote:\n> Press it.\n> Bye",
        "Your words were\n\n> Press it.",
    ),
    "signature is no answer": (
        "On Mon, 4 Mar 2024 at 10:15, Acme wrote:\n> Which?\n\nHP\n\n> Bye\n\n-- \nKari Nordmann",
        "HP",
    ),
    "a program wrapped the quote": (
        "HP\n\nOn Mon, 4 Mar 2024 at 10:15, Acme wrote:\n"
        "> Please tell us which printer it is and on which of the floors it\nstands\n>\n> Bye",
        "HP",
    ),
    "a program broke a link in the quote": (
        "HP\n\nOn Mon, 4 Mar 2024 at 10:15, Acme wrote:\n> See (https://acme.example/a\nb)\n> Bye",
        "HP",
    ),
    "bars": ("HP\n\n2024/3/4 Acme via Desk <support@acme.example>\n\n| Which printer?\n| Bye", "HP"),
    "answer and attribution share a line": ("HP. On Mon, 4 Mar 2024 at 10:15, Acme wrote:\n> Which?", "HP."),
    "attribution in many lines": (
        "HP\n\nOn Mon, Mar 4, 2024 at 10:15 AM Acme\n\n<\nmailto:Acme <support@acme.example>\n> wrote:\n\nWhich?",
        "HP",
    ),
    "nothing but an introduced text": ("On Mon, 4 Mar 2024 at 10:15, Acme wrote:\n\nWhich?", "Which?"),
    "answer below a separator": ("-----Original Message-----\nFrom: Acme\n\nWhich?", None),
    "two foots": (
        "HP\n\nMvh\nKari Nordmann\nTlf. 22 19 45 40\n\nTenk på miljøet før du skriver ut denne e-posten.\n\n"
        "Sendt fra min iPhone\n\nDen 04.03.2024 10:15, skrev Acme:\n> Hvilken?",
        "HP",
    ),
}


@pytest.mark.parametrize("name", QUOTES)
def test_quotes(name: str) -> None:
    text, visible = QUOTES[name]
    assert fold(text).visible == (visible or text)


@pytest.mark.parametrize(
    "line", ["On ", "> ", "-- ", "__", "From: x", "##-", "a:", "- \n-", "wrote:", "2024 10:15:", "<a@b> wrote:"]
)
def test_linear_on_floods(line: str) -> None:
    for text in (f"{line}\n" * 20_000, line * 20_000):
        folded = fold(text)
        assert len(folded.visible) + len(folded.quoted) >= len(text.strip("\n")) - 20_000
