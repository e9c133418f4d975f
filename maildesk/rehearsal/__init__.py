"""`run --dry-run`: the real desk with a copy of everything that could change, to see what would become of the mail.

desk_copy     the tables, copied into a temporary folder; the database itself is only read
raw_mail      the raw mail, read where it is and written beside the copy
play          the story: look into the mailboxes, process, write down
report        what is told of each mail

No daemon's lock is taken, no mailbox is changed (ingest/imap/looking.py), and nothing here knows a relay.
"""

from maildesk.rehearsal.play import MOST_MAILS, NEWEST, rehearse
from maildesk.rehearsal.report import Rehearsed

__all__ = ["MOST_MAILS", "NEWEST", "Rehearsed", "rehearse"]
