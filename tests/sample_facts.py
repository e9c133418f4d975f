"""The sample letters, which come with maildesk: add new ones in maildesk/notify/samples/."""

from maildesk.notify.samples import LANGUAGES, Sample, notice_of, samples

__all__ = ["LANGUAGES", "Sample", "notice_of", "samples"]
