"""Reads address lists as people write them, and the one identity as strictly as a lock reads a key.

`read_addresses` is generous, for display and for answers. `identity_of` decides who a mail says it is from (threats
T13): where two readers could differ, nobody.
"""

import re
import unicodedata
from typing import Final

from maildesk.ingest.fields import unfold
from maildesk.ingest.headers import decode_words
from maildesk.mail import Address

MOST_ADDRESSES: Final = 200
_LONGEST_LIST: Final = 100_000
_TOKEN: Final = re.compile(r'"(?:[^"\\]|\\.)*"|<[^<>]*>|\[[^\[\]]*\]|[(),;:<>"\[\]]|\\.?|[^"<>\[\](),;:\\]+')
_ONE: Final = re.compile(
    r'(?:"?([^"<>@,;:()\\\[\]]*?)"?\s*<([^\s<>"(),;:\\@]+@[^\s<>"(),;:\\@]+)>|([^\s<>"(),;:\\@]+@[^\s<>"(),;:\\@]+))'
)

_PHRASE: Final = r'(?:"(?:[^"\\\x00-\x1f\x7f]|\\[^\x00-\x1f\x7f])*"|[^()<>\[\]:;@\\,"\x00-\x1f\x7f])*'
_SPEC: Final = r"([A-Za-z0-9.#$&'*+/=?^_`{|}~-]{1,64})@([^\s@<>()\[\]:;\\,\"%!]{1,253})"
_STRICT: Final = re.compile(rf"{_PHRASE}<{_SPEC}>|{_SPEC}")
_LABEL: Final = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")


def read_addresses(values: list[str], hint: str = "") -> tuple[Address, ...]:
    """All mailboxes of these raw fields, group names and comments left out; at most MOST_ADDRESSES."""
    found: list[Address] = []
    for value in [unfold(raw[:_LONGEST_LIST]) for raw in values]:
        one = _ONE.fullmatch(value)
        if one:
            found.append(Address(_shown(one[1] or "", hint), decode_words(one[2] or one[3], hint)))
        else:
            found += _read_list(value, hint)
    return tuple(found[:MOST_ADDRESSES])


def identity_of(values: list[str]) -> str | None:
    """The address of the only mailbox of the only From field, lower case, with an ASCII domain; None for anything odd.

    Accepted are `addr-spec` and `phrase <addr-spec>` of RFC 5322 3.4 with a dot-atom on the left: no comment, route,
    group, quoted local part, encoded word, control character or address literal.
    """
    if len(values) != 1:
        return None
    found = _STRICT.fullmatch(unfold(values[0]))
    if not found:
        return None
    local, domain = found[1] or found[3], ascii_domain(found[2] or found[4])
    if "=?" in local or ".." in local or local[0] == "." or local[-1] == "." or not domain:
        return None
    return f"{local.lower()}@{domain}"


def ascii_domain(domain: str) -> str:
    """The domain in lower-case A-labels (RFC 5890); empty where it is none, or only looks like another one.

    A label that Unicode would map to something else (full-width letters, ligatures, a "Kelvin K") is refused, not
    mapped: a mapping is what a look-alike lives by.
    """
    try:
        domain = domain.encode("ascii", "surrogateescape").decode("utf-8")
    except UnicodeDecodeError:
        return ""
    except UnicodeEncodeError:
        pass
    labels = [_ascii_label(label) for label in domain.split(".")]
    numeric = labels[-1].isdigit()
    return "" if numeric or not all(labels) or len(domain) > 253 else ".".join(labels)


def _ascii_label(label: str) -> str:
    if not label.isascii():
        if unicodedata.normalize("NFKC", label).casefold() != label or len(label) > 63:
            return ""
        if not all(character.isalnum() or character == "-" or unicodedata.combining(character) for character in label):
            return ""
        label = "xn--" + label.encode("punycode").decode("ascii")
    label = label.lower()
    return label if _LABEL.fullmatch(label) else ""


def _read_list(value: str, hint: str) -> list[Address]:
    if "@" not in value and "=?" in value:
        # The whole list in one encoded word, against RFC 2047 5: never good for an identity, but good to be shown.
        value = decode_words(value, hint)
    found: list[Address] = []
    item = _Item(hint)
    depth = 0
    for token in _TOKEN.findall(value):
        if token in "()":
            depth = max(0, depth + (1 if token == "(" else -1))
        elif depth:
            item.comment.append(token)
        elif token in ",;":
            found += item.close()
            item = _Item(hint)
        else:
            item.take(token)
        if len(found) > MOST_ADDRESSES:
            return found
    return found + item.close()


class _Item:
    """One mailbox while it is being read."""

    def __init__(self, hint: str) -> None:
        self.hint = hint
        self.words: list[str] = []
        self.comment: list[str] = []
        self.angle: str | None = None

    def take(self, token: str) -> None:
        if token == ":" and self.angle is None and not any("@" in word for word in self.words):
            # What stood before was the name of a group (RFC 5322 3.4).
            self.words = []
        elif token.startswith("<") and len(token) > 1:
            self.angle = token[1:-1]
        else:
            self.words.append(token)

    def close(self) -> list[Address]:
        text = "".join(self.words).strip()
        if self.angle is not None:
            # A route may stand before the mailbox (RFC 5322 4.4).
            address = "".join(self.angle.rpartition(":")[2].split())
            return self._address(text, address)
        unquoted = " ".join(word for word in self.words if not word.startswith('"'))
        bare = [word for word in unquoted.split() if "@" in word.strip("@")]
        if bare and not bare[-1].startswith("@"):
            return self._address(text.replace(bare[-1], "", 1), bare[-1].strip("<>"))
        if "@" in text:
            return self._address("", text.strip("<>"))
        return self._address("", text) if text and " " not in text and text not in '"<>' else []

    def _address(self, name: str, address: str) -> list[Address]:
        address = decode_words(address, self.hint).strip(" '")
        name = _shown(_unquote(name), self.hint) or decode_words("".join(self.comment), self.hint)
        return [Address(name, address)] if address else []


def _shown(name: str, hint: str) -> str:
    """The name for people, without the quotation marks that some programs put around it as well."""
    name = decode_words(name, hint).strip('" ')
    return name[1:-1].strip() if len(name) > 2 and name[0] == name[-1] == "'" else name


def _unquote(name: str) -> str:
    name = name.strip()
    if '"' not in name and "\\" not in name:
        return name
    return re.sub(r"\\(.)", r"\1", name.replace('\\"', "\0").replace('"', "").replace("\0", '"'))
