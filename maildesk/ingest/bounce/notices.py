"""Reads the notices that Amazon sends as JSON in place of a report (SES event notifications). Nothing else is JSON."""

import json
from typing import Any, Final

from maildesk.ingest.bounce.verdict import best_status, plain_reason
from maildesk.mail import Bounce, FailedRecipient

_LONGEST: Final = 64 << 10
_MOST: Final = 50


def read_notice(text: str) -> Bounce | None:
    """The bounce of a notice, or None for all other text."""
    start = text.find("{", 0, 2000)
    if start < 0 or '"bouncedRecipients"' not in text[:_LONGEST]:
        return None
    try:
        notice, _ = json.JSONDecoder().raw_decode(text[start : start + _LONGEST].replace("\n", " "))
        return _bounce(notice)
    except (ValueError, RecursionError, AttributeError, TypeError):
        # Cut short, or not what its words promise: then it is a text like any other.
        return None


def _bounce(notice: dict[str, Any]) -> Bounce | None:
    bounce = notice.get("bounce") or json.loads(notice.get("Message", "{}")).get("bounce", {})
    lasting = bounce.get("bounceType") != "Transient"
    rows = tuple(_recipient(one, lasting) for one in bounce.get("bouncedRecipients", ())[:_MOST])
    mail = notice.get("mail") or {}
    sent = (mail.get("commonHeaders") or {}).get("messageId") or ""
    return Bounce(rows, str(sent).strip("<> ")) if rows else None


def _recipient(row: dict[str, Any], lasting: bool) -> FailedRecipient:
    said = str(row.get("diagnosticCode") or "").partition(";")[2].strip()
    status = best_status(str(row.get("status") or ""), said)
    action = "delayed" if str(row.get("action")) == "delayed" else "failed"
    permanent = lasting and action == "failed" and not status.startswith("4")
    return FailedRecipient(str(row["emailAddress"]).strip("<> "), status, action, permanent, plain_reason(status, said))
