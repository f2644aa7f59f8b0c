"""A grid that was sent makes the same runs where nothing of this machine's disk is seen."""

import shutil
from pathlib import Path

import msgspec
import pytest
from msgspec.structs import replace

from brooks.bench.experiment.grid import Grid
from brooks.bench.experiment.inputs import canonical_model
from brooks.bench.experiment.results import Result, ResultFolder
from brooks.bench.experiment.sending import decode_grid, encode_grid
from brooks.bench.experiment.working import Making, Remaking
from brooks.spec.experiment import Experiment, FaultChoice, RandomFaults

SCRIPT = """\
replies:
  first:
    - {text: done, calls: [{name: write_file, arguments: {path: first.txt, content: "1\\n"}}]}
  second:
    - {text: done, calls: [{name: write_file, arguments: {path: second.txt, content: "2\\n"}}]}
"""


@pytest.fixture
def whole(tiny: Experiment, tmp_path: Path) -> Experiment:
    """An experiment with everything that lies on a disk: profiles and scripts of one's own, start files."""
    profile = tmp_path / "mine.json"
    typical = Path(__file__).resolve().parents[3] / "src/brooks/models/profiles"
    shutil.copy(next(typical.glob("typical.*")), profile.with_suffix(".yaml"))
    script = tmp_path / "script.yaml"
    script.write_text(SCRIPT)
    (tmp_path / "project" / "notes.txt").write_text("what the project starts with\n")
    models = ("sim:careless", f"sim:{tmp_path / 'mine.yaml'}", f"scripted:{script}")
    faults = (FaultChoice(), FaultChoice(name="crashes", drawn=RandomFaults(crashes=1)))
    return replace(tiny, models=tuple(map(canonical_model, models)), faults=faults, repetitions=1)


def test_the_same_runs_are_made_of_what_was_sent(whole: Experiment, tmp_path: Path) -> None:
    """Rows and logs, byte for byte, with the folder of everything gone."""
    out = tmp_path / "out"
    folder = ResultFolder(out)
    folder.make()
    grid = Grid(whole, out)
    data = encode_grid(grid, range(len(grid.runs)))
    make = Making(msgspec.json.encode(whole), out=out, made_by="me", keep_logs=True).begin()
    made = [make(index) for index in range(len(grid.runs))]
    for path in tmp_path.iterdir():
        if path != out:
            shutil.rmtree(path) if path.is_dir() else path.unlink()

    remake = Remaking(data, made_by="me", keep_logs=True).begin()
    brought = [remake(index) for index in range(len(grid.runs))]

    assert [each.made.run for each in brought] == [each.run for each in made] == list(grid.ids)
    assert {each.made.error for each in brought} == {""}
    for each in brought:
        found = msgspec.msgpack.decode(each.result, type=Result)
        assert found.rows == folder.result(each.made.run).rows
        assert each.log == folder.log_of(each.made.run).read_bytes()


def test_only_what_the_wanted_runs_need_is_sent(whole: Experiment, tmp_path: Path) -> None:
    """Not the profiles of models whose runs are made already."""
    grid = Grid(whole, tmp_path / "out")
    wanted = [run.number for run in grid.runs if run.cell.model == "sim:careless"]

    sent = decode_grid(encode_grid(grid, wanted))

    assert list(sent.profiles) == ["careless"]
