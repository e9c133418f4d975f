"""maildesk: the helpdesk nobody has to log in to. Mail in, tickets, mail out."""

__version__ = "0.1.0"
