"""Who writes too much, who waits for an answer, and when."""

from datetime import UTC, datetime

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
FLOOD, KARI, SUPPORT = "flood@bulk.example", "kari@customer.example", "support@acme.example"

#: Three letters for the mails of one sender, then one for all.
MANY = """
[desk]
name = "Acme Support"
address = "support@acme.example"
operator = "ops@acme.example"
timezone = "UTC"
[answers]
hold = "0s"
[limits]
letters_per_sender = 3
mails_per_sender = 3
[[agent]]
email = "anna@acme.example"
name = "Anna"
[[agent]]
email = "bob@acme.example"
name = "Bob"
languages = ["nb"]
"""
