"""Is a mail passed on? By an announcement, a head or an attribution, in the words of many programs and languages."""

import pytest

from maildesk.ingest.forward import open_forward
from maildesk.mail import Address
from tests.forwards import BODY, EXPECTED, HEADS, OLA, SUBJECT, block, quoted, understood

#: (the line above, kind=label of each line of the head)
ANNOUNCED = {
    "gmail en": ("---------- Forwarded message ---------", "f=From:|d=Date:|s=Subject:|t=To:|c=Cc:"),
    "gmail nb": ("---------- Forwarded message ---------", "f=Fra:|d=Date:|s=Subject:|t=To:|c=Cc:"),
    "gmail ko": ("---------- Forwarded message ---------", "f=보낸사람:|d=Date:|s=Subject:|t=To:|c=Cc:"),
    "gmail lv": ("---------- Forwarded message ---------", "f=No:|d=Date:|s=Subject:|t=To:|c=Cc:"),
    "gmail he": ("---------- Forwarded message ---------", "f=מאת:|d=Date:|s=Subject:|t=To:|c=Cc:"),
    "thunderbird nb": ("-------- Videresendt melding --------", "s=Emne: \t|d=Dato: \t|f=Fra: \t|t=Til: \t|c=Kopi: \t"),
    "thunderbird nn": ("-------- Vidaresend melding --------", "s=Emne: \t|d=Dato: \t|f=Frå: \t|t=Til: \t|c=Kopi: \t"),
    "thunderbird pl": ("-------- Treść przekazanej wiadomości --------", "s=Temat:|d=Data:|f=Od:|t=Do:|c=Kopia:"),
    "thunderbird et": ("-------- Edastatud kiri --------", "s=Teema:|d=Kuupäev:|f=Saatja:|t=Saaja:|c=CC:"),
    "thunderbird sl": ("-------- Posredovano sporočilo --------", "s=Zadeva:|d=Datum:|f=Od:|t=Za:|c=Kp:"),
    "thunderbird is": ("-------- Áframsendur póstur --------", "s=Efni:|d=Dagsetning:|f=Frá:|t=Til:|c=CC:"),
    "thunderbird zh": ("-------- 转发的消息 --------", "s=主题：|d=日期：|f=发件人：|t=收件人：|c=抄送："),
    "hubspot ja": ("---------- 転送されたメッセージ ---------", "f=差出人:|d=日付:|s=件名:|t=宛先:|c=Cc:"),
    "hubspot es": ("---------- Mensaje reenviado ---------", "f=De:|d=Fecha:|s=Asunto:|t=Para:|c=CC:"),
    "proton": ("------- Forwarded Message -------", "f=From:|d=Date: |s=Subject:|t=To:|c=CC:"),
    "zimbra": ("----- Forwarded Message -----", "f=From:|t=To:|c=Cc:|d=Sent:|s=Subject:"),
    "evolution": ("-------- Forwarded Message --------", "f=From:|t=To:|c=Cc:|s=Subject:|d=Date:"),
    "kmail": ("----------  Forwarded Message  ----------\n", "s=Subject:|d=Date:|f=From:|t=To:|c=CC:"),
    "pine": ("---------- Forwarded message ----------", "d=Date:|f=From:|t=To:|c=Cc:|s=Subject:"),
    "em client de": ("------ Weitergeleitete Nachricht ------", "f=Von:|t=An:|c=Cc:|d=Gesendet:|s=Betreff:"),
    "claws": ("Begin forwarded message:\n", "d=Date:|f=From:|t=To:|c=Cc:|s=Subject:"),
    "the bat": ("This is a forwarded message", "f=From:|t=To:|c=Cc:|d=Date:|s=Subject:"),
    "yandex": ("-------- Пересылаемое сообщение --------", "d=Дата:|f=От:|t=Кому:|c=Копия:|s=Тема:"),
    "mail.ru": ("-------- Пересылаемое сообщение --------", "f=От кого:|t=Кому:|c=Копия:|d=Дата:|s=Тема:"),
    "netease": ("-------- 转发邮件信息 --------", "f=发件人：|d=发送日期：|t=收件人：|c=抄送人：|s=主题："),
    "squirrelmail": (
        "---------------------------- Original Message ----------------------------",
        "s=Subject: |f=From:    |d=Date:    |t=To:      |c=Cc:      ",
    ),
    "naver": ("-----Original Message-----", "f=From:|t=To:|c=Cc:|d=Sent:|s=Subject:"),
    "daum": ("--------- 원본 메일 ---------", "f=보낸사람 :|t=받는사람 :|c=참조 :|d=날짜:|s=제목:"),
    "qq": ("------------------ 原始邮件 ------------------", "f=发件人:|d=发送时间:|t=收件人:|c=抄送:|s=主题:"),
    "samsung fr": ("-------- Message d'origine --------", "f=De :|d=Date :|t=À :|c=Cc :|s=Objet :"),
    "t-online": ("-----Original-Nachricht-----", "s=Betreff:|d=Datum:|f=Von:|t=An:|c=Cc:"),
    "zoho": ("============ Forwarded message ============", "f=From:|t=To:|c=Cc:|d=Date:|s=Subject :"),
    "words unknown": ("---------- Qwerty asdfgh ----------", "f=From:|d=Date:|s=Subject:|t=To:|c=Cc:"),
    "decomposed letters": (
        "-------- Pr\u030ceposlana\u0301 zpra\u0301va --------",
        "f=Od:|d=Datum:|s=Pr\u030cedme\u030ct:|t=Komu:|c=Kopie:",
    ),
    "capital turkish": ("-------- İLETİLEN İLETİ --------", "f=Kimden:|d=Tarih:|s=Konu:|t=Kime:|c=Bilgi:"),
}


