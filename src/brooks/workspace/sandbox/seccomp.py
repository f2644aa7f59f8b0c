"""A system call filter for where no network namespace holds: no sockets, no reach into other processes.

The filter is a small program in the kernel's classic BPF
(https://www.kernel.org/doc/html/latest/userspace-api/seccomp_filter.html). It refuses with "permission
denied": making a socket (a pair of sockets, which event loops need, stays allowed), `io_uring`, which
could make one unseen, debugging and reading other processes, and a signal to everybody. It needs no
privilege and cannot be taken off again. It knows x86-64 and 64-bit ARM.
"""

import ctypes
import errno
import os
import struct

_PR_SET_SECCOMP, _PR_SET_NO_NEW_PRIVS = 22, 38
_MODE_FILTER = 2
_LOAD, _EQUAL, _AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06
_NUMBER_AT, _ARCHITECTURE_AT, _FIRST_ARGUMENT_AT = 0, 4, 16
_ALLOW = 0x7FFF0000
_REFUSE = 0x00050000 | errno.EACCES
_X32 = 0x40000000
_EVERYBODY = 0xFFFFFFFF

_REFUSED_EVERYWHERE = (425, 438)  # io_uring_setup, pidfd_getfd
_MACHINES = {
    # audit number; kill; socket, ptrace, process_vm_readv, process_vm_writev
    "x86_64": (0xC000003E, 62, (41, 101, 310, 311)),
    "aarch64": (0xC00000B7, 129, (198, 117, 270, 271)),
}


def is_known() -> bool:
    """Whether there is a filter for this machine."""
    uname = os.uname()
    return uname.sysname == "Linux" and uname.machine in _MACHINES and struct.calcsize("P") == 8


def refuse_sockets() -> None:
    """Put the filter on this process and all it will start.

    Raises:
        OSError: when the kernel refuses.
    """
    program = _program(*_MACHINES[os.uname().machine])
    code = ctypes.create_string_buffer(program, len(program))
    header = struct.pack("=HxxxxxxQ", len(program) // 8, ctypes.addressof(code))
    libc = ctypes.CDLL(None, use_errno=True)
    for option, first, second in (
        (_PR_SET_NO_NEW_PRIVS, 1, None),
        (_PR_SET_SECCOMP, _MODE_FILTER, header),
    ):
        if libc.prctl(option, first, second, 0, 0):
            raise OSError(ctypes.get_errno(), "prctl")


def _program(architecture: int, kill: int, refused: tuple[int, ...]) -> bytes:
    """Instructions of (code, steps when true, steps when false, operand)."""
    numbers = (*refused, *_REFUSED_EVERYWHERE)
    refuse = 8 + len(numbers)  # the position of the line that refuses
    lines = [
        (_LOAD, 0, 0, _ARCHITECTURE_AT),
        (_EQUAL, 0, refuse - 2, architecture),
        (_LOAD, 0, 0, _NUMBER_AT),
        (_AT_LEAST, refuse - 4, 0, _X32),
    ]
    lines += [
        (_EQUAL, refuse - position - 1, 0, number)
        for position, number in enumerate(numbers, start=len(lines))
    ]
    lines += [
        (_EQUAL, 1, 0, kill),
        (_RETURN, 0, 0, _ALLOW),
        (_LOAD, 0, 0, _FIRST_ARGUMENT_AT),
        (_EQUAL, 0, 1, _EVERYBODY),
        (_RETURN, 0, 0, _REFUSE),
        (_RETURN, 0, 0, _ALLOW),
    ]
    return b"".join(struct.pack("=HBBI", *line) for line in lines)
