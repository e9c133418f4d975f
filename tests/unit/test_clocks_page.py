"""docs/clocks.md draws how time is counted; here it is counted."""

from datetime import timedelta

import pytest

from maildesk.durations import parse_business_duration
from tests.clock_drawings import Drawing, drawings, drawn, is_of_hours

DRAWINGS = drawings()


@pytest.mark.parametrize("drawing", DRAWINGS, ids=lambda drawing: drawing.span + " in " + drawing.facts["zone"])
def test_a_drawing_is_as_it_is_counted(drawing: Drawing) -> None:
    assert drawing.text == drawn(drawing)


@pytest.mark.parametrize("drawing", [one for one in DRAWINGS if is_of_hours(one)], ids=lambda drawing: drawing.span)
def test_as_many_signs_are_drawn_as_the_span_is_long(drawing: Drawing) -> None:
    """Of the page alone, so that no mistake in counting can agree with itself."""
    counted = "".join(drawing.rows).count("#")
    assert counted * timedelta(minutes=30) == parse_business_duration(drawing.span)


def test_the_page_has_its_drawings() -> None:
    assert len(DRAWINGS) >= 8
