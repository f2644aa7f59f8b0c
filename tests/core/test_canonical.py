"""Equal values have one text, however they came about."""

import pickle
from pathlib import Path

import msgspec
import pytest

from brooks.core.canonical import canonical_json, content_hash
from brooks.core.spec import Member, Spec, Task
from brooks.ids import AgentId, TaskId
from brooks.spec.teams import build_team


def spec() -> Spec:
    """A small run."""
    return Spec(
        project="a test",
        tasks=(Task(id=TaskId("a"), effort=1.0),),
        team=build_team("leased:2"),
        model="sim:typical",
    )


def test_what_was_sent_to_another_process_has_the_same_text() -> None:
    """Its defaults are equal, and no longer the same objects."""
    sent = pickle.loads(pickle.dumps(spec()))  # noqa: S301 - our own bytes

    assert sent == spec()
    assert canonical_json(sent) == canonical_json(spec())


def test_a_default_that_is_written_out_is_left_out() -> None:
    """Speed 1 is what every member has."""
    said = Member(id=AgentId("x"), speed=float("1.0"))

    assert canonical_json(said) == canonical_json(Member(id=AgentId("x"))) == b'{"id":"x"}'


def test_the_text_is_read_back_as_the_value() -> None:
    """It is what the log keeps of a spec."""
    assert msgspec.json.decode(canonical_json(spec()), type=Spec) == spec()


def test_values_that_differ_have_different_hashes() -> None:
    """One value and two are not the same either."""
    texts = {content_hash(spec()), content_hash(spec(), 1), content_hash("a"), content_hash("b")}

    assert len(texts) == 4


def test_what_has_no_text_is_refused() -> None:
    """A path is none of the values that messages hold."""
    with pytest.raises(TypeError, match="has no canonical form"):
        canonical_json(Path())
