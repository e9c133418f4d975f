"""What mail programs write into answers by themselves, by language: data for text.py and screen.py, and nothing else.

A further language is a further module with one `PHRASES`, named in ALL.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Phrases:
    """All words in lower case.

    `wrote`: the verb of an attribution line, with a date on the same line. `sender`, `to`, `cc`, `subject`, `date`,
    `other`: the labels in a quoted header block. `separators`: what stands between dashes above an older mail.
    `forwarded`: the same above a mail passed on. `devices`: beginnings of lines that a program adds below a text.
    `closings`: whole lines that begin a signature. `out_of_office`: beginnings of the subject of an automatic answer.
    """

    wrote: tuple[str, ...] = ()
    sender: tuple[str, ...] = ()
    to: tuple[str, ...] = ()
    cc: tuple[str, ...] = ()
    subject: tuple[str, ...] = ()
    date: tuple[str, ...] = ()
    other: tuple[str, ...] = ()
    separators: tuple[str, ...] = ()
    forwarded: tuple[str, ...] = ()
    devices: tuple[str, ...] = ()
    closings: tuple[str, ...] = ()
    out_of_office: tuple[str, ...] = ()
