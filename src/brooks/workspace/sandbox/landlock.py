"""Landlock: a process takes away from itself, for good, what it need not touch.

Linux only; no privilege needed. Three system calls through ctypes (Linux 5.13 and later;
https://docs.kernel.org/userspace-api/landlock.html). File access is granted folder by folder; from
ABI 4 on TCP is denied; from ABI 6 on signals to processes outside; UDP is not covered.
"""

import ctypes
import os
import struct
from collections.abc import Iterable
from pathlib import Path

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_VERSION_FLAG = 1
_RULE_PATH_BENEATH = 1
_PR_SET_NO_NEW_PRIVS = 38

_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR = 1, 2, 4, 8
_READ = _EXECUTE | _READ_FILE | _READ_DIR
_FILE_ONLY = _EXECUTE | _WRITE_FILE | _READ_FILE | (1 << 14) | (1 << 15)
_RIGHTS_BY_ABI = {1: 13, 2: 14, 3: 15, 4: 15, 5: 16}
_NET_BIND_AND_CONNECT = 3
_SCOPE_ABSTRACT_SOCKETS_AND_SIGNALS = 3


def abi() -> int:
    """The kernel's Landlock version; 0 where there is none."""
    try:
        libc = ctypes.CDLL(None, use_errno=True)
        return max(int(libc.syscall(_CREATE_RULESET, None, 0, _VERSION_FLAG)), 0)
    except (OSError, AttributeError):
        return 0


def restrict(
    *, readable: Iterable[Path], writable: Iterable[Path], denies_network: bool = True
) -> None:
    """Deny this process and its children everything but these folders and files.

    Signals to processes outside are denied too, and TCP with `denies_network`, as far as this
    kernel's version knows how.

    Raises:
        OSError: when the kernel refuses.
    """
    version = abi()
    if not version:
        raise OSError("this kernel has no Landlock")
    libc = ctypes.CDLL(None, use_errno=True)
    rights = (1 << _RIGHTS_BY_ABI[min(version, 5)]) - 1
    network = _NET_BIND_AND_CONNECT if denies_network else 0
    attributes = struct.pack("=QQQ", rights, network, _SCOPE_ABSTRACT_SOCKETS_AND_SIGNALS)
    size = 24 if version >= 6 else 16 if version >= 4 else 8
    ruleset = _call(libc, _CREATE_RULESET, attributes[:size], size, 0)
    try:
        for folders, granted in ((readable, _READ), (writable, rights)):
            for folder in folders:
                _grant(libc, ruleset, folder, granted & rights)
        if libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0):
            raise OSError(ctypes.get_errno(), "prctl")
        _call(libc, _RESTRICT_SELF, ruleset, 0)
    finally:
        os.close(ruleset)


def _grant(libc: ctypes.CDLL, ruleset: int, path: Path, rights: int) -> None:
    try:
        descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    try:
        if not path.is_dir():
            rights &= _FILE_ONLY
        _call(
            libc, _ADD_RULE, ruleset, _RULE_PATH_BENEATH, struct.pack("=Qi", rights, descriptor), 0
        )
    finally:
        os.close(descriptor)


def _call(libc: ctypes.CDLL, number: int, *arguments: object) -> int:
    result = int(libc.syscall(number, *arguments))
    if result < 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))
    return result
