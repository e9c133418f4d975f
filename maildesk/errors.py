"""The two ways an adapter may fail. Anything else that is raised is a fault of ours."""


class Deferred(Exception):
    """Trouble on the way, worth another try later. The text is fit to be stored and shown: no secrets."""

    def __init__(self, reason: str, *, everyone: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        #: True where the trouble would meet every letter (bad password, relay away), not this one alone.
        self.everyone = everyone


class Refused(Exception):
    """The other side said no for good. The text is fit to be stored and shown: no secrets. Where it befalls a letter it
    is a reason (maildesk.reason).
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
