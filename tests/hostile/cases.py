"""The hostile mails with what is expected of each: the envelope they travel in, and the order they are sent in."""

import hashlib
import json
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import Message
from email.utils import getaddresses
from pathlib import Path
from typing import Any

DESK = "support@desk.example"
STRANGER = "mallory@evil.example"
_RETURN_PATH = re.compile(rb"^Return-Path: <(.*)>\r?$", re.MULTILINE)
_FROM = re.compile(rb"^From:(.*)", re.MULTILINE)
#: An address that may stand in an envelope as it is, or nobody.
_ADDRESS = re.compile(r"[\w.'+!$%&*/=?^`{|}~#-]+@[\w.-]+\w")
_CLEAN = re.compile(rf"(?:{_ADDRESS.pattern})?")


@dataclass(frozen=True, slots=True)
class Case:
    """One mail. `outcome` are the fates it may have; `ack` is "yes", "no" or "any"; `must` are the flags to hold."""

    name: str
    raw: bytes
    expect: str
    outcome: frozenset[str]
    ack: str
    must: frozenset[str]
    sequence: str

    @property
    def group(self) -> str:
        return self.name.partition("/")[0]

    @property
    def wire(self) -> bytes:
        """With a line end after its last line, as it is transmitted."""
        return self.raw if self.raw.endswith(b"\r\n") else self.raw + b"\r\n"

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.wire).hexdigest()

    @property
    def subject(self) -> str:
        """As a mail program shows it."""
        return str(make_header(decode_header(str(self._head["Subject"] or ""))))

    @property
    def envelope_from(self) -> str:
        """The Return-Path; where it cannot stand in an envelope, what looks like the address in From."""
        given = _RETURN_PATH.search(self.raw)
        named = given[1].decode("utf-8", "replace") if given else ""
        return named if given and _CLEAN.fullmatch(named) else self.writer or STRANGER

    @property
    def recipients(self) -> list[str]:
        """Those of the desk: where it was delivered to, else what To says."""
        fields = self._head.get_all("Delivered-To") or self._head.get_all("To") or []
        named = [address for _, address in getaddresses([str(field) for field in fields])]
        ours = [one for one in named if one.lower().startswith("support") and one.lower().endswith("@desk.example")]
        return list(dict.fromkeys(ours)) or [DESK]

    @property
    def writer(self) -> str:
        """The last address in From, where a simple reader finds one."""
        found = _FROM.search(self.raw)
        named = _ADDRESS.findall(found[1].decode("utf-8", "replace")) if found else []
        return named[-1].lower() if named else ""

    @property
    def _head(self) -> Message:
        return message_from_bytes(self.raw.replace(b"\r\n", b"\n").partition(b"\n\n")[0] + b"\n\n")


def read_cases(folder: Path) -> list[Case]:
    """All mails below a folder that have a sidecar, by name."""
    return [_case(path, folder) for path in sorted(folder.rglob("*.eml")) if path.with_suffix(".json").exists()]


def _case(path: Path, folder: Path) -> Case:
    told = json.loads(path.with_suffix(".json").read_text())
    return made_case(str(path.relative_to(folder).with_suffix("")), path.read_bytes(), told)


def made_case(name: str, raw: bytes, told: dict[str, Any]) -> Case:
    """A mail with what its sidecar tells."""
    return Case(
        name=name,
        raw=raw,
        expect=told.get("expect", ""),
        outcome=frozenset(told["outcome"]),
        ack=told["ack"],
        must=frozenset(told["must"]),
        sequence=told.get("sequence", ""),
    )


def in_turn(cases: list[Case], seed: int) -> Iterator[list[Case]]:
    """The cases shuffled, those of one sequence together and in their order; what repeats another mail comes last."""
    groups: dict[str, list[Case]] = {}
    for case in cases:
        groups.setdefault(case.sequence or case.name, []).append(case)
    shuffled = list(groups.values())
    random.Random(seed).shuffle(shuffled)
    return iter(sorted(shuffled, key=lambda group: group[0].outcome == {"duplicate"}))
