"""The ticker: no nudge is lost, a thousand nudges are one run, and a thread does one thing at a time."""

import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest

from maildesk.schedule import Job, Schedule

HOUR = timedelta(hours=1)
PATIENCE = 60.0


class Story:
    """A story that tells when it began and ended, and that a test can hold up."""

    def __init__(self, name: str, thread: str, every: timedelta = HOUR, trouble: Exception | None = None) -> None:
        self.job = Job(name, thread, every, self._run)
        self.begun = threading.Semaphore(0)
        self.go_on = threading.Event()
        self.go_on.set()
        self.runs = 0
        self.at_work: Callable[[], None] = lambda: None
        self._trouble = trouble

    def wait(self) -> None:
        assert self.begun.acquire(timeout=PATIENCE), f"{self.job.name} did not run"

    def _run(self) -> None:
        self.runs += 1
        self.begun.release()
        self.at_work()
        assert self.go_on.wait(PATIENCE)
        if self._trouble is not None:
            raise self._trouble


@pytest.fixture
def started() -> Iterator[Callable[..., Schedule]]:
    schedules: list[Schedule] = []

    def start(*stories: Story) -> Schedule:
        schedule = Schedule([story.job for story in stories])
        schedules.append(schedule)
        schedule.start()
        return schedule

    yield start
    for schedule in schedules:
        schedule.stop()


def settled(story: Story) -> int:
    """How often a story has run, once nothing more comes."""
    runs = -1
    while runs != story.runs:
        runs = story.runs
        time.sleep(0.15)
    return runs


def test_every_job_runs_at_the_start(started: Callable[..., Schedule]) -> None:
    one, other = Story("process", "desk"), Story("deliver", "post")
    started(one, other)
    one.wait()
    other.wait()


def test_a_job_runs_at_its_interval(started: Callable[..., Schedule]) -> None:
    story = Story("process", "desk", timedelta(seconds=0.05))
    started(story)
    for _ in range(4):
        story.wait()


def test_a_nudge_during_a_run_is_not_lost(started: Callable[..., Schedule]) -> None:
    story = Story("process", "desk")
    story.go_on.clear()
    schedule = started(story)
    story.wait()
    schedule.nudge("process")
    story.go_on.set()
    story.wait()
    assert settled(story) == 2


def test_a_thousand_nudges_are_one_more_run(started: Callable[..., Schedule]) -> None:
    story = Story("process", "desk")
    story.go_on.clear()
    schedule = started(story)
    story.wait()

    def nudge_often() -> None:
        for _ in range(250):
            schedule.nudge("process")

    threads = [threading.Thread(target=nudge_often) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    story.go_on.set()
    story.wait()
    assert settled(story) == 2


def test_each_nudge_after_a_run_is_a_run(started: Callable[..., Schedule]) -> None:
    story = Story("process", "desk")
    schedule = started(story)
    for _ in range(3):
        story.wait()
        schedule.nudge("process")
    story.wait()


def test_jobs_of_one_thread_never_overlap(started: Callable[..., Schedule]) -> None:
    stories = [Story(f"story{number}", "desk", timedelta(seconds=0.02)) for number in range(3)]
    at_work = threading.Lock()
    overlaps: list[str] = []

    def look() -> None:
        if not at_work.acquire(blocking=False):
            overlaps.append("two at once")
            return
        time.sleep(0.005)
        at_work.release()

    for story in stories:
        story.at_work = look
    schedule = started(*stories)
    for _ in range(5):
        for story in stories:
            schedule.nudge(story.job.name)
            story.wait()
    assert not overlaps


def test_jobs_of_two_threads_do_not_wait_for_each_other(started: Callable[..., Schedule]) -> None:
    slow, other = Story("process", "desk"), Story("deliver", "post")
    slow.go_on.clear()
    schedule = started(slow, other)
    slow.wait()
    other.wait()
    schedule.nudge("deliver")
    other.wait()
    slow.go_on.set()


def test_a_job_that_fails_runs_again(started: Callable[..., Schedule]) -> None:
    story = Story("process", "desk", trouble=RuntimeError("broken"))
    schedule = started(story)
    story.wait()
    settled(story)
    schedule.nudge("process")
    story.wait()


def test_stop_waits_for_what_runs_and_starts_nothing_new(started: Callable[..., Schedule]) -> None:
    story, behind = Story("process", "desk"), Story("deliver", "desk")
    schedule = started(story, behind)
    story.wait()
    behind.wait()
    story.go_on.clear()
    schedule.nudge("process")
    story.wait()
    schedule.nudge("process")
    schedule.nudge("deliver")
    stopping = threading.Thread(target=schedule.stop)
    stopping.start()
    stopping.join(0.2)
    assert stopping.is_alive(), "stop did not wait for the run"
    story.go_on.set()
    stopping.join(PATIENCE)
    assert not stopping.is_alive()
    assert (story.runs, behind.runs) == (2, 1)


@pytest.mark.parametrize("name", ["process", "nobody"])
def test_a_nudge_before_the_start_and_after_the_end_is_no_trouble(name: str) -> None:
    story = Story("process", "desk")
    schedule = Schedule([story.job])
    schedule.nudge(name)
    schedule.start()
    story.wait()
    schedule.nudge(name)
    schedule.stop()
    runs = story.runs
    schedule.nudge(name)
    assert settled(story) == runs
    schedule.stop()
