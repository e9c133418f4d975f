"""What programs put below everything is nobody's message below a command; what somebody wrote there is one."""

import pytest

from maildesk.ingest.folding.sign_off import is_sign_off
from maildesk.ingest.signed_off import without_sign_off
from maildesk.ingest.text import Folded
from maildesk.mail import Address

ANNA = Address("Anna Berg", "anna@acme.example")


@pytest.mark.parametrize(
    ("author", "text"),
    [
        ("Anna Berg", "Mvh\nAnna"),
        ("Anna Berg", "Mvh Anna"),
        ("Anna Berg", "Vennlig hilsen\n\nAnna Berg\nKundekonsulent\nAcme AS"),
        ("Anna Berg", "Best regards,\nAnna Berg"),
        ("Anna Berg", "Thanks,\nAnna B"),
        ("Anna Berg", "Anna"),
        ("Anna Berg", "Anna Berg\nSupport Engineer\nAcme AS"),
        ("Anna Berg", "Anna IT"),
        ("Anna Berg", "anna b"),
        ("Anna Berg", "Anna berg"),
        ("Anna Berg", "Anna (hun)"),
        ("anna@acme.example", "Hilsen\nAnna"),
        ("지우", "감사합니다.\n지우 드림"),
        ("김지우", "김지우 드림"),
        ("김지우", "지우 드림"),
        ("Anna Berg", "Thanks,\nRegards Anna"),
        ("지우", "감사합니다.\n김지우"),
    ],
)
def test_nothing_is_said(author: str, text: str) -> None:
    assert is_sign_off(text, author, among_words=True)
    assert is_sign_off(text, author, among_words=False)


@pytest.mark.parametrize("text", ["Thanks!", "감사합니다.", "Mvh", "Best regards,"])
def test_a_closing_alone_is_a_word_where_words_are_meant(text: str) -> None:
    assert is_sign_off(text, "Anna Berg", among_words=False)
    assert not is_sign_off(text, "Anna Berg", among_words=True)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "It is done.",
        "Thanks,\nit works now",
        "Thanks for your help, Anna",
        "Anna,\nplease look again",
        "Anna!\nPlease look again",
        "Ola\nHansen",
        "Mvh Anna\n\nPS: the key lies below the mat.",
        "Mvh\nAnna\n\nDo you hear me?",
        "Regards\nAnna\nThe spare part will come on Friday morning.",
        "Try this:\nAnna",
        # Somebody else's name is something that was said.
        "Regards, Roman",
        "Mvh Roman Berg-Hansen\nAcme AS",
        "Thanks,\nRegards Roman",
        "Mvh\nRoman",
        "김지우 드림",
    ],
)
def test_something_is_said(text: str) -> None:
    assert not is_sign_off(text, "Anna Berg", among_words=False)


@pytest.mark.parametrize(
    ("author", "text"),
    [
        ("Will Smith", "Will do"),
        ("Will", "Will do"),
        ("Mark Hill", "Mark done"),
        ("Bill Gray", "Mvh\nBill paid"),
        ("Help Desk", "Help me"),
    ],
)
def test_a_name_that_is_a_word_as_well(author: str, text: str) -> None:
    assert not is_sign_off(text, author, among_words=False)


@pytest.mark.parametrize(
    ("visible", "left"),
    [
        ("#take\n\nMvh\nAnna", "#take"),
        ("#take\n#prio high\n\n\nAnna Berg\nAcme AS", "#take\n#prio high"),
        ("#close\n\nMvh Anna", "#close"),
        ("#take\n\nThanks!", "#take"),
        ("#close\n\nThanks!", "#close\n\nThanks!"),
        ("#take\n\nHi Kari,\nsoon.\n\nMvh\nAnna", "#take\n\nHi Kari,\nsoon.\n\nMvh\nAnna"),
        ("Mvh\nAnna", "Mvh\nAnna"),
        # Of a manager.
        ("remind 4\nreassign 2 bob\n\nMvh\nAnna", "remind 4\nreassign 2 bob"),
        ("remind 4\n\nShe is a VIP.\n\nMvh\nAnna", "remind 4\n\nShe is a VIP.\n\nMvh\nAnna"),
    ],
)
def test_it_is_folded_below_commands_alone(visible: str, left: str) -> None:
    folded = without_sign_off(Folded(visible, "older"), ANNA, agents=True)
    assert folded.visible == left
    lines = f"{folded.visible}\n{folded.quoted}".split()
    assert lines == f"{visible}\nolder".split()


def test_a_closing_above_a_folded_signature_is_part_of_it() -> None:
    for signature in ("Anna Berg\n02-123-4567", "Anna 드림\n02-123-4567"):
        folded = without_sign_off(Folded("#close\n\n감사합니다.", signature), ANNA, agents=True)
        assert folded == Folded("#close", f"감사합니다.\n{signature}")


@pytest.mark.parametrize(
    ("visible", "left"),
    [
        ("status\n\nMvh\nAnna", "status"),
        ("status\n\nTakk!", "status"),
        ("4\n\nThanks!", "4\n\nThanks!"),
        ("Bra\n\nAnna", "Bra"),
        ("Bra\nMvh Anna", "Bra"),
        ("Nei\n\nMvh Anna Berg", "Nei"),
        ("5\n\n감사합니다.\nAnna 드림", "5"),
        # Longer words, what is no signature, and a name on the line below.
        ("It works again now.\n\nMvh Anna", "It works again now.\n\nMvh Anna"),
        ("4\n\nAnna,\nyou were great", "4\n\nAnna,\nyou were great"),
        ("Ask for\nAnna", "Ask for\nAnna"),
        ("Status please\n\nRegards, Roman", "Status please\n\nRegards, Roman"),
        ("#take\n\nHi Kari", "#take\n\nHi Kari"),
    ],
)
def test_it_is_folded_below_a_line(visible: str, left: str) -> None:
    assert without_sign_off(Folded(visible, ""), ANNA, agents=False).visible == left
