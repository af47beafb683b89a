"""A cohort from Python: progress, failures, resuming, and a table of numbers."""

import json
from pathlib import Path

import pandas
import pytest

import segsh

SCRIPT = """seglang 1
param image: Path
param level: Number = 0.6
score = load (image) | segment opacity_threshold=level | severity
print "{score.percent:.1} %"
"""


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("study")
    (folder / "xrays").mkdir()
    for seed in (1, 2, 3):
        segsh.run("param s: Number\nparam out: Path\nphantom seed=s size=256 | save (out)", s=seed, out=folder / f"xrays/p{seed}.png")
    (folder / "xrays/p4.png").write_bytes(b"not an image")
    (folder / "measure.seg").write_text(SCRIPT)
    return folder


def test_rows_table_and_failures_agree_with_the_files(study: Path) -> None:
    seen: list[segsh.Progress] = []
    run = segsh.cohort(study / "measure.seg", study / "xrays", study / "results", on_progress=seen.append, level=0.5)
    assert run.failed == 1 and seen[-1].done == seen[-1].total == 4
    rows, table = list(run.rows()), run.table()
    assert [row["case"] for row in rows] == list(table["case"]) == ["input1.png", "input2.png", "input3.png"]
    assert [row["percent"] for row in rows] == list(table["percent"])
    assert table["percent.low"].dtype == float and (table["percent.low"] <= table["percent"]).all()
    assert list(run.failures()["code"]) == ["E301"]
    assert json.loads((study / "results/run.json").read_text())["parameters"] == {"level": "0.5"}


def test_names_are_written_only_on_request(study: Path) -> None:
    run = segsh.cohort(study / "measure.seg", study / "xrays", study / "named", names=True, threads=1)
    assert list(run.table()["case"])[0].endswith("p1.png")


def test_a_folder_with_results_is_kept_unless_resumed(study: Path) -> None:
    segsh.cohort(study / "measure.seg", study / "xrays", study / "twice")
    with pytest.raises(segsh.SegshError, match="resume"):
        segsh.cohort(study / "measure.seg", study / "xrays", study / "twice")
    again = segsh.cohort(study / "measure.seg", study / "xrays", study / "twice", resume=True)
    assert len(again.table()) == 3


def test_too_many_failures_are_an_error(study: Path) -> None:
    (study / "broken").mkdir()
    for number in range(6):
        (study / f"broken/{number}.png").write_bytes(b"not an image")
    with pytest.raises(segsh.SegshError, match="--max-failures") as caught:
        segsh.cohort(study / "measure.seg", study / "broken", study / "stopped", max_failures=1)
    assert caught.value.status == 4


def test_names_stay_what_they_are_and_the_apostrophe_before_a_formula_is_removed(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("case,percent,note\n'=1+1,3.5,'plain\nNA,,\n007,1,x\n")
    table = segsh.read_results(tmp_path / "t.csv")
    assert list(table["case"]) == ["=1+1", "NA", "007"] and isinstance(table, pandas.DataFrame)
    assert table["note"][0] == "'plain" and pandas.isna(table["note"][1]) and pandas.isna(table["percent"][1])
