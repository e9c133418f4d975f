"""Why letters do not arrive: the words servers use, the status they stand for (RFC 3463), and our code for it, which
maildesk.notify.delivery_words says in every language.
"""

from dataclasses import dataclass
from typing import Final

from maildesk.ingest.bounce.words import listed


@dataclass(frozen=True, slots=True)
class Reason:
    """`detail` is subject.detail of a status, `lasting` its class where the server names none. Words in lower case."""

    detail: str
    code: str
    words: tuple[str, ...]
    lasting: int = 5


def _reason(detail: str, code: str, words: str, lasting: int = 5) -> Reason:
    return Reason(detail, code, listed(words), lasting)


_FULL: Final = "mailbox_full"
_NOBODY: Final = "no_such_mailbox"
_CLOSED: Final = "mailbox_closed"
_NO_DOMAIN: Final = "no_mail_server"
_TOO_LARGE: Final = "letter_too_large"
_CIRCLE: Final = "went_in_circles"
_EXPIRED: Final = "tried_too_long"
_SILENT: Final = "server_silent"
_UNPROVEN: Final = "server_distrusts"
_REFUSED: Final = "server_refuses"
_UNWANTED: Final = "taken_for_unwanted"

#: The first that fits counts: the narrow ones stand above the wide ones.
REASONS: Final = (
    _reason(
        "2.2",
        _FULL,
        "mailbox full|mailbox is full|mailbox has exceeded|mailbox exceeds|mailbox size|over quota|overquota"
        "|over the quota|out of quota|exceeded quota|exceeded the quota|quota exceeded|exceeds quota"
        "|quota violation|exceeded storage|exceeded its storage|disk quota|diskquota|exceeds allowed size"
        "|mailfolder is full|inbox is full|full mailbox|user is overquota|not enough space|insufficient space"
        "|insufficient system storage|out of storage|has run out of|storage is full|account is full"
        "|too many messages in|mailbox quota|quotaexceeded|has exceeded its disk|postfach voll|postfach ist voll"
        "|postfach des empfängers ist voll|innboksen er full|postkassen er full|postkasse er full|brevlådan är full"
        "|postboks er fuld|boîte pleine|boite pleine|boîte aux lettres est pleine|buzón lleno|está lleno|está llena"
        "|caixa de correio cheia|está cheia|está cheio"
        "|overdrawn|diskspace quota|casella piena|casella di posta piena|skrzynka jest pełna|переполнен"
        "|メールボックスが一杯|メールボックスがいっぱい|容量を超え|邮箱已满|空间不足|용량이 초과|용량 초과"
        "|容量が超過|容量超過"
        "|메일함이 가득|boite pleine|bandeja llena|caixa cheia|casella è piena|mailbox is vol|postvak vol"
        "|przepełnion|schránka je plná|postafiók megtelt|posta kutusu dolu|kutusu dolu|postilaatikko on täynnä"
        "|storage limit|mailbox exceeded|exceeded the local limit|lettres pleine"
        "|ящик заполнен|скринька переповнена|容量オーバー|容量不足|已滿|已满|용량을 초과|용량 부족",
    ),
    _reason(
        "3.4",
        _TOO_LARGE,
        "message too large|message is too large|message too big|message is too big|message size exceed"
        "|exceeds the maximum|maximum message size|exceeds size limit|message exceeds|message file too big"
        "|exceeded the maximum|size limit|exceeds fixed|too large|zu groß|for stor|trop volumineux|demasiado grande"
        "|サイズが大き|크기가 초과",
    ),
    _reason(
        "4.6",
        _CIRCLE,
        "too many hops|mail loop|loops back|hop count|looping|loop detected|duplicated message-id|forwarding loop",
    ),
    _reason("7.2", "members_only", "not a member|are not member|not allowed to post|subscribers only"),
    _reason(
        "7.26",
        _UNPROVEN,
        "dmarc|spf |spf:|sender policy framework|dkim|unauthenticated email|not authenticated|authentication required",
    ),
    _reason(
        "7.0",
        "seems_infected",
        "virus|malware|infected|banned file|executable",
    ),
    _reason(
        "7.1",
        _UNWANTED,
        "spam|blacklist|black list|block list|blocklist|blocked|dnsbl|spamhaus|barracuda|reputation|unsolicited"
        "|blocked using",
    ),
    _reason(
        "7.1",
        "not_passed_on",
        "relaying denied|relay access denied|relay not permitted|not relay",
    ),
    _reason(
        "2.1",
        _CLOSED,
        "account disabled|account is disabled|mailbox disabled|mailbox is disabled|account inactive"
        "|mailbox is inactive|account is inactive|account has been|deactivated|user suspended|account suspended"
        "|mailbox suspended|not active|frozen|inactive|account closed|no longer active|temporarily disabled"
        "|account expired|account is locked|deaktiviert|sperret|avstengt|desactivad|휴면",
    ),
    _reason(
        "1.2",
        _NO_DOMAIN,
        "host unknown|unknown host|host not found|unknown domain|domain not found|domain does not exist"
        "|no such domain|no such host|domain unknown|unrouteable mail domain|unrouteable domain|bad destination"
        "|nullmx|null mx|no mx|couldn't find any host|could not find any host|name or service not known"
        "|non-existent domain|domain name not found|host or domain name not found|dns error|dns failure"
        "|name service error|nxdomain|domain isn't in my list|all relevant mx records point to non-existent"
        "|does not accept mail|ホストが見つかりません|도메인을 찾을 수 없",
    ),
    _reason(
        "1.1",
        _NOBODY,
        "user unknown|unknown user|unknown recipient|recipient unknown|no such user|no such recipient"
        "|no such mailbox|no such account|no such address|no such person|no such local|no mailbox|mailbox unknown"
        "|unknown mailbox|mailbox not found|mailbox unavailable|mailbox does not exist|user not found"
        "|user not exist|not exist|recipientnotfound|invalid final delivery|recipient not found|recipnotfound"
        "|address not found|account not found|not found in directory|not listed in|address unknown"
        "|addressee unknown|unknown address|unknown local|unknown account|unknown or illegal|invalid recipient"
        "|invalid mailbox|invalid user|invalid address|invalid account|undeliverable address"
        "|recipient address rejected|recipient name is not recognized|recipient rejected|address rejected"
        "|does not exist|doesn't exist|do not exist|user doesn't have|not a valid mailbox|not a valid user"
        "|is not a registered|isn't in the|not our customer|no user by that name|not a known user|bad address"
        "|bad recipient|account that you tried to reach|couldn't be found|could not be found|wasn't found"
        "|is unknown|unknown to|not known here|unrouteable address|unroutable address|no longer available"
        "|no longer valid|existiert nicht|unbekannter empfänger|empfänger unbekannt|unbekannt|finnes ikke"
        "|ukjent bruker|ukjent mottaker|ukendt|okänd|finns inte|n'existe pas|inconnu|no existe|desconocid"
        "|não existe|desconhecid|non esiste|sconosciuto|bestaat niet|onbekend|nie istnieje|nieznany|neexistuje"
        "|ei löydy|tuntematon|не существует|неизвест|не найден|宛先不明|見つかりません|存在しません|用户不存在"
        "|不存在|找不到|존재하지 않|없는 사용자|찾을 수 없"
        "|receiver not found|receiver unknown|addressee not found|alias not found|user invalid|unknown addressee"
        "|invalid subscriber|no valid recipients|is not available|no one by that name|nobody by that name"
        "|user does not|has no mailbox|verify address failed|nicht gefunden|nicht vorhanden|nicht bekannt"
        "|nicht im domino|nicht aufgeführt|ikke funnet|ikke fundet|eksisterer ikke|findes ikke|hittades inte"
        "|inte hittas|inte finns|introuvable|n'est pas répertorié|n'existe|no se encontr|no se ha encontrado"
        "|att hitta|não foi encontrad|não foi localizad|non è stato trovat|ei löytynyt|nebyl nalezen|nu a fost găsit"
        "|δεν βρέθηκε|не існує|nalezena|nebola nájden|nije pronađen|ni bilo mogoče najti|ni bil najden|nerast"
        "|nav atrast|ei leitud|не е намерен"
        "|לא נמצא|لم يتم العثور|غير موجود|не знайдено|không tìm thấy|ไม่พบ|tidak ditemukan"
        "|inexistent|não encontrad|non trovat|niet gevonden|nie znaleziono|nenalezen|nem található|nem létez"
        "|bulunamadı|bulunmuyor|kullanıcı yok|пользователя нет|не зарегистрирован|не знайдено|見つからな"
        "|アドレス不明|ユーザー不明|查无此|查無此|无此用户|無此|등록되지 않",
    ),
    _reason(
        "4.7",
        _EXPIRED,
        "retry timeout exceeded|message expired|delivery time expired|has expired|too old|giving up|given up"
        "|too long|cannot send message for|could not send message for|could not deliver for the last"
        "|has not been collected|maximum time|retry time not reached|unable to deliver in",
        4,
    ),
    _reason(
        "4.1",
        _SILENT,
        "delivery temporarily suspended|did not accept our requests to connect|connection timed out"
        "|connection refused|could not connect|couldn't connect|unable to connect|connection was dropped|connect to"
        "|lost connection|timed out|timeout|no answer|not responding|unreachable|refused to talk|network error"
        "|connection to|wasn't able to establish|host name lookup failure|service not available|server unavailable"
        "|busy",
        4,
    ),
    _reason(
        "7.1",
        _REFUSED,
        "access denied|not allowed|not permitted|permission|policy|prohibited|denied|refused|rejected"
        "|not authorized|filter|unauthorized|abgelehnt|avvist|rejeté|rechazad|rejeitad|rifiutat|odrzucon|отклонен"
        "|拒否|拒绝|거부",
    ),
    _reason(
        "3.0",
        "server_faulty",
        "configuration error|mailer error|system error|i/o error",
    ),
)

BY_STATUS: Final = {
    "1.1": _NOBODY,
    "1.2": _NO_DOMAIN,
    "1.3": "address_ill_formed",
    "1.4": "address_ambiguous",
    "1.6": "mailbox_moved",
    "2.1": _CLOSED,
    "2.2": _FULL,
    "2.3": _TOO_LARGE,
    "3.1": "server_without_room",
    "3.4": _TOO_LARGE,
    "4.1": _SILENT,
    "4.2": _SILENT,
    "4.4": _NO_DOMAIN,
    "4.6": _CIRCLE,
    "4.7": _EXPIRED,
    "7.26": _UNPROVEN,
}
BY_SUBJECT: Final = {
    "1": "address_wrong",
    "2": "mailbox_wrong",
    "3": "server_faulty",
    "4": "way_disturbed",
    "5": "servers_disagree",
    "6": "form_not_taken",
    "7": _REFUSED,
}
