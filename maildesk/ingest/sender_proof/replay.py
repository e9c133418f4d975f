"""A good signature on a mail that may be an old one, or one to somebody else (threats T18): then it proves nothing. It
verifies no signature itself.

A signature says that these fields and this body were written once. That they were written to us, and now, is seen from
To or Cc and Date, if they are signed. That it is the first time is known to the spool, by the signed Message-ID.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from maildesk.ingest.mime.addresses import read_addresses
from maildesk.ingest.mime.dates import read_date
from maildesk.tokens import base_address

OLDEST: Final = timedelta(days=7)
#: Clocks are wrong.
_FROM_THE_FUTURE: Final = timedelta(days=1)
_MUST_BE_SIGNED: Final = ("from", "to", "subject", "date", "message-id")
_ONCE: Final = (*_MUST_BE_SIGNED, "cc")


def doubt_about(
    fields: Sequence[tuple[str, str]],
    signed: frozenset[str],
    own: frozenset[str],
    subaddress: str,
    received_at: datetime,
) -> str:
    """Why a mail with a good signature may be a replay; "" where it cannot.

    `fields` are (lower-case name, raw value) as the verifier saw them, `signed` the names in h=.
    """
    names = Counter(name for name, _ in fields)
    for name in _MUST_BE_SIGNED:
        if name not in signed:
            return f"{name} is not signed"
    for name in _ONCE:
        if names[name] > 1:
            # Only one of them is signed, and who knows which one is read.
            return f"{name} stands there twice"
    return _doubt_about_date(fields, received_at) or _doubt_about_address(fields, signed, own, subaddress)


def _doubt_about_date(fields: Sequence[tuple[str, str]], received_at: datetime) -> str:
    date = read_date(next((value for name, value in fields if name == "date"), "").strip())
    if date is None:
        return "date cannot be read"
    if received_at - date > OLDEST:
        return f"written more than {OLDEST.days} days ago"
    return "written in the future" if date - received_at > _FROM_THE_FUTURE else ""


def _doubt_about_address(
    fields: Sequence[tuple[str, str]], signed: frozenset[str], own: frozenset[str], subaddress: str
) -> str:
    values = [value for name, value in fields if name == "to" or (name == "cc" and "cc" in signed)]
    to_us = any(base_address(one.address, own, subaddress) for one in read_addresses(values))
    return "" if to_us else "not addressed to us"
