"""Linearizability: could these concurrent operations have happened one at a time?

    judgement = check(operations, Register())
    judgement.result                     holds | violated | unknown
    judgement.witness                    the few operations that no order explains

A history is linearizable when each operation can be given one moment between its call and its
return, such that, taken in the order of these moments, they do what the sequential specification
says (Herlihy and Wing 1990). `search` looks for such moments, `witness` makes a small proof of what
it does not find, `specification` says what a register, a key-value store and a file do.
"""

from brooks.audit.linearizability.checking import MOST_STATES, Judgement, check
from brooks.audit.linearizability.operation import (
    Append,
    Argument,
    Commit,
    CompareAndSet,
    Get,
    Operation,
    Put,
    Read,
    Value,
    Write,
)
from brooks.audit.linearizability.specification import (
    KeyValueStore,
    Register,
    Specification,
    VersionedFiles,
)

__all__ = [
    "MOST_STATES",
    "Append",
    "Argument",
    "Commit",
    "CompareAndSet",
    "Get",
    "Judgement",
    "KeyValueStore",
    "Operation",
    "Put",
    "Read",
    "Register",
    "Specification",
    "Value",
    "VersionedFiles",
    "Write",
    "check",
]
