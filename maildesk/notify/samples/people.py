"""The people of the sample letters, and what they write, in each language."""

from collections.abc import Mapping
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from maildesk.mail import Address

OSLO: Final = ZoneInfo("Europe/Oslo")
DESK: Final = "support@acme.example"
ANNA: Final = Address("Anna Berg", "anna@acme.example")


class Local(NamedTuple):
    name: str
    address: str
    title: str
    words: str
    answer: str
    solution: str
    cause: str
    complaint: str


LOCAL: Final[Mapping[str, Local]] = {
    "en": Local(
        "Ola Nordmann",
        "ola@customer.example",
        "VPN drops every 10 minutes",
        "Hello,\n\nsince Monday the VPN drops about every 10 minutes, and I lose what I typed.\n"
        "I have a picture of the message. The page is\n"
        "https://intranet.customer.example/wiki/it/remote-access/vpn/known-problems/timeouts?lang=en&page=1234567890\n\n"
        "  error 809: the connection was prevented\n  error 619: a port is closed\n\nBest regards\nOla",
        "Hi Ola,\n\nthanks for the picture. Please set the protocol to IKEv2:\n\n"
        "  1. Settings > Network > VPN\n  2. Edit > Protocol > IKEv2\n\nDoes it hold then?\n\nBest regards\nAnna",
        "We renewed the certificate of the VPN gateway at 09:15. You don't have to change anything.",
        "The certificate of the VPN gateway had expired.",
        "It took a week, and nobody called back.",
    ),
    "nb": Local(
        "Kåre Sørbø",
        "kare@customer.example",
        "VPN faller ut hvert 10. minutt",
        "Hei,\n\nsiden mandag faller VPN ut omtrent hvert 10. minutt, og jeg mister det jeg har skrevet.\n"
        "Jeg legger ved et bilde. Siden er\n"
        "https://intranet.customer.example/wiki/it/hjemmekontor/vpn/kjente-problemer/tidsavbrudd?lang=nb&page=1234567890\n\n"
        "  feil 809: tilkoblingen ble hindret\n  feil 619: en port er lukket\n\nVennlig hilsen\nKåre",
        "Hei Kåre,\n\ntakk for bildet. Sett protokollen til IKEv2:\n\n"
        "  1. Innstillinger > Nettverk > VPN\n  2. Rediger > Protokoll > IKEv2\n\n"
        "Holder det da?\n\nVennlig hilsen\nAnna",
        "Vi fornyet sertifikatet til VPN-porten kl. 09.15. Du trenger ikke å endre noe.",
        "Sertifikatet til VPN-porten var utløpt.",
        "Det tok en uke, og ingen ringte tilbake.",
    ),
    "ko": Local(
        "홍길동",
        "gildong@customer.example",
        "VPN이 10분마다 끊깁니다",
        "안녕하세요.\n\n월요일부터 VPN이 10분 정도마다 끊겨서 작성하던 내용이 사라집니다.\n"
        "오류 화면을 첨부합니다. 해당 페이지는 다음과 같습니다.\n"
        "https://intranet.customer.example/wiki/it/remote-access/vpn/known-problems/timeouts?lang=ko&page=1234567890\n\n"
        "  오류 809: 연결이 차단되었습니다\n  오류 619: 포트가 닫혀 있습니다\n\n감사합니다.\n홍길동 드림",
        "안녕하세요, 홍길동 님.\n\n화면을 보내 주셔서 감사합니다. 프로토콜을 IKEv2로 바꿔 주시겠습니까?\n\n"
        "  1. 설정 > 네트워크 > VPN\n  2. 편집 > 프로토콜 > IKEv2\n\n"
        "이후에도 끊기는지 알려 주세요.\n\n감사합니다.\n안나 드림",
        "오전 9시 15분에 VPN 게이트웨이의 인증서를 갱신했습니다. 따로 변경하실 것은 없습니다.",
        "VPN 게이트웨이의 인증서가 만료되어 있었습니다.",
        "일주일이나 걸렸고 아무도 연락을 주지 않았습니다.",
    ),
}
