"""Runs the corpus of other projects' test mail, in one run with the libraries that people use instead, as one table.

    python -m scripts.corpus_table [--corpus ../shared/corpus] [--failures FOLDER]

The corpus is not part of this project: its licences differ, and it holds names of real people. It brings its checker,
which asks `maildesk read`. The other libraries are installed into .peers; what does not install is named and left out.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from scripts.peers import node_peer, peer

ROOT: Final = Path(__file__).resolve().parent.parent
CORPUS: Final = Path("../shared/corpus")
KINDS: Final = ("parse", "hostile", "bounce", "autoreply", "reply", "forward", "thread")
#: A library that cannot be asked so much of a kind is no rival in it.
_FAIR_SHARE: Final = 0.75

#: Passed and asked cases of each kind.
Scores = dict[str, tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Library:
    """One that is compared: its adapter, and the package that must be installed for it, if any."""

    name: str
    adapter: str
    package: str = ""


LIBRARIES: Final = (
    Library("stdlib email", "baselines/stdlib_email.py"),
    Library("mail-parser", "baselines/spamscope_mailparser.py", "mail-parser"),
    Library("flufl.bounce", "baselines/flufl_bounce.py", "flufl.bounce"),
    Library("talon", "baselines/reply_talon.py", "talon"),
    Library("mail-parser-reply", "baselines/reply_mailparserreply.py", "mail-parser-reply"),
    Library("email-reply-parser", "baselines/reply_zapier.py", "email_reply_parser"),
    Library("quotequail", "baselines/reply_quotequail.py", "quotequail"),
)
CRISP: Final = Library("crisp email-forward-parser", str(ROOT / "scripts/crisp_forwards.py"), "email-forward-parser")


class Checker:
    """The corpus's check.py."""

    def __init__(self, corpus: Path, failures: Path | None) -> None:
        self._corpus = corpus
        self._failures = failures

    def ours(self) -> Scores:
        """`maildesk read` over all cases, and over the ordinary mails, of which none is a bounce."""
        found = self._scores("maildesk", "adapter.py", {})
        negatives = self._scores("negatives", "adapter.py", {}, "--cases", "cases-negatives.jsonl")
        return found | _as_negatives(negatives)

    def theirs(self, library: Library) -> Scores | None:
        """None where it does not install here."""
        environment = {}
        if library is CRISP:
            folder = node_peer(library.package)
            environment["NODE_PATH"] = str(folder and folder / "node_modules")
        else:
            folder = peer(library.package) if library.package else ROOT
            environment["PYTHONPATH"] = str(folder)
        if folder is None:
            return None
        found = self._scores(library.name, library.adapter, environment)
        if "bounce" not in found:
            return found
        negatives = self._scores(library.name, library.adapter, environment, "--cases", "cases-negatives.jsonl")
        return found | _as_negatives(negatives)

    def _scores(self, name: str, adapter: str, environment: dict[str, str], *more: str) -> Scores:
        with tempfile.TemporaryDirectory() as folder:
            result = Path(folder) / "scores.json"
            options = [*more, "--json", str(result)]
            if self._failures is not None:
                self._failures.mkdir(parents=True, exist_ok=True)
                options += ["--failures", str(self._failures / f"{name.replace(' ', '-')}.json")]
            ended = subprocess.run(
                [sys.executable, "check.py", adapter, *options],
                cwd=self._corpus,
                env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1", **_OURS, **environment},
                capture_output=True,
                text=True,
                check=False,
            )
            if ended.returncode:
                sys.exit(f"{name}: check.py ended with {ended.returncode}\n{ended.stderr.strip()[-2000:]}")
            totals = json.loads(result.read_text())["totals"]
        return {kind: (cases[0], cases[1]) for kind, cases in totals.items() if cases[1]}


#: How the adapter calls us: this checkout, wherever it is run.
_OURS: Final = {"MAILDESK": f"env PYTHONPATH={ROOT} {sys.executable} -m maildesk"}


def _as_negatives(scores: Scores) -> Scores:
    return {"negatives": (sum(passed for passed, _ in scores.values()), sum(asked for _, asked in scores.values()))}


def rows(ours: Scores, theirs: dict[str, Scores]) -> Iterator[str]:
    """The table: a row for each kind that we were asked about."""
    yield "| kind | cases | passed | % | best other library | its % |"
    yield "|---|---|---|---|---|---|"
    for kind in (*KINDS, "negatives"):
        if kind not in ours:
            continue
        passed, asked = ours[kind]
        rival, share = best(kind, asked, theirs)
        yield f"| {kind} | {asked} | {passed} | {100 * passed / asked:.1f} | {rival or '-'} | {share} |"


def best(kind: str, asked: int, theirs: dict[str, Scores]) -> tuple[str, str]:
    """The library with the largest share of what it can be asked, and that share in per cent; empty without any."""
    shares = {
        name: scores[kind][0] / scores[kind][1]
        for name, scores in theirs.items()
        if kind in scores and scores[kind][1] >= _FAIR_SHARE * asked
    }
    if not shares:
        return "", "-"
    name = max(shares, key=lambda one: shares[one])
    return name, f"{100 * shares[name]:.1f}"


def behind(ours: Scores, theirs: dict[str, Scores]) -> list[str]:
    """The kinds in which another library is ahead."""
    found = []
    for kind in (*KINDS, "negatives"):
        passed, asked = ours.get(kind, (0, 0))
        name, share = best(kind, asked, theirs)
        if name and asked and float(share) > round(100 * passed / asked, 1):
            found.append(f"{kind}: {name} is ahead")
    return found


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--corpus", type=Path, default=CORPUS)
    options.add_argument("--failures", type=Path, help="a folder that gets what failed, a file for each reader")
    given = options.parse_args()
    if not (given.corpus / "check.py").is_file():
        print(f"There is no corpus in {given.corpus}: nothing was measured. Put it there, or name it with --corpus.")
        return
    checker = Checker(given.corpus.resolve(), given.failures and given.failures.resolve())
    ours = checker.ours()
    found = {library.name: checker.theirs(library) for library in (*LIBRARIES, CRISP)}
    theirs = {name: scores for name, scores in found.items() if scores is not None}
    print(*rows(ours, theirs), sep="\n")
    print(f"\nBeside: maildesk, {', '.join(theirs)}.")
    if trailing := behind(ours, theirs):
        sys.exit("\n".join(trailing))


if __name__ == "__main__":
    main()
