"""Does the S3 store take a mail and give it back? It leaves one tiny object there, the same at every check."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from maildesk.blobs import S3Blobs
from maildesk.checks.finding import Finding, fail, ok
from maildesk.errors import Deferred

_PROBE: Final = b"maildesk check --live was here\n"

#: One try: the person at the terminal is the one who tries again. No `client_options`: they would replace those of the
#: environment, and what is checked would not be what runs.
_OPTIONS: Final[dict[str, Any]] = {
    "retry_config": {"max_retries": 0, "retry_timeout": timedelta(seconds=10)},
}
_KEYS: Final = "correct AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY in the environment, and what this key may do"
_REMEDIES: Final = {
    "FileNotFoundError": "make the bucket, or correct its name in store.raw",
    "PermissionDeniedError": _KEYS,
    "UnauthenticatedError": _KEYS,
}
_OTHERWISE: Final = "is the store reachable, and do AWS_ENDPOINT, AWS_REGION and AWS_ACCESS_KEY_ID name the right one?"


def try_raw(raw: str) -> Iterator[Finding]:
    """Writes and reads as the daemon does; `raw` is store.raw, s3://bucket/prefix."""
    from obstore.exceptions import BaseError

    with TemporaryDirectory(prefix="maildesk-") as spool:
        blobs = S3Blobs(raw, Path(spool), **_OPTIONS)
        try:
            back = blobs.read(blobs.keep(_PROBE).sha256)
        except Deferred as trouble:
            yield _refused(raw, "does not take a mail", trouble.__cause__)
            return
        except (BaseError, OSError) as error:
            yield _refused(raw, "does not give a mail back", error)
            return
    if back != _PROBE:
        remedy = "use another store: a mail that is kept there does not come back as it was"
        yield fail("store.raw", f"{raw} gives back other bytes than it was given", remedy)
    else:
        yield ok("store.raw", f"{raw} takes mail and gives it back")


def _refused(raw: str, how: str, error: BaseException | None) -> Finding:
    # The store's own words hold addresses and keys; the kind of its error is enough.
    kind = type(error).__name__
    return fail("store.raw", f"{raw} {how} ({kind})", _REMEDIES.get(kind, _OTHERWISE))
