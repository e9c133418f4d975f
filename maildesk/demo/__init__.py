"""The demonstration: the real daemon on this machine alone, three people writing mail, every letter shown."""

from maildesk.demo.play import play

__all__ = ["play"]
