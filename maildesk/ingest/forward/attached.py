"""Opens a mail that was passed on as an attachment (message/rfc822): the only one, and where the mail says it does.

Mails attached to the attached mail stay closed.
"""

from typing import Final

from maildesk.ingest.body import read_body, split_leaves
from maildesk.ingest.forward.wording import plain, read_sign
from maildesk.ingest.mime.addresses import read_addresses
from maildesk.ingest.mime.headers import decode_words, raw_line
from maildesk.ingest.mime.structure import Leaf, read_structure
from maildesk.mail import Forward

_MAIL_TYPES: Final = ("message/rfc822", "message/global")
#: Of a large attached mail the beginning is read: its head and, as programs order the parts, its text.
_FIRST_BYTES: Final = 1 << 20


def open_attached(attachments: list[Leaf], subject: str, text: str) -> Forward | None:
    """The mail attached to a mail with this subject and text, where that passes it on; None otherwise.

    It does where the subject has the sign of a forward or repeats that of the attached mail, or where nothing is
    written besides. Of two attached mails none is the forwarded one.
    """
    mails = [leaf for leaf in attachments if leaf.content_type in _MAIL_TYPES]
    if len(mails) != 1 or any(one.media_type == "multipart/report" for one in mails[0].inside):
        return None
    inner = read_structure(_beginning(mails[0]))
    inner_subject = decode_words(inner.fields.first("subject"))
    repeated = bool(inner_subject) and plain(subject) == plain(inner_subject)
    if not inner.fields.first("from") or not (read_sign(subject)[0] or repeated or not text.strip()):
        return None
    bodies, _ = split_leaves(inner.leaves)
    senders = read_addresses(inner.fields.all("from"))
    return Forward(
        sender=senders[0] if senders else None,
        to=read_addresses(inner.fields.all("to")),
        cc=read_addresses(inner.fields.all("cc")),
        subject=inner_subject,
        date=raw_line(inner.fields.first("date")),
        text=read_body(bodies).text.strip("\n"),
        text_top=text.strip("\n"),
    )


def _beginning(leaf: Leaf) -> bytes:
    data = bytearray()
    for piece in leaf.pieces():
        data += piece
        if len(data) >= _FIRST_BYTES:
            break
    return bytes(data[:_FIRST_BYTES])
