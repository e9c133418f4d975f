"""Watches IMAP folders: every mail is durable here before the server is told to move or flag it.

wire       imapclient with limits: how much, how long, how large; STARTTLS and PREAUTH closed
session    one connection in plain words: select, list, fetch, move, flag, wait
ledger     which (UIDVALIDITY, UID) were looked at; first look, changed UIDVALIDITY
suspects   mails that the server lists and does not hand out
collect    one look through the folder, from the ledger to the spool to the processed folder
watch      the loop: lock, connect, collect, wait, back off
looking    for a rehearsal: a session that only looks, and the choice of what it reads
"""

from maildesk.ingest.imap.session import MailboxSettings
from maildesk.ingest.imap.watch import MailboxWatcher

__all__ = ["MailboxSettings", "MailboxWatcher"]
