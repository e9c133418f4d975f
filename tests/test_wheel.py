"""The wheel works outside the checkout: it brings its templates and migrations, and its command starts."""

import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parent.parent


class Installed(NamedTuple):
    """A virtual environment with the wheel, and an empty folder far from the checkout to work in."""

    folder: Path
    home: Path

    def run(self, *command: str) -> str:
        """What `command` prints; the checkout is in no path of it."""
        environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
        program = str(self.folder / "bin" / command[0])
        said = subprocess.run(
            [program, *command[1:]], cwd=self.home, env=environment, capture_output=True, text=True, check=False
        )
        assert said.returncode == 0, said.stdout + said.stderr
        return said.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    said = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert said.returncode == 0, said.stderr
    return next(folder.glob("maildesk-*.whl"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """The libraries come from the environment of the tests, by path; maildesk itself only from the wheel."""
    folder = tmp_path_factory.mktemp("installed")
    venv.create(folder / "venv", symlinks=True)
    pip = [sys.executable, "-m", "pip", "--python", str(folder / "venv" / "bin" / "python"), "--quiet"]
    subprocess.run([*pip, "install", "--no-deps", "--no-index", str(wheel)], check=True)
    site = Path(sysconfig.get_path("purelib", vars={"base": str(folder / "venv")}))
    (site / "libraries.pth").write_text(sysconfig.get_path("purelib") + "\n")
    (folder / "home").mkdir()
    return Installed(folder / "venv", folder / "home")


def test_wheel_holds_all_templates_and_no_tests(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    templates = {f"maildesk/{path.relative_to(ROOT)}" for path in (ROOT / "templates").rglob("*") if path.is_file()}
    assert templates and templates <= names
    assert "maildesk/migrations/script.py.mako" in names
    assert {name.split("/")[0].split("-")[0] for name in names} == {"maildesk"}


def test_installed_package_finds_its_own_templates(installed: Installed) -> None:
    printed = installed.run("python", "-c", "from maildesk import places; print(places.templates_folder())")
    folder = Path(printed.strip())
    assert folder.is_relative_to(installed.folder)
    assert any(folder.iterdir())


def test_installed_package_makes_its_database(installed: Installed) -> None:
    program = (
        "from pathlib import Path; from maildesk.migrate import upgrade; from maildesk.store import Store; "
        "print(*upgrade(Store('sqlite', Path('var'))))"
    )
    assert "0001" in installed.run("python", "-c", program).split()
    assert (installed.home / "var" / "maildesk.db").is_file()


@pytest.mark.parametrize("command", [("maildesk", "--help"), ("python", "-m", "maildesk", "--help")], ids=" ".join)
def test_installed_command_starts(installed: Installed, command: tuple[str, ...]) -> None:
    assert "deliver" in installed.run(*command)


def test_checkout_finds_its_templates() -> None:
    program = "from maildesk import places; print(places.templates_folder())"
    said = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert Path(said.stdout.strip()) == ROOT / "templates"
