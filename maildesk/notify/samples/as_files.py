"""Keeps what a sample letter says, and makes it fit for a browser, which knows no parts of a mail."""

import re
from base64 import b64encode
from collections.abc import Mapping
from typing import Final

from maildesk.notify.rendered import Rendered, Words
from maildesk.notify.samples.picture import picture
from maildesk.vocabulary import NoticeKind

_OWN_PICTURE: Final = re.compile(r'src="cid:[^"]*"')


class Kept:
    """Words that are remembered as they are given."""

    def __init__(self, words: Words) -> None:
        self._words = words
        self.said = Rendered("", "", "")

    def render(self, kind: NoticeKind, language: str, facts: Mapping[str, object]) -> Rendered:
        self.said = self._words.render(kind, language, facts)
        return self.said

    @property
    def for_browser(self) -> str:
        """The HTML with its pictures inside."""
        data = b64encode(picture()).decode("ascii")
        return _OWN_PICTURE.sub(f'src="data:image/png;base64,{data}"', self.said.html)
