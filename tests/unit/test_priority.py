from dataclasses import replace
from typing import Any

import pytest

from maildesk.config import PrioritySettings, RuleSettings
from maildesk.desk.priority import MailFacts, priority_of, triage_of
from maildesk.desk.words.default_rules import DEFAULT_RULES
from maildesk.notify.why import in_words
from maildesk.vocabulary import Level, Priority, TicketType

MATRIX = PrioritySettings()
MAIL = MailFacts(
    subject="The line",
    text="It stands still again.",
    queues=frozenset({"network"}),
    recipients=frozenset({"network@acme.example"}),
    sender="kari@it.customer.example",
    organisation="Customer AS",
    vip=False,
    headers=frozenset({("x-severity", "critical")}),
)


def rule(**keys: Any) -> RuleSettings:
    return RuleSettings.model_validate({"name": "r", "set": {"tags": ["hit"]}, **keys})


@pytest.mark.parametrize(
    ("impact", "urgency", "priority"),
    [
        (Level.HIGH, Level.HIGH, Priority.URGENT),
        (Level.HIGH, Level.MEDIUM, Priority.HIGH),
        (Level.HIGH, Level.LOW, Priority.NORMAL),
        (Level.MEDIUM, Level.HIGH, Priority.HIGH),
        (Level.MEDIUM, Level.MEDIUM, Priority.NORMAL),
        (Level.MEDIUM, Level.LOW, Priority.LOW),
        (Level.LOW, Level.HIGH, Priority.NORMAL),
        (Level.LOW, Level.MEDIUM, Priority.LOW),
        (Level.LOW, Level.LOW, Priority.LOW),
    ],
)
def test_the_matrix(impact: Level, urgency: Level, priority: Priority) -> None:
    assert priority_of(impact, urgency, MATRIX) is priority


def test_the_matrix_of_the_operator_counts() -> None:
    matrix = PrioritySettings.model_validate({"low": ["urgent", "high", "high"]})
    assert priority_of(Level.LOW, Level.HIGH, matrix) is Priority.URGENT
    assert priority_of(Level.LOW, Level.LOW, matrix) is Priority.HIGH


@pytest.mark.parametrize(
    ("keys", "why"),
    [
        ({}, "rule r"),
        ({"queue": ["Network"]}, "queue Network (rule r)"),
        ({"queue": ["other"]}, None),
        ({"recipient": ["Network@acme.example"]}, "to Network@acme.example (rule r)"),
        ({"recipient": ["support@acme.example"]}, None),
        ({"sender": ["kari@it.customer.example"]}, "from kari@it.customer.example (rule r)"),
        ({"sender": ["customer.example"]}, "from customer.example (rule r)"),
        ({"sender": ["stomer.example"]}, None),
        ({"sender": ["ola@it.customer.example"]}, None),
        ({"organisation": ["customer as"]}, "of customer as (rule r)"),
        ({"organisation": ["Other AS"]}, None),
        ({"vip": True}, None),
        ({"subject": ["line"]}, '"line" in the subject (rule r)'),
        ({"subject": ["stands still"]}, None),
        ({"words": ["nothing", "stands still"]}, '"stands still" (rule r)'),
        ({"words": ["stand"]}, None),
        ({"sender": ["customer.example"], "headers": ["X-Severity: Critical"]}, "from customer.example, X-Severity: C"),
        ({"sender": ["customer.example"], "headers": ["X-Severity: low"]}, None),
        # All of them must hold, of each one entry.
        ({"queue": ["other", "network"], "words": ["line"]}, 'queue network, "line" (rule r)'),
        ({"queue": ["network"], "words": ["nothing"]}, None),
    ],
)
def test_when_a_rule_holds(keys: dict[str, Any], why: str | None) -> None:
    found = triage_of(MAIL, [rule(**keys)], MATRIX)
    assert found.tags == (("hit",) if why else ())
    assert len(found.reasons) == bool(why)
    if why:
        assert in_words(found.reasons[0], "en").startswith(f"tags hit: {why}")


def test_a_vip_is_one_of_an_organisation_of_vips() -> None:
    (reason,) = triage_of(replace(MAIL, vip=True), [rule(vip=True)], MATRIX).reasons
    assert in_words(reason, "en") == "tags hit: of Customer AS (rule r)"


def test_nobody_is_nobodys_sender() -> None:
    nobody = replace(MAIL, sender="", organisation="")
    assert triage_of(nobody, [rule(sender=["customer.example"]), rule(organisation=["x"])], MATRIX).tags == ()


