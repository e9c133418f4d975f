"""What hostile mail made us send: judged by the bytes that left, whoever wrote them."""

import re
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage, Message
from functools import cached_property
from html import unescape
from html.parser import HTMLParser
from urllib.parse import unquote

from maildesk.model import Outbound
from tests.attacked import FIELDS
from tests.hostile.world import INSIDE, SECRET
from tests.servers.sink import Received

#: Of a file as it is shown, and as it is saved by whoever gets it (threats T43).
_HIDDEN = r"\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff"
SHOWN_NAME = re.compile(rf"(?![.~-])[^{_HIDDEN}/\\\u2215\u2044]*")
SAVED_NAME = re.compile(rf"(?![.~-])[^{_HIDDEN}/\\\u2215\u2044:<>\"|?*]+")
LONGEST_NAME = 120
_TAG = re.compile(r"support\+[tnrc](\d+)-p(\d+)-(?:[1-5]-)?[a-z2-7]{16}", re.IGNORECASE)
_FORMULA = re.compile(r"(?:^|[,;\t])\"?[=+\-@\t\r＝＋－＠]")
_ACTIVE = frozenset(
    "script iframe object embed svg math form input button link meta base frame frameset applet textarea".split()
)
_LOADED = frozenset({"src", "srcset", "background", "poster", "data", "action", "formaction", "xlink:href"})
_LIVE_STYLE = re.compile(r"url\s*\(|@import|expression\s*\(|behavior\s*:", re.IGNORECASE)


@dataclass(frozen=True)
class Left:
    """A letter that left: as the relay heard it, and its row in the outbox."""

    received: Received
    row: Outbound

    @cached_property
    def message(self) -> EmailMessage:
        message = message_from_bytes(self.received.data, policy=policy.default)
        assert isinstance(message, EmailMessage)
        return message

    @cached_property
    def words(self) -> str:
        """All that can be read in it, also by somebody who undoes escapes."""
        parts = "\n".join(_decoded(part) for part in self.message.walk())
        text = "\n".join([*(f"{name}: {value}" for name, value in self.message.items()), parts])
        return text + unquote(unescape(text))

    @property
    def file_names(self) -> list[str]:
        return [part.get_filename() or "" for part in self.message.walk() if part.get_filename() is not None]

    def wrong_whoever(self, reader: int | None, people: frozenset[str]) -> list[str]:
        """What no letter may be. `reader` is its recipient's person, `people` stand on its ticket."""
        wrong = []
        if self.received.recipients != [self.row.recipient]:
            wrong.append(f"went to {self.received.recipients} instead of {self.row.recipient}")
        if self.row.recipient not in INSIDE | people:
            wrong.append(f"{self.row.kind} to {self.row.recipient}, who is neither ours nor on the ticket")
        names = [name for name, _ in self.message.items()]
        if len(names) != len(set(names)) or not set(names) <= FIELDS:
            wrong.append(f"fields that are not ours: {sorted(set(names) - FIELDS) or names}")
        if re.search(rb"\r(?!\n)|(?<!\r)\n", self.received.data):
            wrong.append("a bare CR or LF")
        strange = [found[0] for found in _TAG.finditer(self.words) if int(found[2]) != reader]
        if strange:
            wrong.append(f"{self.row.recipient} got an address of somebody else: {strange[0]}")
        if self.row.recipient not in INSIDE and SECRET in self.words:
            wrong.append(f"an internal note went to {self.row.recipient}")
        return wrong

    def live_html(self) -> list[str]:
        """What in its HTML would run, or fetch something."""
        found = []
        for part in self.message.walk():
            if part.get_content_type() in ("text/html", "application/xhtml+xml", "image/svg+xml"):
                reader = _Dangers()
                reader.feed(_decoded(part))
                reader.close()
                found += reader.found
        return found


def formulas_in(message: EmailMessage) -> list[str]:
    """Lines of attached tables with a cell that a spreadsheet would compute."""
    tables = [_decoded(part) for part in message.walk() if "csv" in part.get_content_type()]
    return [line for table in tables for line in table.splitlines() if _FORMULA.search(line)]


class _Dangers(HTMLParser):
    """Reads as a browser that is easily led."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._in_style = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._in_style = tag == "style"
        if tag in _ACTIVE and not (tag == "meta" and dict(attrs).keys() <= {"charset", "name", "content"}):
            self.found.append(f"<{tag}>")
        for name, value in attrs:
            plain = re.sub(r"[\x00-\x20]", "", value or "").lower()
            runs = name.startswith("on") or plain.startswith(("javascript:", "vbscript:", "data:text"))
            loads = name in _LOADED and not plain.startswith(("cid:", "data:image/"))
            if runs or loads or (name == "style" and _LIVE_STYLE.search(value or "")):
                self.found.append(f"<{tag} {name}={plain[:60]}>")

    def handle_data(self, data: str) -> None:
        if self._in_style and _LIVE_STYLE.search(data):
            self.found.append(f"<style> {data[:60]}")

    def handle_endtag(self, tag: str) -> None:
        self._in_style = False


def _decoded(part: Message) -> str:
    data = part.get_payload(decode=True)
    return data.decode("utf-8", "replace") if isinstance(data, bytes) else ""
