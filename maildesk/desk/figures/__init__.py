"""The numbers of a digest: what is read (find.py), and what is made of it (all others, pure). Start with reckon.py."""
