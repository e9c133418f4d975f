"""A skipped test is named at the end of the run, and is an error in CI."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

PASSED = "def test_here(): pass"
SKIPPED = "import pytest\ndef test_there(): pytest.skip('server missing: postfix')"
#: A whole file that skips itself counts too.
FILE_SKIPPED = "import pytest\npytest.skip('server missing: postfix', allow_module_level=True)"


@pytest.mark.parametrize(
    ("ci", "source", "workers", "code"),
    [
        ("true", SKIPPED, "0", pytest.ExitCode.TESTS_FAILED),
        ("true", SKIPPED, "1", pytest.ExitCode.TESTS_FAILED),
        ("", SKIPPED, "0", pytest.ExitCode.OK),
        ("false", SKIPPED, "0", pytest.ExitCode.OK),
        ("true", PASSED, "0", pytest.ExitCode.OK),
        ("true", FILE_SKIPPED, "0", pytest.ExitCode.TESTS_FAILED),
        ("true", FILE_SKIPPED, "1", pytest.ExitCode.TESTS_FAILED),
    ],
)
def test_skipped_tests_are_named_and_fail_in_ci(
    tmp_path: Path, ci: str, source: str, workers: str, code: pytest.ExitCode
) -> None:
    (tmp_path / "test_passed.py").write_text(PASSED)
    (tmp_path / "test_planted.py").write_text(source)
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    command = [sys.executable, "-m", "pytest", "-p", "tests.conftest", "-n", workers, "--rootdir", str(tmp_path)]
    environment = {**os.environ, "CI": ci, "PYTHONPATH": str(ROOT)}
    said = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert said.returncode == code, said.stdout + said.stderr
    named = "1 tests skipped, 1 of them need a server" in said.stdout and "server missing: postfix" in said.stdout
    assert named is (source is not PASSED), said.stdout
