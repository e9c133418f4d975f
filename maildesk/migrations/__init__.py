"""The shapes the database has had, one file per change in `versions/`; maildesk/migrate.py walks through them."""
