"""Which mails bring a code or a link that proves who reads our mailbox."""

import pytest

from maildesk.desk.speaker.code_mail import is_code_mail


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        ("Your verification code: 123-456", ""),
        ("Elsewhere", "Your verification code is 123456."),
        ("G-123456 is your verification code", "Do not share it."),
        ("Confirm your email address", "Press https://elsewhere.example/v?c=123"),
        ("Sign in", "Use this one-time code:\n\n  AB12-CD34\n"),
        ("Reset your password", "https://elsewhere.example/r"),
        ("Engangskode", "Koden er 4711."),
        ("Bekreft e-postadressen", "https://elsewhere.example/b"),
        ("[엘스웨어] 인증번호 안내", "인증번호는 1234 56 이 아니라 123456 입니다."),
        ("Ihr Bestätigungscode", "123 456"),
    ],
)
def test_a_code_mail(subject: str, text: str) -> None:
    assert is_code_mail(subject, text, answers=False)


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        ("Re: VPN", "It works again, thank you. Ticket 123456."),
        ("Order 123456", "Your order was sent."),
        ("Password", "I forgot how one gets a verification code."),
        ("Code review", "See https://elsewhere.example/pull/123"),
        ("", ""),
    ],
)
def test_no_code_mail(subject: str, text: str) -> None:
    assert not is_code_mail(subject, text, answers=False)


def test_who_answers_has_trouble_with_codes_himself() -> None:
    assert not is_code_mail("Re: Login", "The verification code 123456 does not work.", answers=True)


@pytest.mark.parametrize("text", ["A1-" * 200_000, "1 " * 300_000, "verification code " + "A" * 500_000])
def test_it_takes_no_longer_for_more(text: str) -> None:
    is_code_mail("verification code", text, answers=False)
