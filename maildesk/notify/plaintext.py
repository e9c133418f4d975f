"""Sets the plain text of a letter: 72 columns, a Hangul syllable counting two. Never changes somebody's own words."""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from unicodedata import east_asian_width

COLUMNS = 72


def width(text: str) -> int:
    """How many columns a terminal needs for the text; East Asian wide characters take two (UAX #11)."""
    if text.isascii():
        return len(text)
    return sum(map(_columns_of, text))


@lru_cache(maxsize=4096)
def _columns_of(character: str) -> int:
    return 2 if east_asian_width(character) in "WF" else 1


def wrap(text: str, columns: int = COLUMNS, indent: str = "") -> str:
    """One paragraph, broken at white space only; a word longer than the line stands alone. Later lines get `indent`."""
    words = text.split()
    if width(whole := " ".join(words)) <= columns:
        return whole
    lines: list[str] = []
    line = ""
    filled = 0
    for word in words:
        needed = width(word)
        if line and filled + 1 + needed > columns:
            lines.append(line)
            line, filled = indent + word, len(indent) + needed
        elif line:
            line, filled = f"{line} {word}", filled + 1 + needed
        else:
            line, filled = word, needed
    return "\n".join([*lines, line])


def aligned(rows: Iterable[Sequence[str]], mark: str = ":") -> str:
    """Rows of (label, value) as two columns; rows without a value are left out."""
    kept = [(f"{label}{mark}", " ".join(str(value).split())) for label, value in rows if value]
    left = max((width(label) for label, _ in kept), default=0) + 2
    indent = " " * left
    return "\n".join(wrap_after(label + " " * (left - width(label)), value, indent) for label, value in kept)


def wrap_after(start: str, text: str, indent: str) -> str:
    """A paragraph that begins behind `start`, which is as wide as `indent`."""
    return start + wrap(text, COLUMNS - len(indent)).replace("\n", f"\n{indent}")


def quoted(text: str) -> str:
    """Somebody's words as a quotation, line by line as they were written: long lines stay long."""
    return "\n".join(f"> {line}".rstrip() for line in text.strip("\n").split("\n"))


def first_words(text: str) -> str:
    """The text without its quoted lines, for somebody who was not there when they were written."""
    return "\n".join(line for line in text.split("\n") if not line.lstrip().startswith((">", "＞"))).strip()


def shortened(text: str, most: int) -> str:
    """The beginning of a text, at most so many bytes of UTF-8, cut at white space where there is some."""
    data = text.encode("utf-8", "replace")
    if len(data) <= most:
        return text
    start = data[:most].decode("utf-8", "ignore")
    at = max(start.rfind(" "), start.rfind("\n"))
    return start[: at if at > len(start) // 2 else len(start)].rstrip() + " …"
