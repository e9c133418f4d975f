"""All hostile mail: what each one costs, and what comes of it in a running daemon.

    python -m tests.hostile [--only costs|desk] [--seed N] [FOLDER ...]

The folders hold .eml files, for the desk each with its sidecar .json; without one, ../shared/hostile is taken where it
is. Ends with 1 where a mail breaks a limit or does what it must not.
"""

import argparse
import sys
import tempfile
from pathlib import Path

from tests.hostile.attack import Attack, Findings
from tests.hostile.cases import read_cases
from tests.hostile.costs import HOSTILE, measure, show_costs


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("folders", type=Path, nargs="*", default=[HOSTILE])
    options.add_argument("--only", choices=("costs", "desk"))
    options.add_argument("--seed", type=int, default=4)
    chosen = options.parse_args()
    good = chosen.only == "desk" or show_costs(list(measure(chosen.folders)))
    if chosen.only != "costs":
        cases = [case for folder in chosen.folders for case in read_cases(folder)]
        with tempfile.TemporaryDirectory(prefix="maildesk-hostile-") as folder, Attack(Path(folder)) as attack:
            good = show(attack.run(cases, chosen.seed)) and good
    sys.exit(0 if good else 1)


def show(findings: Findings) -> bool:
    """Prints a row for each group, and every mismatch with its reason. Returns whether there is none."""
    wrong = {group: len({one.case for one in findings.mismatches if one.group == group}) for group in findings.sent}
    print("| group | mails | with a mismatch |\n|---|---|---|")
    for group in sorted(findings.sent):
        print(f"| {group} | {findings.sent[group]} | {wrong[group]} |")
    print(f"\n{findings.sent.total()} mails ({findings.by_imap} by IMAP), {findings.letters} letters")
    print(f"{len(findings.mismatches)} mismatches")
    for one in findings.mismatches:
        print(f"{one.case}: {one.reason}")
    return not findings.mismatches


if __name__ == "__main__":
    main()
