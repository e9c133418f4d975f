"""text/enriched and text/richtext as plain text."""

import pytest

from maildesk.ingest.unpack.enriched import enriched_to_text


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("plain", "plain"),
        ("<bold>bold</bold> and <Italic>not</Italic>", "bold and not"),
        ("one\nline\n\nnext\n\n\nlast", "one line\nnext\n\nlast"),
        ("1 << 2 > 0", "1 < 2 > 0"),
        ("<color><param>red</param>red</color>", "red"),
        ("<nofill>a\nb\n</nofill>c", "a\nb\nc"),
        ("<fontfamily><param>Times", ""),
        ("</param>text</bold>", "text"),
        ("kari@acme.example <kari@acme.example>", "kari@acme.example <kari@acme.example>"),
        ("<" * 1000, "<" * 500),
        ("", ""),
    ],
)
def test_enriched(markup: str, text: str) -> None:
    assert enriched_to_text(markup) == text


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("one\nline\n\nstill<nl>next", "one line still\nnext"),
        ("<paragraph>one</paragraph>two", "one\n\ntwo"),
        ("a <lt> b<comment>hidden <bold>too</bold></comment>", "a < b"),
    ],
)
def test_richtext(markup: str, text: str) -> None:
    assert enriched_to_text(markup, rich=True) == text
