"""Guesses signed addresses: `python -m tests.guesses --count 1000000`. None may be accepted.

Each has the right form, the right ticket and a right person, so that nothing but the signature can refuse it.
"""

import argparse
import random
import string
import sys
from datetime import timedelta

from maildesk.desk.match import Candidates, Rung, TicketFacts, Writer, choose_ticket, clues_of
from maildesk.mail import Mail
from maildesk.vocabulary import Status
from tests.desk import MONDAY

DESK, KEYS = "support@acme.example", (b"k" * 32, b"o" * 32)
_LETTERS = string.ascii_lowercase + "234567"


def accepted(count: int, seed: int) -> int:
    """How many of so many guesses lead to the ticket."""
    chance = random.Random(seed)
    found = Candidates({42: TicketFacts(42, Status.OPEN, None, 0, 7, frozenset({7}))})
    good = 0
    for _ in range(count):
        kind = chance.choice(("t42-p7-", "n42-p7-", "r42-p7-5-"))
        guess = f"support+{kind}{''.join(chance.choices(_LETTERS, k=16))}@acme.example"
        clues = clues_of(Mail(), (guess,), frozenset({DESK}), "+")
        place = choose_ticket(clues, found, Writer(None), KEYS, "acme.example", MONDAY, timedelta(days=30))
        good += place.rung is not Rung.NOTHING
    return good


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.guesses")
    parser.add_argument("--count", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    good = accepted(given.count, given.seed)
    print(f"guesses {given.count} accepted {good}")
    return 1 if good else 0


if __name__ == "__main__":
    sys.exit(main())
