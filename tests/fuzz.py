"""Reads broken mail for as long as you like, through the daemon's own workers with their limits, and keeps what fails.

    python -m tests.fuzz [--minutes 5] [--seed N] [--seeds FOLDER ...] [--keep var/fuzz]

Each mail is made of `tests/mails` and of the mails in the folders that are named. What breaks a rule of
`tests/invariants.py` is made as small as it goes and written to a file; of a fault in the code, it becomes a mail of
`tests/mails`, numbers 80 to 89. Ends with 1 where anything was found.
"""

import argparse
import os
import random
import sys
import tempfile
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from hashlib import sha256
from itertools import count
from pathlib import Path

from maildesk.ingest.parse import parse_mail
from maildesk.ingest.workers import ParserDied, Parsers
from maildesk.mail import Mail
from tests.invariants import OURS, faults_of
from tests.mutants import mutate

MAILS = Path(__file__).parent / "mails"
#: Seeds larger than this are left out: they only slow the search down.
_LARGEST_SEED = 200_000
#: One sort of fault is kept so many times.
_ENOUGH = 3
_DEADLY = ("reading the mail", "the parser was", "the parser ended", "the parser's answer", "it ended its")


def seeds_of(*folders: Path) -> list[bytes]:
    files = sorted(file for folder in folders for file in folder.rglob("*") if file.suffix in (".eml", ".mbox", ".txt"))
    return [file.read_bytes() for file in files if 0 < file.stat().st_size <= _LARGEST_SEED]


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--minutes", type=float, default=5)
    options.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 32))
    options.add_argument("--seeds", type=Path, nargs="*", default=[], help="folders with more mails to start from")
    options.add_argument("--keep", type=Path, default=Path("var/fuzz"))
    given = options.parse_args()
    found: Counter[str] = Counter()
    done = 0
    for raw, faults in _read(given.seed, seeds_of(MAILS, *given.seeds), given.minutes * 60):
        done += 1
        for fault in faults:
            found[_sort(fault)] += 1
            if found[_sort(fault)] <= _ENOUGH:
                print(f"{_keep(given.keep, raw, fault)}: {fault}", flush=True)
    print(f"seed {given.seed}: {done} mails read, {sum(found.values())} faults", *found.items(), sep="\n")
    sys.exit(1 if found else 0)


def _read(seed: int, seeds: list[bytes], seconds: float) -> Iterator[tuple[bytes, list[str]]]:
    """Mutants with their faults, until the time is over."""
    end = time.monotonic() + seconds
    parsers = Parsers(os.cpu_count() or 1, OURS)
    waiting: deque[tuple[bytes, Path, Future[Mail]]] = deque()
    with tempfile.TemporaryDirectory() as folder:
        for number in count():
            if time.monotonic() < end:
                raw = mutate(random.Random(f"{seed} {number}"), seeds)
                path = Path(folder, str(number))
                path.write_bytes(raw)
                waiting.append((raw, path, parsers.submit(path)))
            elif not waiting:
                break
            if len(waiting) > 16 or time.monotonic() >= end:
                raw, path, future = waiting.popleft()
                yield raw, _faults(raw, future)
                path.unlink()
    parsers.close()


def _faults(raw: bytes, future: "Future[Mail]") -> list[str]:
    try:
        return faults_of(raw, future.result())
    except ParserDied as death:
        return [f"it ended its worker: {death}"]


def _sort(fault: str) -> str:
    return " ".join(fault.split()[:3])


def _keep(folder: Path, raw: bytes, fault: str) -> Path:
    """Writes the mail, smaller where the fault can be seen in this process."""
    sort = _sort(fault)
    # What ends a worker would end this process, or hold it up for long.
    small = (
        raw if sort in _DEADLY else shrink(raw, lambda one: sort in map(_sort, faults_of(one, parse_mail(one, OURS))))
    )
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{sha256(small).hexdigest()[:12]}.eml"
    path.write_bytes(small)
    return path


def shrink(raw: bytes, fails: Callable[[bytes], bool]) -> bytes:
    """Without every run of lines that the fault does not need; the runs become shorter and shorter."""
    lines = raw.splitlines(keepends=True)
    length = len(lines)
    while length := length // 2:
        at = 0
        while at < len(lines):
            without = lines[:at] + lines[at + length :]
            if fails(b"".join(without)):
                lines = without
            else:
                at += length
    return b"".join(lines)


if __name__ == "__main__":
    main()
