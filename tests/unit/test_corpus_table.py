import pytest

from scripts.corpus_table import Scores, behind, best, main, rows

OURS: Scores = {"parse": (98, 100), "reply": (40, 50), "forward/policy": (0, 3)}
THEIRS: dict[str, Scores] = {
    "one": {"parse": (90, 100), "reply": (9, 9)},
    "two": {"parse": (76, 80), "reply": (41, 50), "forward/policy": (3, 3)},
}


@pytest.mark.parametrize(
    ("kind", "asked", "expected"),
    [
        ("parse", 100, ("two", "95.0")),
        # Nine of fifty are too few to be a rival.
        ("reply", 50, ("two", "82.0")),
        ("reply", 12, ("one", "100.0")),
        ("bounce", 10, ("", "-")),
    ],
)
def test_best_other_library(kind: str, asked: int, expected: tuple[str, str]) -> None:
    assert best(kind, asked, THEIRS) == expected


def test_a_row_for_each_kind_that_was_asked() -> None:
    assert list(rows(OURS, THEIRS))[2:] == [
        "| parse | 100 | 98 | 98.0 | two | 95.0 |",
        "| reply | 50 | 40 | 80.0 | two | 82.0 |",
    ]


def test_who_is_ahead_is_named_but_not_in_matters_of_taste() -> None:
    assert behind(OURS, THEIRS) == ["reply: two is ahead"]


def test_without_the_corpus_it_says_what_to_do(
    tmp_path: object, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["corpus_table", "--corpus", str(tmp_path)])
    main()
    assert "There is no corpus in" in capsys.readouterr().out