def test_the_first_rule_that_says_something_counts_and_tags_are_collected() -> None:
    rules = [
        rule(name="a", set={"urgency": "high", "tags": ["one"]}),
        rule(name="b", set={"urgency": "low", "impact": "high", "type": "problem", "tags": ["two", "one"]}),
        rule(name="c", set={"service": "line", "category": "belt", "queue": "network", "type": "change"}),
    ]
    found = triage_of(MAIL, rules, MATRIX)
    assert (found.impact, found.urgency, found.priority) == (Level.HIGH, Level.HIGH, Priority.URGENT)
    assert (found.type, found.service, found.category, found.queue) == (TicketType.PROBLEM, "line", "belt", "network")
    assert found.tags == ("one", "two")
    assert in_words(found.priority_reason, "en") == "impact high: rule b; urgency high: rule a"
    assert tuple(in_words(one, "en") for one in found.reasons) == (
        "type problem: rule b",
        "service line: rule c",
        "category belt: rule c",
        "impact high: rule b",
        "urgency high: rule a",
        "queue network: rule c",
        "tags one: rule a",
        "tags two, one: rule b",
    )


def test_a_priority_that_a_rule_says_stands_over_the_matrix() -> None:
    found = triage_of(MAIL, [rule(set={"urgency": "low"}), rule(set={"priority": "urgent"})], MATRIX)
    assert (found.urgency, found.priority) == (Level.LOW, Priority.URGENT)
    assert in_words(found.priority_reason, "en") == "priority urgent: rule r"


def test_a_mail_of_which_no_rule_knows_anything_is_a_plain_request() -> None:
    found = triage_of(MAIL, [], MATRIX)
    assert (found.type, found.impact, found.urgency) == (TicketType.REQUEST, Level.MEDIUM, Level.MEDIUM)
    assert (found.priority, found.priority_reason, found.reasons) == (Priority.NORMAL, "", ())


@pytest.mark.parametrize(
    ("subject", "text", "kind", "priority"),
    [
        ("Printer on fire", "It burns since Monday.", TicketType.REQUEST, Priority.NORMAL),
        ("VPN down", "", TicketType.INCIDENT, Priority.HIGH),
        ("Question", "Where do I write it down?", TicketType.REQUEST, Priority.NORMAL),
        ("Question", "The server is down.", TicketType.INCIDENT, Priority.HIGH),
        ("Mail", "Nobody can log in.", TicketType.INCIDENT, Priority.URGENT),
        ("Nettet er nede", "", TicketType.INCIDENT, Priority.HIGH),
        ("Spørsmål", "Den står nede i kjelleren.", TicketType.REQUEST, Priority.NORMAL),
        ("VPN", "Hele kontoret er uten nett, VPN virker ikke.", TicketType.INCIDENT, Priority.HIGH),
        ("HASTER", "Kan noen ringe meg?", TicketType.REQUEST, Priority.HIGH),
        ("Ny bruker", "Hvordan kan jeg lage en?", TicketType.QUESTION, Priority.NORMAL),
        ("네트워크 장애", "접속이 안 됩니다.", TicketType.INCIDENT, Priority.HIGH),
        ("장애인 주차장", "신청하고 싶습니다.", TicketType.REQUEST, Priority.NORMAL),
        ("접속 불가", "전 직원이 VPN 오류로 접속하지 못합니다.", TicketType.INCIDENT, Priority.HIGH),
        ("긴급: 비밀번호", "", TicketType.REQUEST, Priority.HIGH),
        ("질문", "어떻게 설치하나요?", TicketType.QUESTION, Priority.NORMAL),
    ],
)
def test_the_words_that_maildesk_knows(subject: str, text: str, kind: TicketType, priority: Priority) -> None:
    found = triage_of(replace(MAIL, subject=subject, text=text), DEFAULT_RULES, MATRIX)
    assert (found.type, found.priority) == (kind, priority)
    assert bool(found.reasons) == ((kind, priority) != (TicketType.REQUEST, Priority.NORMAL))


def test_mail_of_a_vip_presses() -> None:
    found = triage_of(replace(MAIL, vip=True), DEFAULT_RULES, MATRIX)
    assert (found.priority, in_words(found.priority_reason, "en")) == (
        Priority.HIGH,
        "urgency high: of Customer AS (rule VIP)",
    )


def test_a_long_text_is_looked_at_where_it_begins() -> None:
    late = "x " * 30_000 + "is down"
    assert triage_of(replace(MAIL, text=late), DEFAULT_RULES, MATRIX).reasons == ()
