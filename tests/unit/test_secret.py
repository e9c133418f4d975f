"""Secrets from real variables, files and commands; what an error shows."""

from pathlib import Path

import pytest

from maildesk import secret
from maildesk.config import ConfigError, Secret
from maildesk.errors import Deferred
from maildesk.secret import reveal

KEY = "relay.password"
HIDDEN = "hunter2-hidden"


def revealed(one: Secret, folder: Path, **environment: str) -> str:
    return reveal(one, KEY, folder, environment)


def test_each_way_gives_the_text_without_its_line_end(tmp_path: Path) -> None:
    (tmp_path / "relay.secret").write_text("from file æ\r\n", encoding="utf-8")
    assert revealed(Secret("plain", "as it is "), tmp_path) == "as it is "
    assert revealed(Secret("env", "X"), tmp_path, X="from env") == "from env"
    assert revealed(Secret("file", "relay.secret"), tmp_path) == "from file æ"
    assert revealed(Secret("file", str(tmp_path / "relay.secret")), Path("/nowhere")) == "from file æ"
    assert revealed(Secret("command", "echo 'from command'"), tmp_path) == "from command"


def test_a_command_runs_in_the_folder_of_the_file_and_without_a_shell(tmp_path: Path) -> None:
    assert revealed(Secret("command", "pwd"), tmp_path) == str(tmp_path)
    assert revealed(Secret("command", "echo $HOME;id"), tmp_path) == "$HOME;id"


def test_a_secret_that_changed_is_read_anew(tmp_path: Path) -> None:
    for word in ("old", "new"):
        (tmp_path / "s").write_text(word)
        assert revealed(Secret("file", "s"), tmp_path) == word


@pytest.mark.parametrize(
    ("one", "words"),
    [
        (
            Secret("env", "RELAY_PASSWORD"),
            "variable RELAY_PASSWORD, which is not set; set it where maildesk is started",
        ),
        (Secret("env", "EMPTY"), "is empty"),
        (Secret("env", "LINES"), "more than one line"),
        (Secret("file", "none.secret"), "none.secret, which cannot be read (No such file or directory)"),
        (Secret("file", "."), "Is a directory"),
        (Secret("file", "empty"), "is empty"),
        (Secret("file", "lines"), "more than one line"),
        (Secret("file", "binary"), "not UTF-8"),
        (Secret("file", "large"), "larger than a secret"),
        (Secret("command", "/no/such/command --show"), "cannot be started (No such file or directory)"),
        (Secret("command", "echo 'open"), "quotes do not match"),
        (Secret("command", "true"), "is empty"),
        (Secret("command", f"printf '{HIDDEN}\\n{HIDDEN}'"), "more than one line"),
    ],
)
def test_what_a_person_must_mend_names_the_key_and_never_the_secret(tmp_path: Path, one: Secret, words: str) -> None:
    (tmp_path / "empty").write_bytes(b"\n")
    (tmp_path / "lines").write_text(f"{HIDDEN}\n{HIDDEN}\n")
    (tmp_path / "binary").write_bytes(HIDDEN.encode() + b"\xff")
    (tmp_path / "large").write_text(HIDDEN * 10_000)
    with pytest.raises(ConfigError) as caught:
        revealed(one, tmp_path, EMPTY="", LINES=f"{HIDDEN}\n{HIDDEN}")
    assert str(caught.value).startswith(f"{KEY} ")
    assert words in str(caught.value)
    assert HIDDEN not in str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__ or caught.value.__context__ is None


def test_a_failing_command_may_be_better_later(tmp_path: Path) -> None:
    with pytest.raises(Deferred, match=r"relay.password: the command ended with 1; run it by hand"):
        revealed(Secret("command", "false"), tmp_path)


def test_a_command_that_hangs_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(secret, "COMMAND_SECONDS", 0.05)
    with pytest.raises(Deferred, match="did not end within"):
        revealed(Secret("command", "sleep 5"), tmp_path)


def test_a_secret_does_not_show_itself() -> None:
    assert HIDDEN not in repr(Secret("plain", HIDDEN))
