"""The table of jobs. APScheduler only ticks: what is due is a row, so a missed or doubled tick changes when, never
whether.

Each executor has one thread, so the jobs of a thread never run at the same time. A nudge that comes during a run is not
lost: it waits as one more run, and further nudges join it. (APScheduler 3.11.3 would skip a run that finds its job at
work with max_instances=1, and would queue a thousand nudges as a thousand runs.)
"""

import logging
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.jobstores.base import JobLookupError
from apscheduler.schedulers.background import BackgroundScheduler

from maildesk.clock import SystemClock


@dataclass(frozen=True, slots=True)
class Job:
    """One story: `run` does all that is due. Jobs of one `thread` never run at the same time."""

    name: str
    thread: str
    every: timedelta
    run: Callable[[], object]


class Schedule:
    """Runs the jobs at their intervals, and at once when nudged."""

    def __init__(self, jobs: list[Job]) -> None:
        logging.getLogger("apscheduler").setLevel(logging.ERROR)
        self._scheduler = BackgroundScheduler(
            executors={thread: ThreadPoolExecutor(1) for thread in {job.thread for job in jobs}},
            job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 2},
            timezone="UTC",
        )
        # The scheduler's own threads sleep by the machine's clock, whatever clock the stories have.
        self._clock = SystemClock()
        self._jobs = {job.name: job for job in jobs}
        self._waiting: set[str] = set()
        self._lock = threading.Lock()
        self._stopping = threading.Event()

    def start(self) -> None:
        for job in self._jobs.values():
            self._scheduler.add_job(
                self._run, "interval", [job], seconds=job.every.total_seconds(), id=job.name, executor=job.thread
            )
        self._scheduler.start()
        for name in self._jobs:
            self.nudge(name)

    def nudge(self, name: str) -> None:
        """Runs a job now, or once more after its present run. The interval is the safety if this is lost."""
        job = self._jobs.get(name)
        if job is None or not self._scheduler.running:
            return
        with self._lock:
            if name in self._waiting or self._stopping.is_set():
                return
            self._waiting.add(name)
            # Not a job of its own: APScheduler 3.11.3 raises in its thread when it is stopped while it removes one.
            with suppress(JobLookupError):
                self._scheduler.modify_job(job.name, next_run_time=self._clock.now())

    def stop(self) -> None:
        """Starts nothing new and waits for what runs."""
        # The executors would still run what waits in them. Under the lock: a nudge that is half done would wait for
        # the scheduler, which waits for the story that nudges.
        with self._lock:
            self._stopping.set()
        if self._scheduler.running:
            self._scheduler.shutdown(wait=True)

    def _run(self, job: Job) -> None:
        # What is nudged from here on may have missed this run's look at the rows.
        with self._lock:
            self._waiting.discard(job.name)
        if not self._stopping.is_set():
            job.run()
