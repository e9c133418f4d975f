"""Reads address lists as people write them, and the one identity as strictly as a lock reads a key.

`read_addresses` is generous, for display and for answers. `identity_of` decides who a mail says it is from (threats
T13): where two readers could differ, nobody.
"""

import re
import unicodedata
from typing import Final

from maildesk.ingest.mime.fields import unfold
from maildesk.ingest.mime.headers import decode_words
from maildesk.mail import Address

MOST_ADDRESSES: Final = 200
_LONGEST_LIST: Final = 100_000
_TOKEN: Final = re.compile(
    # An encoded word, a quoted string, an address in angle brackets, a literal; signs; anything else.
    r'=\?[^?\s]{1,60}\?[bBqQ]\?[^?]*\?=|"(?:[^"\\]|\\.)*"|<(?:[^<>"]|"[^"<>]*")*>|\[[^\[\]]*\]'
    r'|[(),;:<>"\[\]]|\\.?|(?:[^"<>\[\](),;:\\=]|=(?!\?))+|='
)
_ONE: Final = re.compile(
    r'(?:"?([^"<>@,;:()\\\[\]]*?)"?\s*<([^\s<>"(),;:\\@]+@[^\s<>"(),;:\\@]+)>|([^\s<>"(),;:\\@]+@[^\s<>"(),;:\\@]+))'
)

#: An encoded word may hold signs that do not stand bare (programs that forget RFC 2047 5 (3)); none that ends a name.
_PHRASE: Final = (
    r'(?:"(?:[^"\\\x00-\x1f\x7f]|\\[^\x00-\x1f\x7f])*"|=\?[\w-]{1,40}\?[bBqQ]\?[^?\s<>@]{0,200}\?='
    r'|[^()<>\[\]:;@\\,"\x00-\x1f\x7f])*+'
)
#: Bytes above ASCII stand here as surrogates: the local parts of RFC 6532.
#: A quoted local part is somebody where it holds blanks, which need the quotes: no second way to write an address.
_LOCAL: Final = r"[A-Za-z0-9.#$&'*+/=?^_`{|}~\x80-\U0010ffff-]{1,64}|\"(?=[\w.-]{1,60} )[A-Za-z0-9 ._-]{1,62}\""
_SPEC: Final = rf"({_LOCAL})@([^\s@<>()\[\]:;\\,\"%!]{{1,253}})"
_STRICT: Final = re.compile(rf"{_PHRASE}<{_SPEC}>|{_SPEC}")
_LABEL: Final = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")


def read_addresses(values: list[str], hint: str = "") -> tuple[Address, ...]:
    """All mailboxes of these raw fields, group names and comments left out; at most MOST_ADDRESSES."""
    found: list[Address] = []
    for value in [unfold(raw[:_LONGEST_LIST]) for raw in values]:
        one = _ONE.fullmatch(value)
        if one:
            found.append(Address(_shown(one[1] or "", hint), _clean(decode_words(one[2] or one[3], hint))))
        else:
            found += _read_list(value, hint)
    return tuple(found[:MOST_ADDRESSES])


def identity_of(values: list[str]) -> str | None:
    """The address of the only mailbox of the only From field, lower case, with an ASCII domain; None for anything odd.

    Accepted are `addr-spec` and `phrase <addr-spec>` of RFC 5322 3.4 with a dot-atom on the left, also one beyond ASCII
    (RFC 6532 3.2): no comment, route, group, quoted local part, encoded word, control character or address literal.
    """
    if len(values) != 1:
        return None
    found = _STRICT.fullmatch(unfold(values[0]))
    if not found:
        return None
    local, domain = _plain_local(found[1] or found[3]), ascii_domain(found[2] or found[4])
    if "=?" in local or ".." in local or not local or local[0] == "." or local[-1] == "." or not domain:
        return None
    return f"{local}@{domain}"


