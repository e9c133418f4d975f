import pytest

from maildesk.ingest.language import language_of

ALL = ("en", "nb", "ko")
TRACE = "\n".join(f"at com.acme.Example.run(Example.java:{line}) could not be found in the list" for line in range(40))


@pytest.mark.parametrize(
    ("text", "languages", "language"),
    [
        ("The printer in our office does not work since yesterday.", ALL, "en"),
        ("Skriveren på kontoret virker ikke, og jeg får ikke logget inn.", ALL, "nb"),
        ("프린터가 작동하지 않습니다", ALL, "ko"),
        ("VPN이 안 됩니다 error 619", ALL, "ko"),
        ("HP LaserJet 4000", ALL, ""),
        ("", ALL, ""),
        ("Skriveren på kontoret virker ikke, og jeg får ikke logget inn.", ("en",), ""),
        ("프린터가 작동하지 않습니다", ("en", "nb"), ""),
        # Short ones.
        ("Thanks for your help!", ALL, "en"),
        ("It's still down.", ALL, "en"),
        ("I can’t log in, please help", ALL, "en"),
        ("Takk for hjelpen, det virker nå!", ALL, "nb"),
        # "hei" and "se" are Finnish too, and "se" much else.
        ("Hei! Skriveren vil ikke skrive ut. Se skjermbildet.", ALL, "nb"),
        ("Hei, jeg får ikke logget inn", ALL, "nb"),
        ("감사합니다", ALL, "ko"),
        ("Ok", ALL, ""),
        ("Kari Nordmann", ALL, ""),
        ("Error 619", ALL, ""),
        # Nynorsk is Norwegian.
        ("Eg får ikkje logga inn, og veit ikkje kva eg skal gjere.", ALL, "nb"),
        # Relatives that nobody here speaks.
        ("Hej, jeg kan ikke logge ind på min konto. Hvad skal jeg gøre nu? Tak for hjælpen.", ALL, ""),
        ("Vi oplever en fejl, når vi bruger printeren. Den virker ikke efter opdateringen.", ALL, ""),
        ("Hej, skrivaren fungerar inte och jag kan inte logga in.", ALL, ""),
        ("Jag behöver hjälp med min dator, den är mycket långsam.", ALL, ""),
        # And where they do.
        ("Hej, jeg kan ikke logge ind på min konto. Hvad skal jeg gøre nu?", ("en", "da", "nb"), "da"),
        ("Hej, skrivaren fungerar inte och jag kan inte logga in.", ("sv", "en"), "sv"),
        # Others.
        ("Der Drucker ist kaputt und ich kann nicht drucken.", ALL, ""),
        ("De printer doet het niet en ik kan niet printen, kunt u helpen?", ALL, ""),
        ("L'imprimante ne fonctionne pas et je ne peux pas imprimer, merci.", ALL, ""),
        ("La impresora no funciona y no puedo imprimir, gracias por la ayuda.", ALL, ""),
        ("Drukarka nie działa i nie mogę drukować, proszę o pomoc.", ALL, ""),
        ("Принтер не работает, please help", ALL, ""),
        ("プリンターが動きません。エラー: the device is not ready", ALL, ""),
        ("打印机坏了，请帮忙", ALL, ""),
        # Two languages in one text.
        ("The printer does not work, and I do not know why.\nSkriveren virker ikke, og jeg får det ikke til.", ALL, ""),
        # A log is not what its sender speaks.
        (f"안녕하세요.\n오늘 아침부터 서버가 동작하지 않습니다.\n로그를 보내 드립니다.\n{TRACE}", ALL, "ko"),
        # A name is not either.
        ("Please call 홍길동 about this, he knows what to do with it.", ALL, "en"),
        # Addresses are in no language.
        ("https://www.acme.example/is/this/the/page-that-you/have", ALL, ""),
        ("Hei, skriveren i andre etasje virker ikke lenger, og jeg må skrive ut en kontrakt i dag.", ALL, "nb"),
        # Product names among Norwegian words.
        ("Hei, Outlook og Teams vil ikke starte etter oppdateringen i natt. Hva gjør jeg?", ALL, "nb"),
    ],
)
def test_language(text: str, languages: tuple[str, ...], language: str) -> None:
    assert language_of(text, languages) == language
