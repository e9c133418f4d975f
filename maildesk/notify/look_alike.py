"""Does a sender only look like somebody we know: the same address to the eye, in letters of another alphabet, or with a
known address as his name (threats T14)? Nothing is believed or refused because of it; agents are shown it.
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from maildesk.mail import Address

#: Letters that look like Latin ones in most typefaces (Unicode 39 4), and digits that do.
_LOOKS: Final = str.maketrans(
    "аеорсухіјѕһԁԛԝгѵӏкмтկոսցզօαγικνορτυχϲıɡɑ01", "aeopcyxijshdqwrvlkmtknugqoayiknoptuxcigaol"
)
_PAIRS: Final = (("rn", "m"), ("vv", "w"), ("cl", "d"))
_ADDRESS: Final = re.compile(r"[^\s<>\"'(),;:@]{1,64}@[^\s<>\"'(),;:@]{3,253}")
_LONGEST: Final = 320


def known_likeness(sender: Address, known: Iterable[str]) -> str:
    """The known address that the sender is easily taken for; "" for none, and for those who are known."""
    addresses = {address.lower() for address in known}
    if sender.key in addresses:
        return ""
    shown = _ADDRESS.search(sender.name.lower()[:_LONGEST])
    if shown and shown[0] != sender.key and shown[0] in addresses:
        return shown[0]
    by_look = {_look_of(address): address for address in sorted(addresses)}
    if same := by_look.get(_look_of(sender.key)):
        return same
    domains = {address.rpartition("@")[2] for address in addresses}
    domain = sender.key.rpartition("@")[2]
    by_domain = {_look_of(one): one for one in sorted(domains)}
    return "" if domain in domains else by_domain.get(_look_of(domain), "")


@lru_cache(4096)
def _look_of(address: str) -> str:
    """What an address is to the eye. Remembered, because those of our own people are asked for with each letter."""
    local, at, domain = address.lower()[:_LONGEST].rpartition("@")
    text = local + at + ".".join(map(_letters_of, domain.split(".")))
    bare = "".join(letter for letter in unicodedata.normalize("NFKD", text) if not unicodedata.combining(letter))
    seen = bare.translate(_LOOKS)
    for pair, letter in _PAIRS:
        seen = seen.replace(pair, letter)
    return seen


def _letters_of(label: str) -> str:
    """The letters behind an A-label (RFC 5890 2.3.2.1); the label itself where it is none."""
    if not label.startswith("xn--"):
        return label
    try:
        return label.removeprefix("xn--").encode("ascii").decode("punycode").lower()
    except UnicodeError:
        return label