def _plain_local(local: str) -> str:
    """The local part in lower case; empty for one beyond ASCII that could be taken for another one.

    Its letters are of one script (as Unicode 39 5.2 puts it for identifiers), and no letter of them is one that
    Unicode, or a change of case, would map to something else.
    """
    if local.isascii():
        return local.lower()
    local = _with_octets_read(local)
    lower = local.lower()
    stable = unicodedata.normalize("NFKC", local) == local and unicodedata.normalize("NFKC", lower.casefold()) == lower
    letters = [character for character in lower if not character.isascii() or character.isalpha()]
    if not stable or len(lower) != len(local) or not all(unicodedata.category(one)[0] in "LM" for one in letters):
        return ""
    scripts = {_script(letter) for letter in letters if letter.isalpha()}
    return lower if len(scripts) == 1 or (scripts and scripts <= _JAPANESE) else ""


def _with_octets_read(text: str) -> str:
    """The text, with what stands in it as raw octets read as UTF-8 (RFC 6532 3.2); empty where they are none."""
    try:
        return text.encode("ascii", "surrogateescape").decode("utf-8")
    except UnicodeDecodeError:
        return ""
    except UnicodeEncodeError:
        # Letters already.
        return text


#: Written together in every Japanese word.
_JAPANESE: Final = {"CJK", "HIRAGANA", "KATAKANA"}


def _script(letter: str) -> str:
    """The script of a letter, which is how its name in Unicode begins."""
    return unicodedata.name(letter, "?").split(" ")[0].split("-")[0]


def ascii_domain(domain: str) -> str:
    """The domain in lower-case A-labels (RFC 5890); empty where it is none, or only looks like another one.

    A label that Unicode would map to something else (full-width letters, ligatures, a "Kelvin K") is refused, not
    mapped: a mapping is what a look-alike lives by.
    """
    domain = _with_octets_read(domain)
    labels = [_ascii_label(label) for label in domain.split(".")]
    numeric = labels[-1].isdigit()
    return "" if numeric or not all(labels) or len(domain) > 253 else ".".join(labels)


def _ascii_label(label: str) -> str:
    label = (label if label.isascii() else _a_label(label)).lower()
    return label if _LABEL.fullmatch(label) else ""


