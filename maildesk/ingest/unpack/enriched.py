"""text/enriched (RFC 1896) and the older text/richtext (RFC 1341 7.1.3) as the plain text they stand for."""

import re
from typing import Final

_TAG: Final = re.compile(r"<<|<(/?)([A-Za-z0-9-]{1,60})>")
_LINE_ENDS: Final = re.compile(r"\n+")
_SIGNS: Final = {"lt": "<", "nl": "\n", "np": "\n\n", "paragraph": "\n\n"}


def enriched_to_text(markup: str, *, rich: bool = False) -> str:
    """The text without its commands. `rich` is the older of the two, where no line end means anything."""
    pieces: list[str] = []
    hidden = exact = at = 0
    for tag in _TAG.finditer(markup):
        if not hidden:
            pieces.append(_lines(markup[at : tag.start()], exact > 0, rich))
        at = tag.end()
        name, step = (tag[2] or "").lower(), -1 if tag[1] else 1
        if name in ("param", "comment"):
            hidden = max(hidden + step, 0)
        elif name in ("nofill", "verbatim"):
            exact = max(exact + step, 0)
        elif not hidden:
            pieces.append(_sign(tag[0], name, step, rich))
    pieces.append("" if hidden else _lines(markup[at:], exact > 0, rich))
    return "".join(pieces).strip("\n")


def _sign(tag: str, name: str, step: int, rich: bool) -> str:
    if tag == "<<":
        return "<"
    if not rich:
        return ""
    return _SIGNS.get(name, "") if step > 0 or name == "paragraph" else ""


def _lines(text: str, exact: bool, rich: bool) -> str:
    """RFC 1896 2: one line end is a space, and of several all but one count."""
    if exact:
        return text
    return _LINE_ENDS.sub(lambda found: " " if rich or len(found[0]) == 1 else found[0][1:], text)
