"""Where anybody gets an address: such a domain says nothing of an organisation. The large ones, and those of Norway and
Korea; no list is whole, so nothing that protects anybody may rest on it."""

from typing import Final

OPEN_TO_ALL: Final = frozenset(
    "gmail.com googlemail.com outlook.com hotmail.com live.com msn.com yahoo.com icloud.com me.com mac.com aol.com "
    "proton.me protonmail.com gmx.com gmx.net gmx.de web.de mail.ru yandex.ru qq.com 163.com fastmail.com hotmail.no "
    "live.no online.no yahoo.no broadpark.no getmail.no lyse.net naver.com daum.net hanmail.net kakao.com nate.com "
    "korea.com hotmail.co.kr yahoo.co.kr".split()
)
