"""Whole mails and what must be understood of them: each `mails/NN-name.eml` beside its `.toml`.

Keys of the .toml are those of `maildesk read --json`. A string that begins with "..." need only be contained; a list of
attachments names the keys that matter.
"""

import tomllib
from pathlib import Path
from typing import Any

import pytest

from maildesk.ingest.parse import parse_mail
from maildesk.ingest.parts import leaf_bytes
from maildesk.ingest.reading import mail_as_dict
from maildesk.mail import Ours

MAILS = sorted((Path(__file__).parent / "mails").glob("*.eml"))
OURS = Ours(frozenset({"support@acme.example"}), loop_id="desk-1")


@pytest.mark.parametrize("path", MAILS, ids=lambda path: path.stem)
def test_understood(path: Path) -> None:
    raw = path.read_bytes()
    expected = tomllib.loads(path.with_suffix(".toml").read_text(encoding="utf-8"))
    mail = parse_mail(raw, OURS)
    assert pick(mail_as_dict(mail, OURS) | {"identity": mail.identity or ""}, expected) == expected
    for part in mail.attachments:
        assert leaf_bytes(raw, part.index) == part.data


def test_every_mail_says_what_is_expected() -> None:
    assert len(MAILS) >= 15
    assert [path.stem for path in MAILS] == sorted(path.stem for path in (MAILS[0].parent).glob("*.toml"))


def pick(value: Any, expected: Any) -> Any:
    """`value` reduced to what `expected` speaks of."""
    if isinstance(expected, dict) and isinstance(value, dict):
        return {key: pick(value.get(key), wanted) for key, wanted in expected.items()}
    if isinstance(expected, list) and isinstance(value, list) and len(expected) == len(value):
        return [pick(one, wanted) for one, wanted in zip(value, expected, strict=True)]
    if isinstance(expected, str) and expected.startswith("...") and isinstance(value, str):
        return expected if expected[3:] in value else value
    return value
