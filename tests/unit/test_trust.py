"""May this mail speak for this person? The two tables of threats section 3, row by row."""

import pytest

from maildesk.desk.authentication import Authentication, Verdict
from maildesk.desk.trust import Signals, trust_agent, trust_requester

#: authentication, own token, own letter -> strict, dmarc_or_token (the default), relaxed
AGENTS = """
pass     yes  yes  proven    proven    proven
pass     yes  no   proven    proven    proven
pass     no   yes  unproven  accepted  accepted
pass     no   no   unproven  accepted  accepted
unknown  yes  yes  unproven  accepted  accepted
unknown  yes  no   unproven  accepted  accepted
unknown  no   yes  unproven  unproven  accepted
unknown  no   no   unproven  unproven  unproven
fail     yes  yes  failed    failed    failed
fail     yes  no   failed    failed    failed
fail     no   yes  failed    failed    failed
fail     no   no   failed    failed    failed
"""
#: authentication, own token -> standing
REQUESTERS = """
pass     yes  proven
pass     no   accepted
unknown  yes  accepted
unknown  no   unproven
fail     yes  failed
fail     no   failed
"""


def signals(verdict: str, token: str, letter: str = "no") -> Signals:
    return Signals(Authentication(Verdict(verdict), f"dmarc={verdict}"), token == "yes", letter == "yes")


@pytest.mark.parametrize("row", AGENTS.strip().splitlines())
def test_agents(row: str) -> None:
    verdict, token, letter, *standings = row.split()
    given = signals(verdict, token, letter)
    assert [trust_agent(given, rule).standing for rule in ("strict", "dmarc_or_token", "relaxed")] == standings


@pytest.mark.parametrize("row", REQUESTERS.strip().splitlines())
def test_requesters(row: str) -> None:
    verdict, token, standing = row.split()
    assert trust_requester(signals(verdict, token)).standing == standing
    # That a letter of ours is answered proves nothing about From: references travel in every quote.
    assert trust_requester(signals(verdict, token, "yes")).standing == standing


@pytest.mark.parametrize(
    ("standing", "may_act"),
    [("proven", True), ("accepted", True), ("unproven", False), ("failed", False)],
)
def test_who_may_act(standing: str, may_act: bool) -> None:
    given = {
        "proven": signals("pass", "yes"),
        "accepted": signals("pass", "no"),
        "unproven": signals("unknown", "no"),
        "failed": signals("fail", "yes"),
    }
    trust = trust_agent(given[standing], "dmarc_or_token")
    assert (trust.standing, trust.may_act) == (standing, may_act)


def test_the_reason_names_every_signal() -> None:
    reason = trust_agent(signals("unknown", "yes", "yes"), "strict").reason
    assert reason == "dmarc=unknown; own token, answers a letter to this person"
    assert trust_requester(signals("fail", "no")).reason == "dmarc=fail; no token"
