"""What an experiment rests on outside itself: task files, start files, profiles of models; hashed.

A grid reads each of them once. Their hashes go into the ids of the runs, so that a run is made
again when what it works on has changed, and into the manifest.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from brooks.bench.suites import suite_names, suite_path
from brooks.core.canonical import content_hash
from brooks.errors import UsageError
from brooks.ids import BlobHash
from brooks.models.naming import parse_model
from brooks.models.profile import load_profile
from brooks.models.scripted import ScriptedModel
from brooks.runtime.prompting import Templates
from brooks.spec.experiment import Experiment, Known, SuiteChoice, load_experiment
from brooks.spec.load import TaskFile, load_tasks
from brooks.workspace.folder import FolderWorkspace
from brooks.workspace.memory import MemoryBlobs
from brooks.workspace.tree import Tree, encode_manifest, hash_of

LOCK = "bench.lock"
"""A file that every folder of results holds."""
COMPUTING = frozenset({"sim", "scripted"})
"""Kinds of models that cost nothing and wait for nothing outside."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """One task file with all that it leads to, read."""

    file: TaskFile
    files: Mapping[str, bytes]
    """What a run's workspace starts with."""
    executable: frozenset[str]
    """Those of them that may be run."""
    tree: BlobHash
    """Hash of the tree of those files."""
    prompts: tuple[tuple[str, str], ...]

    def hashes(self) -> dict[str, str]:
        """A hash for each kind of input, to tell whether they are the same."""
        return {
            "task_file": hash_of(self.file.path.read_bytes()),
            "solutions": content_hash(sorted(self.file.blobs)),
            "workspace": self.tree,
        }


def bundled_suites() -> dict[str, Path]:
    """The task file of each bundled suite."""
    return {name: suite_path(name) / "tasks.yaml" for name in suite_names()}


def read_experiment(path: Path) -> Experiment:
    """Read an experiment file; see `load_experiment`."""
    return load_experiment(path, Known(suites=bundled_suites(), canonical=canonical_model))


def bundled_suite(name: str) -> SuiteChoice:
    """A bundled suite, for an experiment that is built in code.

    Raises:
        UsageError: There is none of that name.
    """
    folder = suite_path(name)
    project, structure = folder.parent.name, folder.name
    return SuiteChoice(
        name=f"{project}/{structure}",
        path=str(folder / "tasks.yaml"),
        project=project,
        structure=structure,
    )


def canonical_model(text: str) -> str:
    """The one form of a model string that an experiment can use.

    Raises:
        UsageError: It names no model, a profile that is not there, or a recorded run.
    """
    name = parse_model(text)
    if name.kind == "recorded":
        raise UsageError(
            f"{text!r} says again what an earlier run heard, which fits no other run: name a model"
        )
    if name.kind in COMPUTING:
        model_hash(name.canonical)
    return name.canonical


def is_computed(model: str) -> bool:
    """Whether a model costs nothing and waits for nothing outside."""
    return parse_model(model).kind in COMPUTING


def model_hash(model: str) -> str:
    """Hash of what a model is made of here: a profile's numbers, a script's bytes; else its name."""
    name = parse_model(model)
    match name.kind:
        case "sim":
            return content_hash(load_profile(name.name))
        case "scripted":
            ScriptedModel.load(Path(name.name))
            return hash_of(Path(name.name).read_bytes())
        case _:
            return hash_of(name.canonical.encode())


def _without_experiments(tree: Tree, workspace: Path, source: str) -> Tree:
    """The files that are worked on, without the experiment's own and the results of earlier ones."""
    results = tuple(f"{name.removesuffix(LOCK)}" for name in tree if name.endswith(f"/{LOCK}"))
    own = Path(source).resolve() if source else None
    return {
        name: entry
        for name, entry in tree.items()
        if not name.startswith(results) and workspace / name != own
    }


def load_inputs(path: str, *, closed: Path, source: str = "") -> Inputs:
    """Read a task file and the files its workspace starts with.

    Args:
        path: The task file.
        closed: The folder of results, which is no part of any workspace.
        source: The experiment file, which is none either: it may stand among the files that are
            worked on, and one more repetition must not change what the others start with.
    """
    file = load_tasks(Path(path))
    blobs = MemoryBlobs()
    folder = FolderWorkspace(file.workspace, kept_in=closed / "kept", closed=(closed,))
    found = folder.read_all(blobs.put_blob).tree
    tree = _without_experiments(found, file.workspace, source)
    return Inputs(
        file=file,
        files={name: blobs.blob(entry.blob) for name, entry in tree.items()},
        executable=frozenset(name for name, entry in tree.items() if entry.executable),
        tree=hash_of(encode_manifest(tree)),
        prompts=() if file.prompts is None else Templates.load(file.prompts).changed(),
    )
