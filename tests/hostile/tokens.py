"""Random signatures on tags of tickets and people that are there: how many of them pass?

python -m tests.hostile.tokens [COUNT]
"""

import random
import sys
from collections.abc import Iterator

from maildesk.tokens import TagKind, is_genuine, read_tag
from tests.hostile.world import DESK, KEY, PEOPLE, TICKETS

_ALPHABET = "abcdefghijklmnopqrstuvwxyz234567"
_OWN = frozenset({DESK})
_FORMS = ("{kind}{ticket}-p{person}-{signature}", "{kind}{ticket}-p{person}-{score}-{signature}")
_OLDER_KEYS = (b"the key before", b"the key before that")


def random_tags(count: int, seed: int) -> Iterator[str]:
    """Addresses that only the right signature lacks; some too short, some of a kind that has a score."""
    chance = random.Random(seed)
    people, tickets, kinds = list(PEOPLE), list(TICKETS), list(TagKind)
    for _ in range(count):
        kind = chance.choice(kinds)
        length = 16 if chance.random() < 0.9 else chance.randrange(16)
        tag = _FORMS[kind is TagKind.RATE].format(
            kind=kind,
            ticket=chance.choice(tickets),
            person=chance.choice(people),
            score=chance.randint(1, 5),
            signature="".join(chance.choices(_ALPHABET, k=length)),
        )
        yield f"support+{tag}@desk.example"


def would_pass(address: str) -> bool:
    """Is it a genuine tag, by the present key or an older one?"""
    tag = read_tag(address, _OWN, "+")
    return tag is not None and is_genuine(tag, (KEY, *_OLDER_KEYS), "desk.example", 0)


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    passed = [address for address in random_tags(count, seed=count) if would_pass(address)]
    print(f"{count} random tags, {len(passed)} accepted")
    sys.exit(1 if passed else 0)


if __name__ == "__main__":
    main()
