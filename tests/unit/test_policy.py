"""Which policy counts: the most specific first, each time by itself. One row for each rule."""

from datetime import timedelta

import pytest

from maildesk.config import ConfigError, Settings, read_settings
from maildesk.desk.clocks.policy import Matter, promises_anything, promises_for
from maildesk.vocabulary import Metric, Priority, TicketType

DESK = '[desk]\naddress = "support@acme.example"\n'
CONFIGURED = (
    DESK
    + """
[[queue]]
name = "network"
address = "network@acme.example"

[[organisation]]
name = "Big"
domains = ["big.example"]

[sla.normal]
first_response = "8h"
resolution = "5 business days"

[[policy]]
priority = "normal"
first_response = "7h"

[[policy]]
type = "incident"
first_response = "6h"

[[policy]]
queue = "network"
first_response = "5h"

[[policy]]
queue = "Network"
type = "incident"
first_response = "4h"

[[policy]]
organisation = "big"
first_response = "3h"
update = "2h"

[[policy]]
organisation = "small.example"
type = "question"
first_response = "1h"
"""
)
NORMAL, INCIDENT, REQUEST = Priority.NORMAL, TicketType.INCIDENT, TicketType.REQUEST


def settings(text: str = CONFIGURED) -> Settings:
    return read_settings(text, {}, "test.toml")


@pytest.mark.parametrize(
    ("matter", "hours", "reason"),
    [
        (Matter("", REQUEST, Priority.LOW, "a@x.example"), None, ""),
        (Matter("", REQUEST, NORMAL, "a@x.example"), 7, "policy[0]"),
        (Matter("", INCIDENT, NORMAL, "a@x.example"), 6, "policy[1]"),
        (Matter("network", REQUEST, NORMAL, "a@x.example"), 5, "policy[2]"),
        (Matter("network", INCIDENT, NORMAL, "a@x.example"), 4, "policy[3]"),
        # The organisation goes before any other condition, however many.
        (Matter("network", INCIDENT, NORMAL, "a@big.example"), 3, "policy[4]"),
        (Matter("", REQUEST, NORMAL, "a@office.big.example"), 3, "policy[4]"),
        (Matter("", TicketType.QUESTION, NORMAL, "a@small.example"), 1, "policy[5]"),
        (Matter("", TicketType.QUESTION, NORMAL, "a@sub.small.example"), 1, "policy[5]"),
        (Matter("", TicketType.QUESTION, NORMAL, "a@notsmall.example"), 7, "policy[0]"),
        (Matter("", REQUEST, NORMAL, "a@small.example"), 7, "policy[0]"),
    ],
)
def test_the_most_specific_policy_counts(matter: Matter, hours: int | None, reason: str) -> None:
    promise = promises_for(settings(), matter).get(Metric.FIRST_RESPONSE)
    assert (promise and (promise.span, promise.reason)) == (hours and (timedelta(hours=hours), reason))


def test_what_a_policy_does_not_say_is_taken_from_the_next() -> None:
    found = promises_for(settings(), Matter("network", INCIDENT, NORMAL, "a@big.example"))
    assert {metric: promise.reason for metric, promise in found.items()} == {
        Metric.FIRST_RESPONSE: "policy[4]",
        Metric.PROMISE: "policy[4]",
        Metric.RESOLUTION: "sla.normal",
    }


@pytest.mark.parametrize(
    ("more", "anything"),
    [("", False), ('[sla.low]\nupdate = "1h"', True), ('[reminders]\nunassigned = "1h"', True)],
)
def test_a_desk_may_promise_nothing(more: str, anything: bool) -> None:
    assert promises_anything(settings(DESK + more)) is anything


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ('[[policy]]\npriority = "high"', "policy[0] promises nothing: give it a first_response"),
        ('[[policy]]\nfirst_response = "1h"', "policy[0] is for all tickets: name a queue"),
        ('[[policy]]\nqueue = "netwrok"\nfirst_response = "1h"', 'policy[0].queue names no [[queue]]: "netwrok"'),
        ('[[policy]]\norganisation = "Big"\nfirst_response = "1h"', 'names no [[organisation]]: "Big"'),
        ('[[policy]]\ntype = "fire"\nfirst_response = "1h"', "policy[0].type"),
        ("[reminders]\nrequester = []", "close needs a reminder before it, which names the date"),
        ('[reminders]\nclose = "5 business days"', "must rise"),
        ("[reminders]\nwarn_at = [0.2, 0.4, 0.6, 0.8]", "reminders.warn_at"),
    ],
)
def test_what_makes_no_promise_is_refused(more: str, said: str) -> None:
    with pytest.raises(ConfigError) as refused:
        settings(DESK + more)
    assert said in str(refused.value)


@pytest.mark.parametrize(
    ("priority", "hours"),
    [(Priority.URGENT, 4), (Priority.HIGH, 8), (Priority.NORMAL, 8), (Priority.LOW, None)],
)
def test_more_urgent_matters_have_at_least_what_is_promised_next_to_them(priority: Priority, hours: int | None) -> None:
    text = DESK + '[sla.urgent]\nfirst_response = "4h"\n[sla.normal]\nfirst_response = "8h"\n'
    wanted = timedelta(hours=hours) if hours else None
    assert settings(text).sla.of(priority).first_response == wanted
