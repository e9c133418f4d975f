"""What each hostile mail costs in a real parsing worker: two seconds of CPU and 256 MiB at most.

The floods of this project come always. What stands in a folder `innocent` must be read in full.
"""

import pickle
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from maildesk.ingest.question import Question, Wanted
from maildesk.ingest.workers import MIB, ParserDied, _Worker
from maildesk.mail import Ours
from tests.floods import FLOODS, flood

HOSTILE = Path(__file__).parents[3] / "shared" / "hostile"
MOST_CPU_SECONDS = 2.0
MOST_MEMORY = 256 * MIB
OURS = Ours(frozenset({"support@desk.example", "support@acme.example"}), loop_id="desk-1")
_ROWS = 12


@dataclass(frozen=True, slots=True)
class Cost:
    """CPU in seconds, the highest resident memory in bytes, and what was wrong, if anything."""

    name: str
    cpu: float
    memory: int
    fault: str = ""


def hostile_files(*folders: Path) -> list[Path]:
    """All mails there are in the folders; none where they are not there."""
    return sorted(path for folder in folders for path in folder.rglob("*.eml"))


class Measured:
    """One worker after the other: the next starts where one has died."""

    def __init__(self) -> None:
        self._worker: _Worker | None = None

    def cost_of(self, path: Path, name: str) -> Cost:
        worker = self._worker = self._worker or self._start()
        pid = worker.pid
        # Resets the highest resident memory (proc(5)).
        Path(f"/proc/{pid}/clear_refs").write_text("5")
        before = _cpu(pid)
        try:
            answer, _ = worker.ask(Question(str(path), Wanted.DOCUMENT), 60)
        except ParserDied as death:
            self.close()
            return Cost(name, MOST_CPU_SECONDS, MOST_MEMORY, str(death))
        cost = Cost(name, _cpu(pid) - before, _peak(pid), _fault(answer, path))
        if cost.memory > MOST_MEMORY // 2:
            self.close()
        return cost

    def close(self) -> None:
        if self._worker is not None:
            self._worker.kill()
        self._worker = None

    def _start(self) -> _Worker:
        return _Worker(pickle.dumps((OURS, MOST_CPU_SECONDS, MOST_MEMORY), protocol=5))


def _cpu(pid: int) -> float:
    return int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) / 1e9


def _peak(pid: int) -> int:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM:"))


def _fault(answer: object, path: Path) -> str:
    if not isinstance(answer, dict):
        return f"no mail: {answer}"
    unread = [one for one in answer["problems"] if one.startswith("reading failed") or path.parent.name == "innocent"]
    return "; ".join(unread)


def measure(folders: list[Path]) -> Iterator[Cost]:
    measured = Measured()
    for path in hostile_files(*folders):
        yield measured.cost_of(path, f"{path.parent.name}/{path.stem}")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "flood.eml"
        for name in FLOODS:
            path.write_bytes(flood(name))
            yield measured.cost_of(path, f"flood: {name}")
    measured.close()


def show_costs(costs: list[Cost]) -> bool:
    """Prints the costliest and whatever broke a limit. Returns whether none did."""
    faults = [cost for cost in costs if cost.fault]
    costliest = sorted(costs, key=lambda cost: (bool(cost.fault), cost.cpu), reverse=True)
    print("| mail | CPU s | MiB | |\n|---|---|---|---|")
    for cost in costliest[: max(_ROWS, len(faults))]:
        print(f"| {cost.name} | {cost.cpu:.2f} | {cost.memory // MIB} | {cost.fault} |")
    print(f"\n{len(costs)} mails, {len(faults)} with a fault; highest memory {max(c.memory for c in costs) // MIB} MiB")
    return not faults
