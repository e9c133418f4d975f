"""What a delivery report means for a letter of ours and the address it went to. It believes no more than it must:
anybody can write a report (threats T16).
"""

from enum import StrEnum
from typing import Final

from maildesk.mail import Bounce, FailedRecipient
from maildesk.reason import because, together

#: RFC 3463 3.2 to 3.5 without the class: what is wrong with the address itself, and will be wrong tomorrow.
_THE_ADDRESS: Final = frozenset({"1.1", "1.2", "1.3", "1.6", "1.10", "2.1", "4.4"})


class Failure(StrEnum):
    DELAYED = "delayed"  # it may still arrive
    LOST = "lost"  # this letter will not arrive; the next one may
    HARD = "hard"  # there is nobody at this address


def failed_recipient(report: Bounce, recipient: str, *, signed: bool) -> FailedRecipient | None:
    """What the report says of our letter to `recipient` (lower case); None where it speaks of somebody else.

    `signed`: it came to the return address of that letter, which was told to nobody but his servers. Those may know
    him by another name, so then any row will do, the worst first, or none at all.
    """
    own = next((one for one in report.recipients if one.address.lower() == recipient), None)
    if own is not None or not signed:
        return own
    worst = sorted(report.recipients, key=lambda one: (one.action != "failed", not one.permanent))
    return worst[0] if worst else FailedRecipient(recipient, "", "failed", False, because("report_without_reason"))


def failure_of(failed: FailedRecipient) -> Failure:
    """How bad it is. A full mailbox, a size, an opinion about spam: none of them says that the address is wrong."""
    if failed.action == "delayed":
        return Failure.DELAYED
    return Failure.HARD if failed.permanent and failed.status[2:] in _THE_ADDRESS else Failure.LOST


def reason_of(failed: FailedRecipient) -> str:
    """The reason with its status code, as it is stored."""
    if not failed.status or failed.status in failed.reason:
        return failed.reason or because("no_reason_given")
    return (
        together(because("status_is", failed.status), failed.reason)
        if failed.reason
        else because("said", failed.status)
    )
