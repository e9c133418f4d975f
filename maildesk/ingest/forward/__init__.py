"""Opens forwarded mail: what the forwarder wrote above, and whom and what the forwarded mail says it is from.

open       the whole text: does it pass a mail on, and which
wording    the words of all languages, in the one form in which they are compared
lines      one line: how deep it is quoted, and what stands behind the quotation marks
head       the block of "From: ... Sent: ... Subject: ..." above the forwarded text
glued      the same block on a single line
guessed    the same block in a language nobody listed
columns    the same block in the columns of Lotus Notes
attributed "On Monday Kari <kari@...> wrote:" above the forwarded text
people     the people in such a head, as mail programs show them
attached   a mail passed on as an attachment

Nothing here is believed: the inner sender is text until an authenticated agent vouches for it (threats T17).
"""

from maildesk.ingest.forward.attached import open_attached
from maildesk.ingest.forward.open import open_forward

__all__ = ["open_attached", "open_forward"]
