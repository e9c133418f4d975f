"""What happens on that Tuesday, and until Wednesday morning, or two weeks long, in the order of the clock."""

from tests.day import later, morning
from tests.day import week as days
from tests.day.desk import DayDesk
from tests.day.people import STAFF

_MORNING = (
    ("08:05", (morning.a_printer, morning.a_password)),
    ("08:30", (morning.everything_is_down, morning.two_answer_at_once)),
    ("09:00", (morning.with_a_colleague_in_copy, morning.one_matter_twice_and_two_in_one)),
    ("09:30", (morning.passed_on_by_a_colleague, morning.a_full_mailbox)),
    ("10:00", (later.on_holiday, later.by_one_word)),
    ("10:30", (later.an_agent_goes_away,)),
    ("11:08", (later.closed_and_opened_by_herself, later.not_content, later.content, later.asks_and_gets_no_answer)),
    ("11:40", (later.mistakes_and_words_of_a_manager,)),
)


def play(desk: DayDesk, *, week: bool = False) -> None:
    """The whole of it, in the order of the clock; `week`: and what comes after."""
    morning.before_opening(desk)
    for clock, acts in _MORNING:
        desk.at(clock)
        for act in acts:
            act(desk)
    desk.at("13:00")
    later.not_solved_after_all(desk)
    desk.at("15:55")
    later.what_came_due(desk)
    desk.at("07:40", days=1)
    later.the_next_morning(desk)
    for part in days.PARTS if week else ():
        part(desk)
    unread = [(one.kind, one.to) for one in desk.unread if one.to not in {one.address for one in STAFF}]
    assert unread == [], f"nobody expected these letters to customers: {unread}"
