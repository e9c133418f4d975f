"""May this mail speak for this person? The two tables of threats section 3, row by row."""

import pytest

from maildesk.desk.speaker.authentication import Authentication, Verdict
from maildesk.desk.trust import Leave, Signals, Trust, trust_agent, trust_requester
from maildesk.reason import because
from maildesk.vocabulary import Standing

#: authentication, own token, own letter -> for strict, dmarc_or_token (the default) and relaxed:
#: standing, and whether it may answer, give ordinary orders, give dangerous ones.
AGENTS = """
pass     yes  yes | proven    yes     yes     yes | proven    yes     yes  yes     | proven    yes     yes  yes
pass     yes  no  | proven    yes     yes     yes | proven    yes     yes  yes     | proven    yes     yes  yes
pass     no   yes | unproven  confirm confirm no  | accepted  yes     yes  confirm | accepted  yes     yes  confirm
pass     no   no  | unproven  confirm confirm no  | accepted  yes     yes  confirm | accepted  yes     yes  confirm
unknown  yes  yes | unproven  confirm confirm no  | accepted  yes     yes  confirm | accepted  yes     yes  confirm
unknown  yes  no  | unproven  confirm confirm no  | accepted  yes     yes  confirm | accepted  yes     yes  confirm
unknown  no   yes | unproven  confirm held    no  | unproven  confirm held no      | accepted  yes     held no
unknown  no   no  | unproven  confirm no      no  | unproven  confirm no   no      | unproven  confirm no   no
fail     yes  yes | failed    confirm held    no  | failed    confirm held no      | failed    confirm held no
fail     yes  no  | failed    confirm held    no  | failed    confirm held no      | failed    confirm held no
fail     no   yes | failed    confirm no      no  | failed    confirm no   no      | failed    confirm no   no
fail     no   no  | failed    confirm no      no  | failed    confirm no   no      | failed    confirm no   no
"""
RULES = ("strict", "dmarc_or_token", "relaxed")
#: authentication, own token -> standing, may answer, order, endanger
REQUESTERS = """
pass     yes | proven    yes  yes      no
pass     no  | accepted  yes  yes      no
unknown  yes | accepted  yes  yes      no
unknown  no  | unproven  yes  confirm  no
fail     yes | failed    yes  no       no
fail     no  | failed    yes  no       no
"""


def signals(verdict: str, token: str, letter: str = "no") -> Signals:
    return Signals(Authentication(Verdict(verdict), f"dmarc={verdict}"), token == "yes", letter == "yes")


def in_words(trust: Trust) -> str:
    return f"{trust.standing} {trust.answer} {trust.order} {trust.endanger}"


@pytest.mark.parametrize("row", AGENTS.strip().splitlines())
@pytest.mark.parametrize(("rule", "column"), [*zip(RULES, (1, 2, 3), strict=True)])
def test_agents(row: str, rule: str, column: int) -> None:
    columns = row.split("|")
    assert in_words(trust_agent(signals(*columns[0].split()), rule)).split() == columns[column].split()


@pytest.mark.parametrize("row", REQUESTERS.strip().splitlines())
def test_requesters(row: str) -> None:
    facts, decided = (column.split() for column in row.split("|"))
    assert in_words(trust_requester(signals(*facts))).split() == decided
    # That a letter of ours is answered proves nothing about From: references travel in every quote.
    assert in_words(trust_requester(signals(facts[0], facts[1], "yes"))).split() == decided


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("verdict", Verdict)
def test_the_token_of_somebody_else_is_worth_nothing(rule: str, verdict: Verdict) -> None:
    found = Authentication(verdict, f"dmarc={verdict}")
    without = trust_agent(Signals(found, token=False, own_letter=False), rule)
    strange = trust_agent(Signals(found, token=False, own_letter=False, strange_token=True), rule)
    assert in_words(strange) == in_words(without)
    assert because("strange_token") in strange.reason


@pytest.mark.parametrize("leave", Leave)
def test_only_yes_is_yes(leave: Leave) -> None:
    yes = leave is Leave.YES
    assert Trust(Standing.PROVEN, "", answer=leave).may_answer is yes
    assert Trust(Standing.PROVEN, "", order=leave).may_act is yes
    assert Trust(Standing.PROVEN, "", endanger=leave).may_endanger is yes


def test_a_stranger_may_nothing_by_himself() -> None:
    stranger = Trust(Standing.STRANGER, because("no_clean_address"))
    assert not (stranger.may_answer or stranger.may_act or stranger.may_endanger)


def test_the_reason_names_every_signal() -> None:
    reason = trust_agent(signals("unknown", "yes", "yes"), "strict").reason
    assert reason == "dmarc=unknown; own_token; answers_own_letter"
    assert trust_requester(signals("fail", "no")).reason == "dmarc=fail; no_token"
    stored = str(trust_agent(signals("pass", "no"), "dmarc_or_token"))
    assert stored == "accepted: dmarc=pass; no_token; allows|yes|yes|confirm"
