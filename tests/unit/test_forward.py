from dataclasses import dataclass

import pytest

from maildesk.ingest.forward import open_forward
from maildesk.ingest.forward.people import read_people, read_person
from maildesk.ingest.forward.wording import announcement, read_sign
from maildesk.ingest.parse import parse_mail
from maildesk.mail import Address, Forward, Ours

OLA = Address("Ola Hansen", "ola@other.example")
KARI = Address("Kari Nordmann", "kari@customer.example")
BODY = "Here is the invoice.\nSee page 2.\n\nOla"
SUBJECT = "Invoice 7"
DATE = "Monday, 4 March 2024 09:00"


@dataclass(frozen=True)
class Head:
    """The labels of one program in one language, in its order."""

    above: str
    labels: str
    prefix: str = "Fwd"


def block(labels: str, blank: bool = True) -> str:
    """Labels as "sender/date/subject/to/cc": each line "kind=label"."""
    values = {
        "f": "Ola Hansen <ola@other.example>",
        "d": DATE,
        "s": SUBJECT,
        "t": "Kari Nordmann <kari@customer.example>",
        "c": "anna@acme.example, Bo Berg <bo@acme.example>",
    }
    lines = [f"{label} {values[kind]}" for kind, label in (one.split("=") for one in labels.split("|"))]
    return "\n".join(lines) + ("\n\n" if blank else "\n")


def quoted(text: str) -> str:
    return "\n".join(f"> {line}" if line else ">" for line in text.split("\n"))


def understood(forward: Forward | None) -> dict[str, object]:
    assert forward is not None
    return {
        "sender": forward.sender,
        "to": forward.to,
        "cc": forward.cc,
        "subject": forward.subject,
        "date": forward.date,
        "text": forward.text,
        "top": forward.text_top,
    }


EXPECTED = {
    "sender": OLA,
    "to": (KARI,),
    "cc": (Address("", "anna@acme.example"), Address("Bo Berg", "bo@acme.example")),
    "subject": SUBJECT,
    "date": DATE,
    "text": BODY,
}

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