@pytest.mark.parametrize("name", ANNOUNCED)
@pytest.mark.parametrize("top", ["", "Can you look at this?\n\nKari"])
def test_announced(name: str, top: str) -> None:
    above, labels = ANNOUNCED[name]
    text = f"{top}\n\n{above}\n{block(labels)}{BODY}\n"
    assert understood(open_forward(text, "")) == EXPECTED | {"top": top}


@pytest.mark.parametrize("name", ANNOUNCED)
def test_announced_and_quoted_as_a_whole(name: str) -> None:
    above, labels = ANNOUNCED[name]
    assert understood(open_forward("Hi\n" + quoted(f"{above}\n{block(labels)}{BODY}"), "")) == EXPECTED | {"top": "Hi"}


@pytest.mark.parametrize("name", HEADS)
@pytest.mark.parametrize("rule", ["", "________________________________\n"])
def test_head_alone_under_the_subject_of_a_forward(name: str, rule: str) -> None:
    sign, labels = HEADS[name]
    text = f"See below.\n\n{rule}{block(labels)}{BODY}"
    assert understood(open_forward(text, f"{sign}: {SUBJECT}")) == EXPECTED | {"top": "See below."}
    assert understood(open_forward(text, "")) == EXPECTED | {"top": "See below."}
    assert understood(open_forward(text.replace("\n\n", "\n"), f"{sign}: {SUBJECT}"))["sender"] == OLA


@pytest.mark.parametrize("name", HEADS)
def test_head_with_text_right_below(name: str) -> None:
    sign, labels = HEADS[name]
    assert understood(open_forward(block(labels, blank=False) + BODY, f"{sign}: x")) == EXPECTED | {"top": ""}


@pytest.mark.parametrize("name", HEADS)
def test_head_alone_in_an_answer(name: str) -> None:
    text = f"Thanks!\n\n{block(HEADS[name][1])}{BODY}"
    for subject in ("Re: Invoice 7", "SV: Fwd: Invoice 7", "Invoice 7", "RE: FW: Invoice 7", "회신: 송장"):
        assert open_forward(text, subject) is None


def test_vs_means_answer_in_finnish_and_forward_in_norwegian() -> None:
    assert open_forward(block(HEADS["outlook fi"][1]) + BODY, "VS: Lasku") is None
    assert open_forward(block(HEADS["outlook nb"][1]) + BODY, "VS: Faktura") is not None


