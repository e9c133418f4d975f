"""What a parsing worker is asked about one file, and what it answers: frames of a length and a pickle.

It reads nothing itself, so that who asks need not load what reads.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from maildesk.mail import Mail

#: The exit code that says "out of memory".
OUT_OF_MEMORY: Final = 71
#: A mail, what is shown of one, or why its file could not be read.
Answer = Mail | dict[str, Any] | str


class Wanted(StrEnum):
    """What is to be made of the file."""

    #: The values the daemon works with.
    MAIL = "mail"
    #: What `maildesk read --json` prints: of a mail, of a bare text, of bare HTML.
    DOCUMENT = "document"
    BODY = "body"
    HTML_BODY = "html_body"


@dataclass(frozen=True, slots=True)
class Question:
    """`path` may be relative; `envelope_from` as in parse_mail; `subject` belongs to a bare body.

    `extract` is a folder that gets the attachments of a document, each named by its SHA-256; "" for none. `after` says
    why only the beginning is to be read: reading all of it has ended a worker.
    """

    path: str
    wanted: Wanted = Wanted.MAIL
    envelope_from: str | None = None
    subject: str = ""
    extract: str = ""
    after: str = ""
