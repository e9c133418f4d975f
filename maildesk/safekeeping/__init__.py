"""The desk in safe keeping: put away whole, brought back, and one person taken out of it for good.

desk_copy   the tables, from one moment          snapshot   the database as one SQLite file
raw_mail    which raw mail the rows name         archive    the file of a backup, and what is looked at in it
backup      the story of putting away            restore    the story of bringing back
returning   what must differ in a desk that comes back                into_store   the rows into the configured database
erasure     the story of taking a person out     traces     where the person stands, and who else named him

Nothing here runs by itself: an operator asks for it. A daemon may be at work meanwhile; only restore refuses that.
"""