#: (the sign in front of the subject, kind=label of each line of the head)
HEADS = {
    "outlook en": ("FW", "f=From:|d=Sent:|t=To:|c=Cc:|s=Subject:"),
    "outlook nb": ("VS", "f=Fra:|d=Sendt:|t=Til:|c=Kopi:|s=Emne:"),
    "outlook nn": ("VS", "f=Frå:|d=Sendt:|t=Til:|c=Kopi:|s=Emne:"),
    "outlook ko": ("전달", "f=보낸 사람:|d=보낸 날짜:|t=받는 사람:|c=참조:|s=제목:"),
    "outlook de": ("WG", "f=Von:|d=Gesendet:|t=An:|c=Cc:|s=Betreff:"),
    "outlook fr": ("TR", "f=De :|d=Envoyé :|t=À :|c=Cc :|s=Objet :"),
    "outlook fr, hard spaces": ("TR", "f=De\xa0:|d=Envoyé\xa0:|t=À\xa0:|c=Cc\xa0:|s=Objet\xa0:"),
    "outlook es": ("RV", "f=De:|d=Enviado el:|t=Para:|c=CC:|s=Asunto:"),
    "outlook pt": ("ENC", "f=De:|d=Enviada em:|t=Para:|c=Cc:|s=Assunto:"),
    "outlook it": ("I", "f=Da:|d=Inviato:|t=A:|c=Cc:|s=Oggetto:"),
    "outlook nl": ("Doorst", "f=Van:|d=Verzonden:|t=Aan:|c=CC:|s=Onderwerp:"),
    "outlook pl": ("PD", "f=Od:|d=Wysłano:|t=Do:|c=DW:|s=Temat:"),
    "outlook cs": ("FW", "f=Od:|d=Odesláno:|t=Komu:|c=Kopie:|s=Předmět:"),
    "outlook sk": ("FW", "f=Od:|d=Odoslané:|t=Komu:|c=Kópia:|s=Predmet:"),
    "outlook hu": ("Továbbítás", "f=Feladó:|d=Elküldve:|t=Címzett:|c=Másolatot kap:|s=Tárgy:"),
    "outlook ro": ("FW", "f=De la:|d=Trimis:|t=Către:|c=Cc:|s=Subiect:"),
    "outlook sv": ("VB", "f=Från:|d=Skickat:|t=Till:|c=Kopia:|s=Ämne:"),
    "outlook da": ("VS", "f=Fra:|d=Sendt:|t=Til:|c=Cc:|s=Emne:"),
    "outlook fi": ("VL", "f=Lähettäjä:|d=Lähetetty:|t=Vastaanottaja:|c=Kopio:|s=Aihe:"),
    "outlook et": ("FW", "f=Saatja:|d=Saadetud:|t=Adressaat:|c=Koopia:|s=Teema:"),
    "outlook lt": ("FW", "f=Nuo:|d=Išsiųsta:|t=Kam:|c=Kopija:|s=Tema:"),
    "outlook ru": ("FW", "f=От:|d=Отправлено:|t=Кому:|c=Копия:|s=Тема:"),
    "outlook uk": ("FW", "f=Від:|d=Надіслано:|t=Кому:|c=Копія:|s=Тема:"),
    "outlook bg": ("FW", "f=От:|d=Изпратено:|t=До:|c=Копие:|s=Относно:"),
    "outlook el": ("ΠΡΘ", "f=Από:|d=Στάλθηκε:|t=Προς:|c=Κοιν.:|s=Θέμα:"),
    "outlook tr": ("İLT", "f=Kimden:|d=Gönderildi:|t=Kime:|c=Bilgi:|s=Konu:"),
    "outlook he": ("הועבר", "f=מאת:|d=נשלח:|t=אל:|c=עותק:|s=נושא:"),
    "outlook ar": ("إعادة توجيه", "f=من:|d=تم الإرسال:|t=إلى:|c=نسخة:|s=الموضوع:"),
    "outlook vi": ("FW", "f=Từ:|d=Đã gửi:|t=Đến:|c=Cc:|s=Chủ đề:"),
    "outlook th": ("ส่งต่อ", "f=จาก:|d=ส่ง:|t=ถึง:|c=สำเนา:|s=เรื่อง:"),
    "outlook id": ("TRS", "f=Dari:|d=Dikirim:|t=Kepada:|c=Cc:|s=Perihal:"),
    "outlook ja": ("転送", "f=差出人:|d=送信日時:|t=宛先:|c=CC:|s=件名:"),
    "outlook zh-cn": ("转发", "f=发件人:|d=发送时间:|t=收件人:|c=抄送:|s=主题:"),
    "outlook zh-tw": ("轉寄", "f=寄件者:|d=寄件日期:|t=收件者:|c=副本:|s=主旨:"),
    "outlook mac": ("FW", "f=From:|d=Date:|t=To:|c=Cc:|s=Subject:"),
    "bold": ("Fwd", "f=*From:*|d=*Sent:*|t=*To:*|c=*Cc:*|s=*Subject:*"),
    "bold, colon outside": ("Fwd", "f=**Fra**:|d=**Sendt**:|t=**Til**:|c=**Kopi**:|s=**Emne**:"),
    "tabs": ("Fwd", "f=From:\t|d=Sent:\t|t=To:\t|c=Cc:\t|s=Subject:\t"),
}


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


PEOPLE = {
    "ola@other.example": [("", "ola@other.example")],
    "<ola@other.example>": [("", "ola@other.example")],
    "Ola Hansen <ola@other.example>": [("Ola Hansen", "ola@other.example")],
    "Ola Hansen [mailto:ola@other.example]": [("Ola Hansen", "ola@other.example")],
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
