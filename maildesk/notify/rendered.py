"""The words of a letter: as its templates say them, and as the parts of a mail they become. It sets no head to them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Protocol

from maildesk.notify.mime import text_part
from maildesk.vocabulary import NoticeKind


@dataclass(frozen=True)
class Rendered:
    """The words of a letter. `subject` is the template's own, or empty where the notice must bring one."""

    subject: str
    text: str
    html: str
    #: Both as parts of a mail, where somebody has written them already (notify/sharing.py).
    written: tuple[bytes, ...] = field(default=(), compare=False, repr=False)

    @cached_property
    def parts(self) -> tuple[bytes, ...]:
        """Text and HTML as parts of a mail. The last one is to be preferred (RFC 2046 5.1.4)."""
        return self.written or (text_part("plain", self.text), text_part("html", self.html))


class Words(Protocol):
    """Where the words come from: notify.templates.Templates."""

    def render(self, kind: NoticeKind, language: str, facts: Mapping[str, object]) -> Rendered:
        """The words of a notice of this kind in this language."""
