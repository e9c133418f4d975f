"""The phrases of all languages in the forms in which they are looked up."""

from typing import Final

from maildesk.ingest.phrases import en, ko, nb, others

ALL: Final = (en.PHRASES, nb.PHRASES, ko.PHRASES, others.PHRASES)
WROTE: Final = tuple(dict.fromkeys(word for phrases in ALL for word in phrases.wrote))
_KINDS: Final = ("other", "date", "subject", "cc", "to", "sender")
#: Every label of a quoted header block and what it names; where languages disagree, the later kind wins.
LABELS: Final = {word: kind for kind in _KINDS for phrases in ALL for word in getattr(phrases, kind)}
SEPARATORS: Final = frozenset(word for phrases in ALL for word in phrases.separators)
FORWARDED: Final = frozenset(word for phrases in ALL for word in phrases.forwarded)
DEVICES: Final = tuple(dict.fromkeys(word for phrases in ALL for word in phrases.devices))
CLOSINGS: Final = frozenset(word for phrases in ALL for word in phrases.closings)
OUT_OF_OFFICE: Final = tuple(dict.fromkeys(word for phrases in ALL for word in phrases.out_of_office))
