"""Compiled templates are programs: none is run that others may have written, or that was compiled otherwise."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from jinja2 import BytecodeCache, DictLoader, Environment

import maildesk
from maildesk.notify import compiled as question
from maildesk.notify.compiled import compiled_in
from maildesk.notify.templates import Templates

FOLDER = Path(__file__).parent.parent / "templates"
OPTIONS: dict[str, object] = {"autoescape": True}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "compiled"


def said(cache: BytecodeCache | None, words: str = "") -> str:
    """What a template says; with `words`, it is compiled to these whatever its file says, as another version might."""
    environment = Environment(bytecode_cache=cache, loader=DictLoader({"one": "now"}))
    if cache is None or not words:
        return environment.get_template("one").render()
    bucket = cache.get_bucket(environment, "one", None, "now")
    bucket.code = environment.compile(words, "one")
    cache.set_bucket(bucket)
    return words


def test_what_was_compiled_with_the_same_is_used(folder: Path) -> None:
    said(compiled_in(folder, "html", OPTIONS), "earlier")
    assert said(compiled_in(folder, "html", dict(OPTIONS))) == "earlier"


def _other_maildesk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(maildesk, "__version__", "0.0.1")


def _other_jinja(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(question, "version", lambda _: "3.0.0")


@pytest.mark.parametrize(
    ("form", "options", "before"),
    [
        ("html", {"autoescape": False}, None),
        ("html", {**OPTIONS, "sandbox": Environment}, None),
        ("html", OPTIONS, _other_maildesk),
        ("html", OPTIONS, _other_jinja),
        ("text", OPTIONS, None),
    ],
    ids=["other options", "another sandbox", "another maildesk", "another jinja", "the other form"],
)
def test_a_stale_file_is_not_used(
    folder: Path, form: str, options: dict[str, object], before: Callable[[pytest.MonkeyPatch], None] | None
) -> None:
    with pytest.MonkeyPatch.context() as earlier:
        if before is not None:
            before(earlier)
        said(compiled_in(folder, form, options), "stale")
    assert said(compiled_in(folder, "html", OPTIONS)) == "now"


def test_stale_files_go_and_the_other_form_stays(folder: Path) -> None:
    said(compiled_in(folder, "html", {"autoescape": False}), "stale")
    said(compiled_in(folder, "text", OPTIONS), "text")
    compiled_in(folder, "html", OPTIONS)
    assert [file.name.partition("-")[0] for file in folder.iterdir()] == ["text"]


def _open_to_others(folder: Path) -> None:
    folder.chmod(0o777)


def _a_file_open_to_others(folder: Path) -> None:
    next(folder.iterdir()).chmod(0o666)


def _a_link(folder: Path) -> None:
    folder.rename(folder.with_name("elsewhere"))
    folder.symlink_to(folder.with_name("elsewhere"))


def _a_link_in_it(folder: Path) -> None:
    file = next(folder.iterdir())
    file.rename(folder.parent / "elsewhere")
    file.symlink_to(folder.parent / "elsewhere")


@pytest.mark.parametrize(
    "spoil",
    [
        _open_to_others,
        _a_file_open_to_others,
        _a_link,
        _a_link_in_it,
    ],
)
def test_what_others_may_have_written_is_not_used(
    folder: Path, spoil: Callable[[Path], None], caplog: pytest.LogCaptureFixture
) -> None:
    said(compiled_in(folder, "html", OPTIONS), "a stranger's")
    spoil(folder)
    assert said(compiled_in(folder, "html", OPTIONS)) == "now"
    assert "templates are compiled anew at each start" in caplog.text


def test_what_belongs_to_another_is_not_used(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said(compiled_in(folder, "html", OPTIONS), "a stranger's")
    monkeypatch.setattr(os, "geteuid", lambda: folder.stat().st_uid + 1)
    assert said(compiled_in(folder, "html", OPTIONS)) == "now"


def test_the_letters_use_nothing_of_another_version(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both forms of all letters, from the daemon's folder."""
    Templates(FOLDER, compiled=folder).load_all()
    before = {file.name for file in folder.iterdir()}
    monkeypatch.setattr(maildesk, "__version__", "99.0")
    Templates(FOLDER, compiled=folder).load_all()
    after = {file.name for file in folder.iterdir()}
    assert len(before) == len(after) and not before & after


def test_the_folder_is_for_us_alone(folder: Path) -> None:
    said(compiled_in(folder, "html", OPTIONS), "earlier")
    assert folder.stat().st_mode & 0o777 == 0o700
    assert {file.stat().st_mode & 0o077 for file in folder.iterdir()} == {0}
