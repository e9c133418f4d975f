import pytest

from maildesk.ingest.language import language_of

ALL = ("en", "nb", "ko")


@pytest.mark.parametrize(
    ("text", "languages", "language"),
    [
        ("The printer in our office does not work since yesterday.", ALL, "en"),
        ("Skriveren på kontoret virker ikke, og jeg får ikke logget inn.", ALL, "nb"),
        ("프린터가 작동하지 않습니다", ALL, "ko"),
        ("VPN이 안 됩니다 error 619", ALL, "ko"),
        ("Der Drucker ist kaputt und ich kann nicht drucken.", ALL, ""),
        ("HP LaserJet 4000", ALL, ""),
        ("", ALL, ""),
        ("Skriveren på kontoret virker ikke, og jeg får ikke logget inn.", ("en",), ""),
        ("프린터가 작동하지 않습니다", ("en", "nb"), ""),
    ],
)
def test_language(text: str, languages: tuple[str, ...], language: str) -> None:
    assert language_of(text, languages) == language
