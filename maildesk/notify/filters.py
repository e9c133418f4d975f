"""What the templates may do with a value: lines, people, dates, links. Each is a pure function of what it is given."""

from typing import Final

from markupsafe import Markup, escape

from maildesk.filenames import saved_as
from maildesk.mail import Address
from maildesk.notify import plaintext, spoken
from maildesk.notify.mailto import mailto
from maildesk.notify.plain_table import plain_table
from maildesk.notify.why import in_words

#: Parts the blocks of a text letter; no value contains it, `templates` sees to that.
GAP: Final = "\x1e"


def _person(address: Address) -> str:
    return f"{address.name} <{address.address}>" if address.name else address.address


def _people(addresses: list[Address]) -> str:
    return ", ".join(_person(address) for address in addresses)


def _block(text: str) -> str:
    return f"{GAP}{text}{GAP}"


def _blocks(text: str) -> str:
    """The whole letter: one empty line between two blocks, however the template was laid out."""
    parts = [part.strip("\n") for part in str(text).split(GAP)]
    return "\n\n".join(part for part in parts if part.strip()) + "\n"


def _lines(text: str) -> Markup:
    """Somebody's words in HTML: escaped, line by line."""
    return Markup(str(escape(text.strip("\n"))).replace("\n", "<br>"))


def _amount(size: int, point: str) -> str:
    """A number of bytes for people: "640 B", "12 kB", "3.4 MB"."""
    if size < 1000:
        return f"{size} B"
    if size < 999_500:
        return f"{round(size / 1000)} kB"
    return f"{size / 1_000_000:.1f} MB".replace(".", point)


FILTERS: Final = {
    "wrapped": lambda text: plaintext.wrap(str(text)),
    "aligned": plaintext.aligned,
    "quoted": plaintext.quoted,
    "shortened": plaintext.shortened,
    "bullet": lambda text: plaintext.wrap_after("- ", str(text), "  "),
    "block": _block,
    "blocks": _blocks,
    "lines": _lines,
    "person": _person,
    "people": _people,
    "filename": saved_as,
    "mailto": mailto,
    "zone": spoken.city,
    "amount": _amount,
    "columns": plaintext.width,
    "table": plain_table,
    "why": in_words,
    "dated": spoken.dated,
    "plural": spoken.plural,
    "particle": spoken.particle,
}
