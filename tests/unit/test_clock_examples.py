"""docs/clocks.md tells what happens to tickets; here the clocks say what is due."""

import pytest

from maildesk.vocabulary import Metric
from tests.clock_examples import Example, examples, told_anew

EXAMPLES = examples()


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: f"{example.metric}-{len(example.happenings)}")
def test_an_example_is_as_it_is_counted(example: Example) -> None:
    assert example.text == told_anew(example)


def test_each_clock_of_a_ticket_has_one() -> None:
    assert {example.metric for example in EXAMPLES} == set(Metric)
