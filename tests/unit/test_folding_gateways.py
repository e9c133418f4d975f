"""What servers add to a letter on its way is folded: warnings on top, feet of lists and of virus scanners below."""

import pytest

from maildesk.ingest.text import fold

OLDER = "On Mon, 4 Mar 2024 at 10:15, Acme <support@acme.example> wrote:\n> Hello"
WORDS = "It works again.\n\nThanks, Kari"

BANNERS = [
    "[EXTERNAL]",
    "External email",
    "EXTERNAL EMAIL: Do not click links unless you trust the sender.",
    "CAUTION: This email originated from outside of Acme. Do not open attachments.",
    "*CAUTION:* This email originated from outside of Acme. Do not open any of the\nattachments unless you know them.",
    f"{'_' * 32}\nCAUTION: This message originated outside of Acme.\n{'_' * 32}",
    "This message is from an external sender.\nThis message came from outside of Acme.",
    "Du hører sjelden fra kari@customer.example. Finn ut hvorfor<https://aka.ms/LearnAboutSenderIdentification>",
    "OBS: Ekstern e-post. Vær forsiktig med lenker.",
    "Advarsel: Denne mail kommer fra en ekstern afsender.",
    "Varning: Detta mail kommer från en extern avsändare.",
    "ACHTUNG: Diese E-Mail stammt von außerhalb. Klicken Sie nicht auf Links.",
    "Attention : Ce courriel provient de l'extérieur. Ne cliquez pas.",
    "Precaución: Este correo se originó fuera de Acme.",
    "Let op: deze e-mail komt van buiten Acme.",
    "이 메일은 외부에서 발송되었습니다.",
    "【外部メール】",
    "此邮件来自外部，请勿点击链接。",
    "Внимание! Внешнее письмо. Не открывайте вложения.",
]


@pytest.mark.parametrize("banner", BANNERS)
@pytest.mark.parametrize("between", ["\n", "\n\n"])
def test_a_warning_on_top(banner: str, between: str) -> None:
    folded = fold(f"{banner}{between}{WORDS}\n\n{OLDER}")
    assert folded.visible.strip() == WORDS
    assert banner.partition("\n")[0] in folded.quoted


SPARED = [
    "External email does not arrive since Monday.\nWhat is wrong?",
    "External: the printer in the hall.\nPlease repair it.",
    "External\nand internal disks are full.",
    "Caution: the door is heavy.\nPlease repair it.",
    "Warning: the printer burns.\nHelp!",
    "Externe Mails kommen nicht an.\nWarum?",
    "Ekstern skjerm virker ikke.\nKan dere hjelpe?",
    "You don't often get email from me, but where is my order?\nKari",
    "외부 메일이 오지 않습니다.\n확인 부탁드립니다.",
    "It is broken.\n\nAvast says that your page has a virus. Is that so? See www.avast.com",
    "It is broken.\n\nThe offer stands on www.avast.com",
    "It is broken.\n\n------------------------------\nI do not get the mail. It is broken, too.",
]


@pytest.mark.parametrize("text", SPARED)
def test_a_sentence_of_its_author(text: str) -> None:
    assert fold(text).visible == text


FEET = [
    "Virenfrei. www.avast.com",
    "Este email foi escaneado pelo Avast antivírus.\nwww.avast.com",
    "Wolny od wirusów. www.avast.com",
    "__________ Information from ESET NOD32 Antivirus, version 12 (20240304) __________\n\nIt was checked.",
    "------------------------------------------------------------\nTo unsubscribe, e-mail: x-leave@acme.example",
    "=-=-=-=-=-=-=-=-=-=-=-\nGroups.io Links: You receive all messages.\nView: https://lists.acme.example/1\n-=-=-=-=-=-=-",
    "##############################\n\nTo unsubscribe from the list:\nwrite to: mailto:SIGNOFF@lists.acme.example",
]


@pytest.mark.parametrize("foot", FEET)
@pytest.mark.parametrize("older", ["", f"\n\n{OLDER}"])
def test_a_foot(foot: str, older: str) -> None:
    assert fold(f"{WORDS}\n\n{foot}{older}").visible.strip() == WORDS
