"""Histories of others: what their lines mean, and complaints that name file, line and value."""

from pathlib import Path

import pytest

from brooks.audit.linearizability import (
    Append,
    CompareAndSet,
    Get,
    KeyValueStore,
    Operation,
    Put,
    Read,
    Register,
    Write,
)
from brooks.errors import OutsideError, UsageError
from brooks.log.foreign import Format, parse_history, read_history

CALL = ':process 0, :type :invoke, :f :get, :key "k", :value nil'


def parse(*lines: str) -> tuple[Operation, ...]:
    return parse_history("\n".join(lines), file="h.log").operations


def test_a_register_log_is_read() -> None:
    """Reads, writes and compare-and-sets, each done; lines of Jepsen's logger, or without its words."""
    history = parse_history(
        "INFO  jepsen.util - 0\t:invoke\t:read\tnil\n"
        "1 :invoke :write 4\n\n"
        "0 :ok :read nil\n"
        "1 :ok :write 4\r\n"
        "2 :invoke :cas [4 -1]\n"
        "2 :ok :cas [4 -1]\n",
        file="h.log",
    )

    assert history.format is Format.REGISTER
    assert isinstance(history.specification, Register)
    assert history.operations == (
        Operation(process="process 0", called=1, returned=4, argument=Read(), result=None),
        Operation(process="process 1", called=2, returned=5, argument=Write(value=4), result=True),
        Operation(
            process="process 2",
            called=6,
            returned=7,
            argument=CompareAndSet(expected=4, new=-1),
            result=True,
        ),
    )


def test_what_failed_did_not_happen_and_what_timed_out_may_have() -> None:
    """A compare-and-set that failed met another value; a process may call again when nobody knows."""
    operations = parse(
        "0 :invoke :write 1",
        "0 :fail :write 1",
        "1 :invoke :read nil",
        "1 :fail :read :timed-out",
        "2 :invoke :cas [1 2]",
        "2 :fail :cas [1 2]",
        "3 :invoke :write 3",
        "3 :info :write :timed-out",
        "3 :invoke :cas [3 4]",
        ":nemesis :info :start nil",
    )

    assert [(each.called, each.returned, each.result) for each in operations] == [
        (5, 6, False),
        (7, None, None),
        (9, None, None),
    ]


def test_a_compare_and_set_that_failed_otherwise_says_nothing() -> None:
    """The connection was refused: it met no value at all."""
    assert parse("0 :invoke :cas [1 2]", "0 :fail :cas :connection-refused") == ()


def test_a_key_value_history_is_read() -> None:
    """Gets, puts and appends, with a quote in a text, one failed, one without an end."""
    history = parse_history(
        '{:process 0, :type :invoke, :f :put, :key "k", :value "say \\"a\\"\\n"}\n'
        '{:process 1, :type :invoke, :f :get, :key "k", :value nil}\n'
        '{:process 0, :type :ok, :f :put, :key "k", :value "say \\"a\\"\\n"}\n'
        '{:process 1, :type :ok, :f :get, :key "k", :value ""}\n'
        '{:process 1, :type :invoke, :f :append, :key "k", :value "b"}\n'
        '{:process 0, :type :invoke, :f :get, :key "k", :value nil}\n'
        '{:process 0, :type :fail, :f :get, :key "k", :value nil}\n'
        '{:process 1, :type :info, :f :append, :key "k", :value "b"}\n'
        "{:process :nemesis, :type :info, :f :start}\n",
        file="h.edn",
    )

    assert history.format is Format.KEY_VALUE
    assert isinstance(history.specification, KeyValueStore)
    put, get, append = history.operations
    assert (put.argument, put.called, put.returned) == (Put(key="k", value='say "a"\n'), 1, 3)
    assert (get.argument, get.result) == (Get(key="k"), "")
    assert (append.argument, append.returned) == (Append(key="k", value="b"), None)


@pytest.mark.parametrize(
    ("lines", "complaint"),
    [
        (["hello"], "h.log:1: 'hello' begins no history that is known"),
        (["0 :invoke :read nil", "{:process 0}"], "h.log:2: '{:process 0}' is not `PROCESS KIND"),
        (["0 :invoke :push 1"], "h.log:1: the function ':push' is none of :read, :write, :cas"),
        (["0 :invoke :write x"], "h.log:1: the value 'x' is neither a number nor `nil`"),
        (["0 :invoke :cas 4"], "h.log:1: the value '4' of :cas is not a pair"),
        (["0 :invoke :read nil", "0 :maybe :read 1"], "h.log:2: the kind ':maybe' is none of"),
        (["0 :ok :read 1"], "h.log:1: ':read' of process '0' ends here and was never called"),
        (
            ["0 :invoke :read nil", "0 :invoke :read nil"],
            "h.log:2: process '0' calls ':read' while its ':read' of line 1 has no end",
        ),
        (
            ["0 :invoke :read nil", "0 :ok :write 1"],
            "h.log:2: ':write' of process '0' ends here, but it called ':read' in line 1",
        ),
        (
            ["0 :invoke :write 1", "0 :ok :write 2"],
            "h.log:2: ':write' ends with the value '2', which it was not called with",
        ),
        (["{:process 0"], "h.log:1: '{:process 0' is not a map"),
        (["{process 0}"], "h.log:1: 'process 0' is not `:name value`"),
        (["{:process 0, :type :ok}"], "h.log:1: '{:process 0, :type :ok}' has no :f, :key, :value"),
        (["{" + CALL.replace(":get", ":pop") + "}"], "h.log:1: the function ':pop' is none of"),
        (["{" + CALL.replace('"k"', "7") + "}"], "h.log:1: the key '7' is not a text in quotes"),
        (
            ["{" + CALL + "}", "{" + CALL.replace(":invoke", ":maybe") + "}"],
            "h.log:2: the type ':maybe' is none of",
        ),
        (
            ["{" + CALL + "}", "{" + CALL.replace(":invoke", ":ok") + "}"],
            "h.log:2: the value 'nil' is not a text in quotes",
        ),
        (
            ["{" + CALL + "}", "{" + CALL.replace(":invoke", ":ok").replace('"k"', '"j"') + "}"],
            "h.log:2: ':get' of process '0' ends with other words than it was called with: Get(key='j')",
        ),
        (["", "  "], "'h.log' has no operation in it"),
    ],
)
def test_a_complaint_names_file_line_and_value(lines: list[str], complaint: str) -> None:
    """What stands there, and where."""
    with pytest.raises(UsageError) as error:
        parse(*lines)

    assert complaint in str(error.value)


def test_a_file_that_is_no_text_is_wrong_use(tmp_path: Path) -> None:
    """A picture, say; and one that is not there is nobody's history."""
    (tmp_path / "picture").write_bytes(b"\x89PNG\xff")

    with pytest.raises(UsageError, match="byte 0 is not UTF-8"):
        read_history(tmp_path / "picture")
    with pytest.raises(OutsideError, match="cannot read"):
        read_history(tmp_path / "absent")