APPLE = {
    "en": ("Begin forwarded message:", "f=From:|s=Subject:|d=Date:|t=To:|c=Cc:"),
    "nb": ("Videresendt melding:", "f=Fra:|s=Emne:|d=Dato:|t=Til:|c=Kopi:"),
    "ko": ("전달된 메시지 시작:", "f=보낸 사람:|s=제목:|d=날짜:|t=받는 사람:|c=참조:"),
    "fr": ("Début du message réexpédié :", "f=De:|s=Objet:|d=Date:|t=À:|c=Cc:"),
    "uk": ("Початок листа, що пересилається:", "f=Від:|s=Тема:|d=Дата:|t=Кому:|c=Копія:"),
    "ja": ("転送されたメッセージ：", "f=差出人:|s=件名:|d=日付:|t=宛先:|c=Cc:"),
    "zh": ("以下是转发的邮件：", "f=发件人:|s=主题:|d=日期:|t=收件人:|c=抄送:"),
}


@pytest.mark.parametrize("name", APPLE)
def test_apple(name: str) -> None:
    above, labels = APPLE[name]
    inside = f"{block(labels)}{BODY}"
    for text in (f"{above}\n\n{quoted(inside)}", quoted(f"{above}\n\n{inside}"), f"{above}\n\n{inside}"):
        assert understood(open_forward(f"Hi\n\n{text}\n", "Fwd: x")) == EXPECTED | {"top": "Hi"}
        assert understood(open_forward(text, "x")) == EXPECTED | {"top": ""}


def test_apple_in_a_language_without_a_table() -> None:
    text = quoted(f"Blah blah blah:\n\n{block('f=From:|s=Subject:|d=Date:|t=To:|c=Cc:')}{BODY}")
    assert understood(open_forward("Hi\n\n" + text, "x")) == EXPECTED | {"top": "Hi"}


#: Heads that Yahoo writes on one line: (above, the line with {f} {t} {c} {d} {s})
GLUED = {
    "en": "----- Forwarded Message ----- From: {f}To: {t}Cc: {c}Sent: {d}Subject: {s}",
    "nb": "----- Videresendt melding ----- Fra: {f}Til: {t}Kopi: {c}Sendt: {d}Emne: {s}",
    "fr": "----- Message transféré ----- De : {f}À : {t}Cc : {c}Envoyé : {d}Objet : {s}",
    "it": "----- Messaggio inoltrato ----- Da: {f}A: {t}Cc: {c}Inviato: {d}Oggetto: {s}",
    "labels without colon": "----- Przekazana wiadomość ----- Od: {f}Do: {t}Dw {c}Wysłano: {d}Temat {s}",
    "el": "----- Προωθημένο μήνυμα ----- Από: {f}Προς: {t}Κοιν.: {c}Στάλθηκε: {d}Θέμα: {s}",
    "words unknown": "----- Qwerty asdf ----- From: {f}To: {t}Cc: {c}Sent: {d}Subject: {s}",
    "line breaks lost": "From: {f} Sent: {d} To: {t} Cc: {c} Subject: {s}",
}


@pytest.mark.parametrize("name", GLUED)
def test_head_on_one_line(name: str) -> None:
    line = GLUED[name].format(
        f="Ola Hansen <ola@other.example>",
        t='"kari@customer.example" <kari@customer.example>',
        c="anna@acme.example; Bo Berg <bo@acme.example>",
        d="Monday, March 4, 2024, 09:00:00 AM GMT+1",
        s=SUBJECT,
    )
    expected = EXPECTED | {"to": (Address("", "kari@customer.example"),), "top": "Hi"}
    expected["date"] = "Monday, March 4, 2024, 09:00:00 AM GMT+1"
    assert understood(open_forward(f"Hi\n   {line}\n{BODY}", "Fwd: x")) == expected


