"""Processes that may be killed at any moment, and what goes to and fro: frames of a length and that many bytes."""
