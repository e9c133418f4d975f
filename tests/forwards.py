"""How mail programs pass a mail on, and what is to be understood of it."""

from maildesk.mail import Address, Forward

OLA = Address("Ola Hansen", "ola@other.example")
KARI = Address("Kari Nordmann", "kari@customer.example")
BODY = "Here is the invoice.\nSee page 2.\n\nOla"
SUBJECT = "Invoice 7"
DATE = "Monday, 4 March 2024 09:00"


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
