"""The schedule can be stopped at any moment, also while a story nudges another."""

import threading
from datetime import timedelta

import pytest

from maildesk.schedule import Job, Schedule


def test_a_story_that_nudges_while_the_schedule_stops(monkeypatch: pytest.MonkeyPatch) -> None:
    """The scheduler holds its lock while it waits for the story; the story must not wait for that lock."""
    nudging, stopping = threading.Event(), threading.Event()

    def story() -> None:
        nudging.set()
        stopping.wait(60)
        schedule.nudge("other")

    every = timedelta(hours=1)
    schedule = Schedule([Job("story", "one", every, story), Job("other", "two", every, lambda: None)])
    schedule.start()
    assert nudging.wait(60)
    modify = schedule._scheduler.modify_job

    def modify_late(*arguments: object, **more: object) -> None:
        # The nudge has seen a scheduler that runs; it is stopped before the nudge goes on.
        stopped.wait(0.5)
        modify(*arguments, **more)

    stopped = threading.Event()
    monkeypatch.setattr(schedule._scheduler, "modify_job", modify_late)
    thread = threading.Thread(target=schedule.stop, daemon=True)
    stopping.set()
    thread.start()
    thread.join(60)
    assert not thread.is_alive()
