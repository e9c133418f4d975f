"""Reads people as mail programs show them: "Hansen, Ola [mailto:ola@...]; 'Kari' <kari@...<mailto:kari@...>>".

A comma may stand inside of a name and between two people; a semicolon stands between people. It judges nothing: these
are words for display, no identities.
"""

import re
from typing import Final

from maildesk.ingest.mime.addresses import MOST_ADDRESSES
from maildesk.ingest.mime.headers import decode_words
from maildesk.mail import Address

_LONGEST: Final = 20_000
_MARKDOWN: Final = re.compile(r"\[([^\[\]]*)\]\((?:mailto:)?([^()\s]*)\)")
#: Bold type in a text: "*Kari Nordmann* <kari@...>".
_BOLD: Final = re.compile(r"\*([^*<>@\n]{1,100})\*(?=\s{0,3}[<\[(])")
#: QQ and Foxmail: "Ola Hansen";<ola@...>;
_PARTED: Final = re.compile(r'("[^"]*")\s*+[;；]\s*+(?=<)')
_MAILTO: Final = re.compile(r"[\[<(]mailto:([^\[\]<>()]*)[\])>]", re.I)
_ADDRESS: Final = r"[^\s<>()\[\],;:\"'@][^\s<>()\[\],;:\"@]*@[^\s<>()\[\],;:\"'@]+"
_TOKEN: Final = re.compile(rf'"[^"]*"|[<(\[]\s*<?{_ADDRESS}>?\s*[>)\]]|{_ADDRESS}|[,;，；、]|[^\s"<(\[,;，；、]+|\s+|.')
_QUOTES: Final = "\"'«»„“”‘’ \t\xa0"


def read_people(value: str) -> tuple[Address, ...]:
    """All people named; one without an address has an empty address."""
    value = _MARKDOWN.sub(r" \1 <\2>", decode_words(value[:_LONGEST]) if "=?" in value else value[:_LONGEST])
    value = _PARTED.sub(r"\1 ", _BOLD.sub(r"\1", value))
    value = _unnest(_MAILTO.sub(r"<\1>", value))
    reading = _Reading()
    for token in _TOKEN.findall(value):
        reading.take(token)
    reading.close()
    return tuple(reading.found[:MOST_ADDRESSES])


def read_person(value: str) -> Address | None:
    """The first person named. Without any address all of it is one name: "Hansen, Ola"."""
    if "@" not in value:
        name, _, local = value.partition("<")
        person = Address(name.strip(_QUOTES + ",;"), local.partition(">")[0].strip())
        return person if person.name or person.address else None
    people = read_people(value)
    return next((one for one in people if one.address), people[0] if people else None)


def _unnest(value: str) -> str:
    """Outlook shows an address with its own link inside of the brackets: "<a@b<a@b>>"."""
    return re.sub(rf"<({_ADDRESS})\s*<({_ADDRESS})>\s*>", r"<\1>", value)


class _Reading:
    """One list while it is being read: the words of a name up to now, and the commas that may be part of it."""

    def __init__(self) -> None:
        self.found: list[Address] = []
        self.names: list[str] = [""]
        self.bare = ""

    def take(self, token: str) -> None:
        if token in (";", "；"):
            self.close()
        elif token in (",", "，", "、"):
            self.comma()
        elif token[0] in "<([" and "@" in token:
            self.bracketed(token.strip("<>()[] \t"))
        elif "@" in token and token[0] != '"':
            self.close_bare()
            self.bare = token.strip("'").rstrip(".")
        else:
            if token.strip():
                self.close_bare()
            self.names[-1] += token

    def comma(self) -> None:
        if self.bare:
            self.close_bare()
        elif self.names[-1].strip():
            self.names.append("")

    def bracketed(self, address: str) -> None:
        # "kari@... <kari@...>": the address is its own name.
        self.bare = ""
        *before, name = _people_in(self.names)
        self.found += [Address(one, "") for one in before]
        self.found.append(Address("" if name.lower() == address.lower() else name, address))
        self.names = [""]

    def close_bare(self) -> None:
        """An address without brackets belongs to nobody else: what stood before it were people of their own."""
        address, self.bare = self.bare, ""
        local, _, domain = address.partition("@")
        if "/" in local and "." not in domain:
            # "Ola Hansen/Sales/Acme@Acme" is a name, in Lotus Notes.
            self.names[-1] += local.partition("/")[0]
            self.close()
        elif address:
            self.close()
            self.found.append(Address("", address))

    def close(self) -> None:
        self.close_bare()
        people, self.names = _people_in(self.names), [""]
        if self.found and not self.found[-1].name and people[0].startswith("(") and people[0].endswith(")"):
            # "kari@... (Kari Nordmann)", the form of before RFC 2822.
            self.found[-1] = Address(people[0].strip("()"), self.found[-1].address)
            return
        self.found += [Address(one, "") for one in people if one]


def _people_in(names: list[str]) -> list[str]:
    """The people in words between commas: "Hansen, Ola" is one, "Ola Hansen, Kari Nordmann" are two."""
    parts = [bare for name in names if (bare := name.strip(_QUOTES))]
    if len(parts) > 1 and all(" " in part for part in parts):
        return parts
    return [", ".join(parts)]
