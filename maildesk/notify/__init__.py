"""Notices go out: who is told, in which words, and how the letter gets to the relay."""