#: (the line above the forwarded text, the date in it)
ATTRIBUTED = {
    "yahoo": ("On Monday, March 4, 2024, 09:00:00 AM GMT+1, {} wrote:", "Monday, March 4, 2024, 09:00:00 AM GMT+1"),
    "outlook mac": ('\ufeffOn 04/03/2024 09:00, "Ola Hansen" <ola@other.example> wrote:', "04/03/2024 09:00"),
    "wrapped": (
        "On Mon, Mar 4, 2024 at 9:00 AM Ola Hansen <\nola@other.example> wrote:",
        "Mon, Mar 4, 2024 at 9:00 AM",
    ),
    "nb": ("{} skrev følgende den 04/03/2024, 09:00:", "04/03/2024, 09:00"),
    "nb gmail": ("4. mars 2024 kl. 09:00 skrev {}:", "4. mars 2024 kl. 09:00"),
    "de": ('Am 04/03/2024, 09:00 schrieb "Ola Hansen" <ola@other.example>:', "04/03/2024, 09:00"),
    "fr": ("Le 04/03/2024 09:00, « Ola Hansen » <ola@other.example> a écrit :", "04/03/2024 09:00"),
    "nl": ("Op 04/03/2024 09:00 heeft {} geschreven:", "04/03/2024 09:00"),
    "pl": ('W dniu 04/03/2024 09:00 użytkownik "Ola Hansen" <ola@other.example> napisał:', "04/03/2024 09:00"),
    "sk": ("04/03/2024 09:00 používateľ Ola Hansen (<ola@other.example>) napísal:", "04/03/2024 09:00"),
    "ru": ('04/03/2024 09:00 пользователь "Ola Hansen" <ola@other.example> написал:', "04/03/2024 09:00"),
    "tr": ('"Ola Hansen" <ola@other.example>, 04/03/2024 09:00 tarihinde şunu yazdı:', "04/03/2024 09:00"),
    "ko": ("2024년 3월 4일 (월) 오전 9:00, {}님이 작성:", "2024년 3월 4일 (월) 오전 9:00"),
    "ja": ("2024年3月4日(月) 9:00 {}:", "2024年3月4日(月) 9:00"),
    "apostrophe": ("On 04/03/2024 09:00, Ola Hansen <o'la@other.example> wrote:", "04/03/2024 09:00"),
    "groupwise": (">>> {} 04.03.2024 09:00 >>>", "04.03.2024 09:00"),
}


@pytest.mark.parametrize("name", ATTRIBUTED)
def test_attributed(name: str) -> None:
    line, date = ATTRIBUTED[name]
    line = line.format("Ola Hansen <ola@other.example>")
    sender = Address("Ola Hansen", "o'la@other.example") if "o'la" in line else OLA
    expected = EXPECTED | {"sender": sender, "to": (), "cc": (), "date": date, "top": "Hi"}
    for below in (BODY, quoted(BODY), "    " + BODY.replace("\n", "\n    ")):
        assert understood(open_forward(f"Hi\n\n{line}\n\n{below}\n", f"FW: {SUBJECT}")) == expected


@pytest.mark.parametrize("name", ATTRIBUTED)
@pytest.mark.parametrize("subject", ["", "Re: Invoice 7", "Invoice 7"])
def test_attributed_in_an_answer(name: str, subject: str) -> None:
    line = ATTRIBUTED[name][0].format("Ola Hansen <ola@other.example>")
    older = f"---------- Forwarded message ---------\n{block('f=From:|d=Date:|s=Subject:')}{BODY}"
    assert open_forward(f"Thanks!\n\n{line}\n\n{quoted(BODY)}", subject) is None
    assert open_forward(f"Thanks!\n\n{line}\n\n{quoted(older)}", subject) is None
    assert open_forward(f"Thanks!\n\n{line}\n\n{older}", subject) is None


def test_forward_below_a_quote_of_the_same_answer() -> None:
    older = f"---------- Forwarded message ---------\n{block('f=From:|d=Date:|s=Subject:|t=To:|c=Cc:')}{BODY}"
    top = "On Mon, Mar 4, 2024 at 9:00 AM Bo <bo@acme.example> wrote:\n> Have you got it?\n\nYes, here:"
    assert understood(open_forward(f"{top}\n\n{older}", "Re: x")) == EXPECTED | {"top": top}