def _a_label(label: str) -> str:
    """The A-label of a U-label (RFC 5891); empty where UTS 46 would map more of it than the case of its letters."""
    import idna

    lower = label.lower()
    if len(label) > 63 or lower.isascii() or unicodedata.normalize("NFKC", label) != label:
        return ""
    try:
        same = idna.uts46_remap(label, std3_rules=True) == lower
        return idna.encode(lower, strict=True, std3_rules=True).decode("ascii") if same else ""
    except idna.IDNAError:
        # No domain can have that name: a sign that is no letter, or letters that may not stand together.
        return ""


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
        elif token == "," and item.surname:
            item = _Item(hint, item.surname)
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

    def __init__(self, hint: str, half: str = "") -> None:
        self.hint = hint
        #: What stood before the comma before: the half of a name, or an address without a domain.
        self.half = half
        self.words: list[str] = []
        self.comment: list[str] = []
        self.angles: list[tuple[str, str]] = []

    def take(self, token: str) -> None:
        if token == ":" and not self.angles and not any("@" in word for word in self.words):
            # What stood before was the name of a group (RFC 5322 3.4).
            self.words = []
        elif token.startswith("<") and len(token) > 1:
            # Without a comma between them, the words before the brackets belong to them.
            self.angles.append((_joined(self.words), token[1:-1]))
            self.words = []
        elif token not in "<>":
            self.words.append(token)

    @property
    def surname(self) -> str:
        """What may be half of a name that was cut at its comma; empty where it is more than that."""
        text = _joined(self.words)
        more = self.half or self.angles or self.comment or "@" in text or text.startswith(('"', "=?"))
        return text if not more and len(text.split()) <= _LONGEST_SURNAME else ""

    def close(self) -> list[Address]:
        if not self.half:
            return self._whole()
        if len(self.angles) == 1 and self.angles[0][0]:
            name, inside = self.angles[0]
            self.angles = [(f"{self.half}, {name}", inside)]
            return self._whole()
        return [*self._bare(self.half), *self._whole()]

    def _whole(self) -> list[Address]:
        if self.angles:
            behind = _joined(self.words)
            return [
                one
                for name, inside in self.angles
                for address in _without_route(inside)
                for one in self._address(name if name or len(self.angles) > 1 else behind, address)
            ]
        return self._bare(_joined(self.words))

    def _bare(self, text: str) -> list[Address]:
        """Without angle brackets: the word with the sign is the address, the others are a name."""
        quoted = len(text) > 1 and text[0] == text[-1] == '"' and '"' not in text[1:-1].replace('\\"', "")
        if "@" not in text or quoted or text.startswith("=?"):
            inner = decode_words(text[1:-1] if quoted else text, self.hint)
            if "@" in inner and inner != text:
                # All of it was quoted, or encoded: a mailbox of its own kind, read once more.
                return [one for one in _read_list(inner, self.hint) if "@" in one.address]
            return self._address("", text) if text and " " not in text and text not in '"<>' else []
        text = _AROUND_SIGN.sub(r"\1", _AROUND_DOT.sub(".", text))
        words = _BARE_WORD.findall(text)
        found = [word for word in words if "@" in word.rpartition('"')[2].rstrip("@")]
        if not found or found[-1].startswith("@"):
            return self._address("", text)
        if len(found) == len(words):
            return [one for word in found for one in self._address("", word)]
        return self._address(text.replace(found[-1], "", 1), found[-1])

    def _address(self, name: str, address: str) -> list[Address]:
        address = _clean(decode_words(address, self.hint))
        name = _shown(_unquote(name), self.hint) or decode_words("".join(self.comment), self.hint)
        return [Address(name, address)] if address else []


_LONGEST_SURNAME: Final = 3
_BARE_WORD: Final = re.compile(r'"(?:[^"\\]|\\.)*"\S*|\S+')
_AROUND_SIGN: Final = re.compile(r"\s*+(@)\s*+")
_AROUND_DOT: Final = re.compile(r"(?<=[^\s.])\s++\.\s*+(?=\S)")
_COMMENT: Final = re.compile(r"\([^()]*\)")
_SCHEME: Final = re.compile(r"\A(?:mailto|smtp):", re.I)


def _joined(words: list[str]) -> str:
    return "".join(words).strip()


def _without_route(inside: str) -> list[str]:
    """What stands between angle brackets: one address, or several that somebody put into one pair."""
    if inside.lstrip().startswith("@") and ":" in inside:
        # A route may stand before the mailbox (RFC 5322 4.4).
        inside = inside.rpartition(":")[2]
    inside = _COMMENT.sub("", inside)
    if '"' not in inside:
        inside = "".join(inside.split())
    several = re.split("[,;]", inside)
    return several if len(several) > 1 and all("@" in one for one in several) else [inside]


def _clean(address: str) -> str:
    address = address.strip(" '<>")
    if address.startswith("[") and address.endswith("]"):
        # Outlook and its kin: "Kari [mailto:kari@customer.example]".
        address = address[1:-1]
    return _SCHEME.sub("", address)


def _shown(name: str, hint: str) -> str:
    """The name for people, without the quotation marks that some programs put around it as well."""
    name = decode_words(name, hint).strip('" ')
    return name[1:-1].strip() if len(name) > 2 and name[0] == name[-1] == "'" else name


def _unquote(name: str) -> str:
    name = name.strip()
    if '"' not in name and "\\" not in name:
        return name
    return re.sub(r"\\(.)", r"\1", name.replace('\\"', "\0").replace('"', "").replace("\0", '"'))
