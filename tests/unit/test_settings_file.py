"""Which file counts, and what is said of one that cannot be read."""

from pathlib import Path

import pytest

from maildesk.config import ConfigError
from maildesk.settings_file import find_file, load_configuration

TEXT = '[desk]\naddress = "support@acme.example"\n'


def write(folder: Path, name: str, text: str = TEXT) -> Path:
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return file


def test_the_option_goes_before_the_variable_and_that_before_the_places(tmp_path: Path) -> None:
    option, named, here, etc = (write(tmp_path, name) for name in ("option", "named", "here", "etc"))
    variable = {"MAILDESK_CONFIG": str(named)}
    assert find_file(option, variable, (here, etc)) == option
    assert find_file(None, variable, (here, etc)) == named
    assert find_file(None, {}, (here, etc)) == here
    assert find_file(None, {}, (tmp_path / "none", etc)) == etc
    assert find_file(None, {}, (tmp_path / "none",)) is None


def test_relative_paths_start_from_the_folder_of_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "etc").mkdir()
    write(tmp_path / "etc", "maildesk.toml")
    monkeypatch.chdir(tmp_path)
    found = load_configuration(Path("etc/maildesk.toml"), {})
    assert (found.folder, found.data) == (tmp_path / "etc", tmp_path / "etc" / "var")
    moved = load_configuration(Path("etc/maildesk.toml"), {"MAILDESK_DESK__DATA": "/var/lib/maildesk"})
    assert moved.data == Path("/var/lib/maildesk")


def test_without_a_file_the_environment_is_enough(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    found = load_configuration(None, {"MAILDESK_DESK__ADDRESS": "support@acme.example"}, (tmp_path / "none",))
    assert (found.file, found.folder, found.settings.desk.address) == (None, tmp_path, "support@acme.example")


def test_without_anything_the_places_that_were_looked_at_are_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        load_configuration(None, {}, (tmp_path / "a.toml", tmp_path / "b.toml"))
    assert f"{tmp_path}/a.toml, {tmp_path}/b.toml" in str(caught.value)
    assert "desk.address is missing" in str(caught.value)


def test_a_byte_order_mark_is_no_part_of_the_text(tmp_path: Path) -> None:
    assert load_configuration(write(tmp_path, "bom.toml", "\ufeff" + TEXT), {}).settings.desk.address


def test_a_file_that_cannot_be_read_is_named_with_a_remedy(tmp_path: Path) -> None:
    (tmp_path / "latin.toml").write_bytes(TEXT.encode() + 'name = "Støtte"'.encode("latin-1"))
    (tmp_path / "link.toml").symlink_to(tmp_path / "gone")
    for name, words in (
        ("none.toml", "there is no such file; name another with --config"),
        ("link.toml", "there is no such file"),
        ("latin.toml", "not UTF-8"),
        ("", "cannot be read"),
    ):
        with pytest.raises(ConfigError) as caught:
            load_configuration(None, {}, (tmp_path / name,)) if name == "link.toml" else load_configuration(
                tmp_path / name, {}
            )
        assert str(tmp_path / name) in str(caught.value)
        assert words in str(caught.value)
