"""Who gets a ticket? Expertise, availability and load decide; the reason is told.

The tiers are asked in their order, and within one whoever has the largest share of expertise times free hands; of
equals whoever got a ticket longest ago, then the order of the configuration. Nobody is chosen beyond his cap. Where
nobody can be chosen the ticket is everybody's, and the reason says why.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Literal

from maildesk.reason import because, together

#: The reason begins so where nobody is chosen.
FOR_EVERYBODY: Final = because("for_everybody")
#: An agent who is said to know something with less weight is no expert for it: two tickets of one kind well rated in
#: the same week, or five without a rating, are enough (desk/skills.py).
EXPERT: Final = 0.4
#: How much a ticket in a language that he does not work in suits an agent.
FOREIGN: Final = 0.25


@dataclass(frozen=True, slots=True)
class Matter:
    """What a ticket is about: service, category, queue and tags, in lower case, as far as they are known."""

    topics: tuple[str, ...]
    language: str


@dataclass(frozen=True, slots=True)
class Colleague:
    """One agent at the moment of the choice."""

    person: int
    name: str
    #: What he knows (lower case), with a weight of more than 0 and at most 1.
    skills: Mapping[str, float]
    languages: tuple[str, ...]
    open_tickets: int
    #: Beyond so many open tickets he gets none by himself.
    most: int
    at_work: bool
    #: When his next hours begin; None where he is at work.
    back: datetime | None = None
    #: Until when he is away; None where he is not.
    away: datetime | None = None
    last_given: datetime | None = None
    manager: bool = False

    @property
    def has_room(self) -> bool:
        return self.open_tickets < self.most

    @property
    def free_share(self) -> float:
        """The part of his cap that is free: 1 for nothing to do."""
        return 1 - self.open_tickets / self.most if self.most else 0.0


@dataclass(frozen=True, slots=True)
class Choice:
    """Who gets it, or None for everybody; `passed_over` where somebody knows the matter and could not get it."""

    agent: int | None
    reason: str
    passed_over: bool = False


@dataclass(frozen=True, slots=True)
class _Candidate:
    colleague: Colleague
    place: int
    known: tuple[str, ...]
    expertise: float
    speaks: bool
    score: float = field(init=False)

    def __post_init__(self) -> None:
        suits = (self.expertise or 1.0) * (1.0 if self.speaks else FOREIGN)
        # Rounded, or equals would be parted by the last bit.
        object.__setattr__(self, "score", round(suits * self.colleague.free_share, 9))


_Tier = Callable[[_Candidate], bool]


def choose_agent(
    matter: Matter,
    team: tuple[Colleague, ...],
    how: Literal["skills", "always", "off"],
    excluded: frozenset[int] = frozenset(),
) -> Choice:
    """The agent for a ticket. `team` is in the order of the configuration; `excluded` are not asked.

    "skills": only who knows the matter; "always": if need be anybody; "off": nobody.
    """
    if how == "off":
        return _for_everybody(because("nothing_assigned"))
    asked = [one for one in _candidates(matter, team) if one.colleague.person not in excluded]
    for tier in _TIERS[how]:
        fitting = [one for one in asked if one.colleague.has_room and not one.colleague.away and tier(one)]
        if fitting:
            best = min(fitting, key=_rank)
            return Choice(best.colleague.person, _why(best, others=len(fitting) - 1))
    return _nobody(matter, asked, how)


def _at_work_expert(one: _Candidate) -> bool:
    return bool(one.known) and one.colleague.at_work


def _expert(one: _Candidate) -> bool:
    return bool(one.known)


def _at_work(one: _Candidate) -> bool:
    return one.colleague.at_work and not one.colleague.manager


def _no_manager(one: _Candidate) -> bool:
    return not one.colleague.manager


def _anybody(one: _Candidate) -> bool:
    return True


_TIERS: Final[Mapping[str, tuple[_Tier, ...]]] = {
    "skills": (_at_work_expert, _expert),
    # Before a manager whoever comes to work next, before him whoever is there.
    "always": (_at_work_expert, _at_work, _expert, _no_manager, _anybody),
}


def _rank(one: _Candidate) -> tuple[float, bool, float, int]:
    last = one.colleague.last_given
    return -one.score, last is not None, last.timestamp() if last else 0.0, one.place


def _candidates(matter: Matter, team: tuple[Colleague, ...]) -> list[_Candidate]:
    found = []
    for place, colleague in enumerate(team):
        weights = {topic: _weight(colleague.skills, topic) for topic in matter.topics}
        known = tuple(topic for topic, weight in weights.items() if weight >= EXPERT)
        expertise = sum(weights[topic] for topic in known) / len(weights) if known else 0.0
        found.append(_Candidate(colleague, place, known, expertise, matter.language in ("", *colleague.languages)))
    return found


def _weight(skills: Mapping[str, float], topic: str) -> float:
    """Whoever knows "vpn" knows "vpn access" too."""
    words = set(topic.split())
    return max((weight for skill, weight in skills.items() if words.issuperset(skill.split())), default=0.0)


def _why(one: _Candidate, others: int) -> str:
    colleague = one.colleague
    return together(
        because("knows", *one.known) if one.known else "",
        because("back_at", colleague.back.isoformat()) if colleague.back else because("at_work"),
        "" if one.speaks else because("other_language"),
        because("open", colleague.open_tickets, colleague.most),
        because("chosen", others + 1) if others else "",
    )


def _for_everybody(why: str, *, passed_over: bool = False) -> Choice:
    return Choice(None, together(FOR_EVERYBODY, why), passed_over)


def _nobody(matter: Matter, asked: list[_Candidate], how: str) -> Choice:
    experts = [one for one in asked if one.known] if how == "skills" else asked
    if experts:
        return _for_everybody(together(*map(_why_not, experts)), passed_over=True)
    if how == "always":
        return _for_everybody(because("nobody_else"))
    return _for_everybody(because("nobody_knows", *matter.topics) if matter.topics else because("no_topic"))


def _why_not(one: _Candidate) -> str:
    colleague, expert = one.colleague, bool(one.known)
    if colleague.away:
        code, how = "knows_but_away" if expert else "away", colleague.away.isoformat()
    elif not colleague.most:
        code, how = "knows_but_none" if expert else "none_by_itself", ""
    else:
        code, how = "knows_but_full" if expert else "full", str(colleague.open_tickets)
    return because(code, colleague.name, how, *one.known)
