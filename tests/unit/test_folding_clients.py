"""What mail programs write above the older mail and below the new one: one row for each program and language."""

import pytest

from maildesk.ingest.text import fold, is_attribution

ACME = "Acme <support@acme.example>"
#: What Gmail, Apple's programs and Thunderbird write above a quote; the rest are other programs.
ABOVE = {
    "en gmail": f"On Mon, 4 Mar 2024 at 10:15, {ACME} wrote:",
    "en gmail us": f"On Mon, Mar 4, 2024 at 10:15\u202fAM {ACME} wrote:",
    "en apple": f"On Mar 4, 2024, at 10:15\u202fAM, {ACME} wrote:",
    "en thunderbird": "On 3/4/24 10:15, Acme wrote:",
    "en yahoo": f"    On Monday, March 4, 2024 at 10:15:00 AM GMT+1, {ACME} wrote:",
    "en mutt": "On Mon, Mar 04, 2024 at 10:15:00AM +0100, Acme wrote:",
    "en zoho": f"---- On Mon, 04 Mar 2024 10:15:00 +0100 {ACME} wrote ----",
    "en android": "---- Acme Support wrote ----",
    "en proton": f"On Monday, March 4th, 2024 at 10:15, {ACME} wrote:",
    "en spark": f"On 4. Mar 2024, 10:15 +0100, {ACME}, wrote:",
    "en notes": f"-----{ACME} wrote: -----",
    "en mail.ru": f"Monday, 4 March 2024, 10:15 +0300 from {ACME}:",
    "en time first": '10:15 AM, March 4, 2024, "Acme" <support@acme.example>:',
    "en old gmail": f"2024-03-04 10:15 GMT+01:00 {ACME}:",
    "nb gmail": f"man. 4. mars 2024 kl. 10:15 skrev {ACME}:",
    "nb apple": f"4. mars 2024 kl. 10:15 skrev {ACME}:",
    "nb thunderbird": "Den 04.03.2024 10:15, skrev Acme:",
    "nb proton": f"På mandag 4. mars 2024 kl. 10:15, skrev {ACME}:",
    "nn gmail": f"mån. 4. mars 2024 kl. 10:15 skreiv {ACME}:",
    "nn thunderbird": "Den 04.03.2024 10:15, skreiv Acme:",
    "ko gmail": f"2024년 3월 4일 (월) 오전 10:15, {ACME}님이 작성:",
    "ko apple": f"2024. 3. 4. 오전 10:15, {ACME} 작성:",
    "ko thunderbird": "2024-03-04 오전 10:15에 Acme 이(가) 쓴 글:",
    "ko thunderbird short": "24. 3. 4. 오전 10:15에 Acme 이(가) 쓴 글:",
    "da gmail": f"Den man. 4. mar. 2024 kl. 10.15 skrev {ACME}:",
    "da apple": f"Den 4. mar. 2024 kl. 10.15 skrev {ACME}:",
    "da thunderbird": "Den 04-03-2024 kl. 10:15 skrev Acme:",
    "sv gmail": f"Den mån 4 mars 2024 kl 10:15 skrev {ACME}:",
    "sv apple": f"4 mars 2024 kl. 10:15 skrev {ACME}:",
    "sv thunderbird": "Den 2024-03-04 kl. 10:15, skrev Acme:",
    "de gmail": f"Am Mo., 4. März 2024 um 10:15 Uhr schrieb {ACME}:",
    "de apple": f"Am 04.03.2024 um 10:15 schrieb {ACME}:",
    "de thunderbird": "Am 04.03.2024 um 10:15 schrieb Acme:",
    "de web.de": "Gesendet: Montag, 04. März 2024 um 10:15 Uhr schrieb Acme:",
    "fr gmail": f"Le lun. 4 mars 2024 à 10:15, {ACME} a écrit :",
    "fr apple": f"Le 4 mars 2024 à 10:15, {ACME} a écrit\u00a0:",
    "fr thunderbird": "Le 04/03/2024 à 10:15, Acme a écrit\u202f:",
    "es gmail": "El lun, 4 mar 2024 a las 10:15, Acme (<support@acme.example>) escribió:",
    "es apple": f"El 4 mar 2024, a las 10:15, {ACME} escribió:",
    "es thunderbird": "El 04/03/2024 a las 10:15, Acme escribió:",
    "pt gmail br": f"Em seg., 4 de mar. de 2024 às 10:15, {ACME} escreveu:",
    "pt gmail pt": f"{ACME} escreveu (segunda, 4/03/2024 à(s) 10:15):",
    "pt apple": f"No dia 04/03/2024, às 10:15, {ACME} escreveu:",
    "pt thunderbird": "Às 10:15 de 04/03/2024, Acme escreveu:",
    "it gmail": f"Il giorno lun 4 mar 2024 alle ore 10:15 {ACME} ha scritto:",
    "it thunderbird": "Il 04/03/2024 10:15, Acme ha scritto:",
    "nl gmail": f"Op ma 4 mrt 2024 om 10:15 schreef {ACME}:",
    "nl apple": f"Op 4 mrt 2024, om 10:15 heeft {ACME} het volgende geschreven:",
    "nl thunderbird": "Op 4-3-2024 om 10:15 schreef Acme:",
    "pl gmail": f"pon., 4 mar 2024 o 10:15 {ACME} napisał(a):",
    "pl apple": f"Wiadomość napisana przez {ACME} w dniu 4 mar 2024, o godz. 10:15:",
    "af gmail": f"Op Ma. 04 Mrt. 2024 om 10:15 het {ACME} geskryf:",
    "mk gmail": f"На пон, 4 март 2024 во 10:15 {ACME} напиша:",
    "kk gmail": f"дс, 4 нау. 2024 ж. 10:15, {ACME} жазды:",
    "a language nobody listed": f"Nan lendi 4 mas 2024, 10:15, {ACME} te ekri:",
    "pl thunderbird": "W dniu 04.03.2024 o 10:15, Acme pisze:",
    "cs gmail": f"po 4. 3. 2024 v 10:15 odesílatel {ACME} napsal:",
    "cs apple": f"4. 3. 2024 v 10:15, {ACME}:",
    "cs thunderbird": "Dne 04. 03. 24 v 10:15 Acme napsal(a):",
    "fi gmail": "ma 4. maalisk. 2024 klo 10.15 Acme (support@acme.example) kirjoitti:",
    "fi apple": f"{ACME} kirjoitti 4.3.2024 kello 10.15:",
    "fi thunderbird": "Acme kirjoitti 4.3.2024 klo 10.15:",
    "ru gmail": f"пн, 4 мар. 2024\u202fг. в 10:15, {ACME}:",
    "ru apple": f"4 марта 2024 г., в 10:15, {ACME} написал(а):",
    "ru thunderbird": "04.03.2024 10:15, Acme пишет:",
    "ru mail.ru": f"Понедельник, 4 марта 2024, 10:15 +03:00 от {ACME}:",
    "ru yandex": '04.03.2024, 10:15, "Acme" <support@acme.example>:',
    "ja gmail": f"2024年3月4日(月) 10:15 {ACME}:",
    "ja apple": f"2024/03/04 10:15、{ACME}のメール:",
    "ja thunderbird": "On 2024/03/04 10:15, Acme wrote:",
    "zh gmail": f"{ACME} 于2024年3月4日周一 10:15写道：",
    "zh gmail tw": f"{ACME} 於 2024年3月4日 週一 上午10:15寫道：",
    "zh apple": f"在 2024年3月4日，10:15，{ACME} 写道：",
    "zh 163": '在 2024-03-04 10:15:00，"Acme" <support@acme.example> 写道：',
    "zh 163 en": 'At 2024-03-04 10:15:00, "Acme" <support@acme.example> wrote:',
    "tr gmail": f"{ACME}, 4 Mar 2024 Pzt, 10:15 tarihinde şunu yazdı:",
    "tr apple": f"{ACME} şunları yazdı (4 Mar 2024 10:15):",
    "tr thunderbird": "4.03.2024 10:15 tarihinde Acme yazdı:",
    "uk gmail": f"пн, 4 бер. 2024 р. о 10:15 {ACME} пише:",
    "hu gmail": f"{ACME} ezt írta (időpont: 2024. márc. 4., H, 10:15):",
    "ro gmail": f"În lun., 4 mar. 2024 la 10:15, {ACME} a scris:",
    "el gmail": f"Στις Δευ 4 Μαρ 2024 στις 10:15 π.μ., ο χρήστης {ACME} έγραψε:",
    "vi gmail": f"Vào Th 2, 4 thg 3, 2024 vào lúc 10:15 {ACME} đã viết:",
    "he gmail": (
        "\u202bבתאריך יום ב׳, 4 במרץ 2024 ב-10:15 מאת \u202aAcme\u202c\u200f <\u202asupport@acme.example\u202c\u200f>:"
    ),
    "ar gmail": f"في الاثنين، 4 مارس 2024 في 10:15 ص تمت كتابة ما يلي بواسطة {ACME}:",
    "ca gmail": f"Missatge de {ACME} del dia dl., 4 de març 2024 a les 10:15:",
    "hr gmail": f"pon, 4. ožu 2024. u 10:15 {ACME} napisao je:",
    "sk gmail": f"po 4. 3. 2024 o 10:15 {ACME} napísal(a):",
    "et gmail": "Kontakt Acme (<support@acme.example>) kirjutas kuupäeval E, 4. märts 2024 kell 10:15:",
    "lt gmail": f"2024-03-04, pr, 10:15 {ACME} rašė:",
}
#: What counts only because quoted lines follow.
ABOVE_QUOTES = {
    "name only": "Acme Support wrote:",
    "name only nb": "Acme brukerstøtte skrev:",
    "quoting": "Quoting Acme Support:",
    "zitat": "Zitat von Acme Support:",
    "address only": "support@acme.example:",
    "the bat": "At 08:15 PM, you wrote:",
    "old gmail, no colon": "2024/3/4 Acme via Desk <support@acme.example>",
    "no colon": "On Mon, 4 Mar 2024, Acme wrote",
    "mutt with brackets": "* Acme [2024-03-04 10:15]:",
}
#: Outlook's header block: sender, date, to, subject; in the order and under the labels of each language.
LABELS = {
    "en": ("From", "Sent", "To", "Subject"),
    "nb": ("Fra", "Sendt", "Til", "Emne"),
    "nn": ("Frå", "Sendt", "Til", "Emne"),
    "ko": ("보낸 사람", "보낸 날짜", "받는 사람", "제목"),
    "da": ("Fra", "Sendt", "Til", "Emne"),
    "sv": ("Från", "Skickat", "Till", "Ämne"),
    "de": ("Von", "Gesendet", "An", "Betreff"),
    "fr": ("De", "Envoyé", "À", "Objet"),
    "es": ("De", "Enviado", "Para", "Asunto"),
    "pt": ("De", "Enviada em", "Para", "Assunto"),
    "it": ("Da", "Inviato", "A", "Oggetto"),
    "nl": ("Van", "Verzonden", "Aan", "Onderwerp"),
    "pl": ("Od", "Wysłano", "Do", "Temat"),
    "cs": ("Od", "Odesláno", "Komu", "Předmět"),
    "fi": ("Lähettäjä", "Lähetetty", "Vastaanottaja", "Aihe"),
    "ru": ("От", "Отправлено", "Кому", "Тема"),
    "ja": ("差出人", "送信日時", "宛先", "件名"),
    "zh": ("发件人", "发送时间", "收件人", "主题"),
    "zh tw": ("寄件者", "寄件日期", "收件者", "主旨"),
    "tr": ("Kimden", "Gönderildi", "Kime", "Konu"),
}
SEPARATORS = {
    "en outlook": "-----Original Message-----",
    "en samsung": "-------- Original message --------",
    "nb": "-----Opprinnelig melding-----",
    "nn": "-----Opphavleg melding-----",
    "ko": "-----원본 메시지-----",
    "ko samsung": "-------- 원본 이메일 --------",
    "ko daum": "--------- 원본 메일 ---------",
    "da outlook": "-----Oprindelig meddelelse-----",
    "da samsung": "-------- Oprindelig besked --------",
    "sv outlook": "-----Ursprungligt meddelande-----",
    "sv samsung": "-------- Originalmeddelande --------",
    "de": "-----Ursprüngliche Nachricht-----",
    "fr": "-----Message d'origine-----",
    "fr curly": "-----Message d\u2019origine-----",
    "es": "-----Mensaje original-----",
    "pt": "-----Mensagem original-----",
    "it": "-----Messaggio originale-----",
    "nl": "-----Oorspronkelijk bericht-----",
    "pl": "-----Wiadomość oryginalna-----",
    "cs": "-----Původní zpráva-----",
    "fi": "-----Alkuperäinen viesti-----",
    "ru": "-----Исходное сообщение-----",
    "ja": "-----元のメッセージ-----",
    "zh outlook": "-----邮件原件-----",
    "zh qq": "------------------ 原始邮件 ------------------",
    "zh tw": "-----原始郵件-----",
    "tr": "-----Özgün İleti-----",
    "groupwise": ">>> Acme Support <support@acme.example> 3/4/2024 10:15 AM >>>",
    "apple forward": "Begin forwarded message:",
    "gmail forward": "---------- Forwarded message ---------",
    "marker": "##- Please type your reply above this line -##",
    "marker nb": "##- Skriv svaret ditt over denne linjen -##",
    "marker ko": "##- 이 줄 위에 답장을 작성해 주세요 -##",
    "marker words": "-- Please reply above this line --",
    "marker de": "-- Bitte antworten Sie oberhalb dieser Zeile --",
    "marker fr": "--- Répondre au-dessus de cette ligne ---",
}
BELOW = {
    "en iphone": "Sent from my iPhone",
    "en typed": "Sent from my phone, please excuse any typos.",
    "en outlook": "Get Outlook for iOS<https://aka.ms/o0ukef>",
    "en windows": "Sent from Mail for Windows",
    "en unknown program": "Sent from Whatever",
    "en yahoo": "Sent from Yahoo Mail on Android",
    "en proton": "Sent with Proton Mail secure email.",
    "en k-9": "Sent from my Android device with K-9 Mail. Please excuse my brevity.",
    "pl outlook app": "Uzyskaj aplikację Outlook dla systemu iOS",
    "ru phone": "Отправлено со смартфона Samsung Galaxy",
    "zh-tw outlook": "取得 iOS 版 Outlook",
    "th": "ส่งจาก iPhone ของฉัน",
    "id": "Dikirim dari iPhone saya",
    "lv": "Sūtīts no mana iPhone",
    "is": "Sent fra iPhone-símanum mínum",
    "en brackets": "(sent from my mobile device)",
    "nb": "Sendt fra min iPhone",
    "nb outlook": "Skaff deg Outlook for Android",
    "nn": "Sendt frå min iPhone",
    "ko": "내 iPhone에서 보냄",
    "ko galaxy": "삼성 휴대폰에서 보낸 메일입니다.",
    "ko galaxy 2": "나의 Galaxy에서 보냄",
    "ko outlook": "iOS용 Outlook 다운로드",
    "da": "Sendt fra min iPhone",
    "da outlook": "Hent Outlook til iOS",
    "sv": "Skickat från min iPhone",
    "sv outlook": "Hämta Outlook för iOS",
    "de": "Von meinem iPhone gesendet",
    "de long": "Diese Nachricht wurde von meinem Android-Gerät mit K-9 Mail gesendet.",
    "de outlook": "Holen Sie sich Outlook für iOS",
    "fr": "Envoyé de mon iPhone",
    "fr outlook": "Obtenir Outlook pour iOS",
    "es": "Enviado desde mi iPhone",
    "es outlook": "Obtener Outlook para iOS",
    "pt": "Enviado do meu iPhone",
    "pt outlook": "Obter o Outlook para iOS",
    "it": "Inviato da iPhone",
    "it my": "Inviato dal mio Galaxy",
    "nl": "Verstuurd vanaf mijn iPhone",
    "nl outlook": "Outlook voor iOS downloaden",
    "pl": "Wysłano z iPhone'a",
    "pl outlook": "Pobierz aplikację Outlook dla systemu iOS",
    "cs": "Odesláno z iPhonu",
    "fi": "Lähetetty iPhonesta",
    "fi outlook": "Hanki Outlook for iOS",
    "ru": "Отправлено с iPhone",
    "ru mail.ru": "Отправлено из мобильной Почты Mail.ru",
    "ja": "iPhoneから送信",
    "ja outlook": "iOS 版 Outlook を入手",
    "zh": "发自我的iPhone",
    "zh tw": "從我的 iPhone 傳送",
    "tr": "iPhone'umdan gönderildi",
    "signature": "-- \nKari Nordmann\n+47 22 19 45 40",
    "signature without space": "--\nKari Nordmann\nAcme",
    "signature dash": "—\nReply to this email directly or unsubscribe.",
    "closing en": "Best regards,\nKari Nordmann\nAcme AS\n+47 22 19 45 40",
    "closing en named": "Kind regards, Kari Nordmann\nAcme AS\nwww.customer.example",
    "closing nb": "Mvh Kari Nordmann\nAcme AS\nTlf. 22 19 45 40",
    "closing ko": "김민수 드림\n고객지원팀\n02-1234-5678",
    "closing de": "Mit freundlichen Grüßen\n\nKari Nordmann\nTel. 030 123456",
    "closing fr": "Cordialement,\nKari Nordmann\nTél. 01 23 45 67 89",
    "closing ja": "以上、よろしくお願いいたします。\n山田\n03-1234-5678",
    "card": "---\nKari Nordmann\nAcme AS\nTlf. 22 19 45 40",
    "card between rules": "--------------------\n山田太郎\n株式会社例\nTEL: 03-1234-5678\n--------------------",
    "list": "_______________________________________________\nPrinters mailing list\nprinters@lists.customer.example",
    "groups": "You received this message because you are subscribed to the group.\nTo unsubscribe, write to us.",
    "avast": "--\nThis email has been checked for viruses by Avast antivirus software.\nwww.avast.com",
    "virus free": "Virus-free.www.avast.com",
    "virusfri": "Virusfri.www.avast.com",
    "printing": "Please consider the environment before printing this email.",
    "printing nb": "Tenk på miljøet før du skriver ut denne e-posten.",
    "small print en": (
        "This e-mail and any attachments are confidential and intended solely for the addressee.\n"
        "If you have received it in error, please tell us and delete it."
    ),
    "small print heading": "CONFIDENTIALITY NOTICE\n\nThis message is for those it was sent to.",
    "small print nb": (
        "Denne e-posten kan inneholde konfidensiell informasjon og er bare ment for rette mottaker.\n"
        "Har du fått den ved en feil, ber vi deg slette den."
    ),
    "small print ko": (
        "본 메일은 지정된 수신인만을 위한 것이며 기밀 정보를 포함할 수 있습니다. "
        "잘못 수신하신 경우 즉시 삭제하여 주시고 무단으로 사용하지 마시기 바랍니다."
    ),
    "small print de": (
        "Diese E-Mail enthält vertrauliche Informationen. Wenn Sie nicht der richtige Empfänger sind,\n"
        "löschen Sie sie bitte."
    ),
    "small print fr": (
        "Ce message et toutes les pièces jointes sont confidentiels et établis à l'intention exclusive de leurs\n"
        "destinataires."
    ),
}


