"""Tests against real servers (Dovecot, Postfix, PostgreSQL) and scripted ones, all on loopback."""
