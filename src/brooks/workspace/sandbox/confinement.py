"""What a check's process takes away from itself before it runs anything: limits, network, files, user.

The order matters. Folders are opened for Landlock while the process can still reach them; the user
comes after that, because only root can change it; the system call filter comes last.
"""

import ctypes
import fcntl
import os
import resource
import socket
import struct
import sys
from pathlib import Path

from brooks.workspace.sandbox import landlock, seccomp
from brooks.workspace.sandbox.protocol import Request, Settings, UserKind

PARENT_DEATH_SIGNAL, DUMPABLE, CHILD_SUBREAPER, _NO_NEW_PRIVS = 1, 4, 36, 38
_KEEP_CAPABILITIES, _AMBIENT, _AMBIENT_RAISE = 8, 47, 2
_CAPABILITY_VERSION = 0x20080522
_READ_EVERYTHING = 2
"""The capability called CAP_DAC_READ_SEARCH."""
_NEW_NETWORK = 0x40000000
_SET_INTERFACE_FLAGS = 0x8914
_UP_AND_RUNNING = 0x41
_DEVICES = ("null", "zero", "full", "random", "urandom")


def control_process(option: int, *arguments: int) -> None:
    """`prctl`; nothing happens on a system without it."""
    if sys.platform == "linux":
        words = [*arguments, 0, 0, 0, 0][:4]
        ctypes.CDLL(None).prctl(option, *(ctypes.c_ulong(word) for word in words))


def confine(settings: Settings, request: Request, user: UserKind) -> None:
    """Take away all that the check need not have."""
    _limit(settings, request)
    if settings.is_contained and user in {UserKind.DROPPED, UserKind.READER}:
        _take_own_network()
    if settings.landlock:
        _lock_folders(settings, request)
    change_user(user, request.uid)
    control_process(_NO_NEW_PRIVS, 1)
    if not settings.is_contained and seccomp.is_known():
        seccomp.refuse_sockets()


def change_user(user: UserKind, uid: int) -> None:
    """Become the check's own user, if there is one.

    Raises:
        OSError: when the kernel does not let us.
    """
    if user not in {UserKind.DROPPED, UserKind.READER}:
        return
    os.setgroups([])
    os.setgid(uid)
    control_process(_KEEP_CAPABILITIES, int(user is UserKind.READER))
    os.setuid(uid)
    if user is UserKind.READER:
        libc = ctypes.CDLL(None, use_errno=True)
        bit = 1 << _READ_EVERYTHING
        header = struct.pack("=Ii", _CAPABILITY_VERSION, 0)
        if libc.capset(header, struct.pack("=IIIIII", bit, bit, bit, 0, 0, 0)):
            raise OSError(ctypes.get_errno(), "capset")
        control_process(_AMBIENT, _AMBIENT_RAISE, _READ_EVERYTHING)


def _limit(settings: Settings, request: Request) -> None:
    # Time is the supervisor's: this one counts the seconds of all threads, and only holds if it fails.
    seconds = (int(request.seconds) + 2) * (os.cpu_count() or 1)
    limits = [
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_AS, request.memory_bytes),
        (resource.RLIMIT_FSIZE, request.file_bytes),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, 1024),
        (resource.RLIMIT_NPROC, request.processes + settings.processes_before),
    ]
    for which, most in limits:
        _, hard = resource.getrlimit(which)
        value = most if hard == resource.RLIM_INFINITY else min(most, hard)
        try:
            resource.setrlimit(which, (value, value))
        except (OSError, ValueError):
            continue


def _take_own_network() -> None:
    """A network with this machine's own address and nothing else; tests may start servers on it."""
    if ctypes.CDLL(None, use_errno=True).unshare(_NEW_NETWORK):
        return
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        wish = struct.pack("16sH14x", b"lo", _UP_AND_RUNNING)
        fcntl.ioctl(control, _SET_INTERFACE_FLAGS, wish)


def _lock_folders(settings: Settings, request: Request) -> None:
    own = [Path(request.directory), Path(request.temporary)]
    devices = [Path("/dev", name) for name in _DEVICES]
    shared_memory = [Path("/dev/shm")] if settings.is_contained else []  # noqa: S108 - the sandbox's own
    landlock.restrict(
        readable=[*map(Path, settings.readable), Path("/proc")],
        writable=[*own, *devices, *shared_memory],
        denies_network=not settings.is_contained,
    )
