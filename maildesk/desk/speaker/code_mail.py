"""Is this a mail that proves to somebody else that he reads our mailbox: a verification code, or a link to confirm?

Sent to a signed address of a ticket it would be read there by whoever holds that address, who could then register
elsewhere in our name (threats T1). Linear: words are looked up, nothing is parsed.
"""

import re
from typing import Final

#: Characters that are looked at; the code stands near the top of such mails.
_LONGEST: Final = 20_000

_PHRASES: Final = (
    *("verification code", "verify your email", "verify your e-mail", "verify your account", "verify your address"),
    *("confirm your email", "confirm your e-mail", "confirm your account", "confirm your address", "confirmation code"),
    *("security code", "sign-in code", "login code", "log-in code", "one-time password", "one-time code"),
    *("passcode", "authentication code", "access code", "activation code", "activate your account", "magic link"),
    *("reset your password", "password reset", "set your password", "your code is", "complete your registration"),
    *("bekreftelseskode", "engangskode", "engangspassord", "sikkerhetskode", "verifiseringskode", "påloggingskode"),
    *("bekreft e-post", "bekreft kontoen", "tilbakestill passord", "aktiver kontoen", "aktiveringskode"),
    *("인증번호", "인증 번호", "인증코드", "인증 코드", "확인 코드", "보안 코드", "일회용 비밀번호", "이메일 인증"),
    *("비밀번호 재설정", "계정 활성화", "이메일 주소 확인"),
    *("bestätigungscode", "verifizierungscode", "sicherheitscode", "einmalpasswort", "code de vérification"),
    *(
        "código de verificación",
        "codice di verifica",
        "verificatiecode",
        "kod weryfikacyjny",
        "確認コード",
        "認証コード",
    ),
    *("验证码", "驗證碼", "код подтверждения"),
)
#: Four to eight digits, also in two groups, or letters and digits mixed: G-123456, AB12-CD34.
_CODE: Final = re.compile(r"(?<![\w.,/-])(?:[A-Z]-)?(?:\d{4,8}|\d{3}[ -]\d{3,4})(?![\w/-]|[.,]\d)", re.ASCII)
_MIXED: Final = re.compile(r"(?<![\w-])(?=[A-Z-]*\d)(?=[\d-]*[A-Z])[A-Z0-9]{3,6}(?:-[A-Z0-9]{3,6})?(?![\w-])", re.ASCII)
_LINK: Final = re.compile(r"https?://\S", re.IGNORECASE)


def is_code_mail(subject: str, text: str, answers: bool) -> bool:
    """Does it speak of a code or a confirmation, and bring the code or the link for it?

    `answers`: a person answers a mail with it. No service does that, and people do have trouble with their passwords.
    """
    if answers:
        return False
    words = f"{subject[:1000]}\n{text[:_LONGEST]}"
    if not any(phrase in words.casefold() for phrase in _PHRASES):
        return False
    return bool(_CODE.search(words) or _MIXED.search(words) or _LINK.search(words))