def folded_away(below: str) -> None:
    folded = fold(f"It works now.\n\n{below}\n")
    assert folded.visible == "It works now."
    assert folded.quoted.split() == below.split()


@pytest.mark.parametrize("name", ABOVE)
def test_above_quotes(name: str) -> None:
    assert is_attribution(ABOVE[name])
    folded_away(f"{ABOVE[name]}\n\n> Try again\n> bye")


@pytest.mark.parametrize("name", ABOVE)
def test_above_text_without_marks(name: str) -> None:
    folded_away(f"{ABOVE[name]}\n\nTry again.\n\nBye")


@pytest.mark.parametrize("name", [name for name in ABOVE if " <support@" in ABOVE[name]])
@pytest.mark.parametrize("broken", [" <\nsupport@", "\n<support@"])
def test_wrapped(name: str, broken: str) -> None:
    folded_away(f"{ABOVE[name].replace(' <support@', broken)}\n\n> Try again")


@pytest.mark.parametrize("name", ABOVE_QUOTES)
def test_above_quotes_only(name: str) -> None:
    assert not is_attribution(ABOVE_QUOTES[name])
    folded_away(f"{ABOVE_QUOTES[name]}\n\n> Try again")


@pytest.mark.parametrize("language", LABELS)
@pytest.mark.parametrize(
    "form",
    ["{}: {}", "*{}:* {}", "**{}:** {}", "**{}**: {}", "{} : {}", "{}：{}", "> {}: {}", "{}:\t{}"],
    ids=["plain", "star", "stars", "outside", "space", "wide", "quoted", "tab"],
)
def test_header_block(language: str, form: str) -> None:
    values = (ACME, "4. mars 2024 10:15", "Kari Nordmann", "RE: printer")
    block = "\n".join(form.format(label, value) for label, value in zip(LABELS[language], values, strict=True))
    folded_away(f"{block}\n\n{'> ' if form.startswith('>') else ''}Try again")
    if not form.startswith(">"):
        folded_away(f"________________________________\n{block}\n\nTry again")
        folded_away(f"{block.replace(' <support@acme.example>', '')}\n\nTry again")


def test_header_block_in_a_language_nobody_listed() -> None:
    block = f"Frá: {ACME}\nSent dags: 4. mars 2024 10:15\nVidtakari: Kari\nEvni: RE: printer"
    folded_away(f"________________________________\n{block}\n\nTry again")


@pytest.mark.parametrize("name", SEPARATORS)
def test_separator(name: str) -> None:
    folded_away(f"{SEPARATORS[name]}\n\nTry again.")


@pytest.mark.parametrize("name", BELOW)
def test_below(name: str) -> None:
    folded_away(BELOW[name])


@pytest.mark.parametrize("name", BELOW)
def test_below_and_above_a_quote(name: str) -> None:
    folded_away(f"{BELOW[name]}\n\nOn Mon, 4 Mar 2024 at 10:15, {ACME} wrote:\n\n> Try again")
