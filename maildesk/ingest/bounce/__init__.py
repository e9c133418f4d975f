"""Delivery reports: `report` is the way in, and each other module answers one question for it."""

from maildesk.ingest.bounce.report import Report, read_report

__all__ = ["Report", "read_report"]
