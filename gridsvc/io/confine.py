"""What a process may do while it reads a stranger's file: so much memory and time, one file, no network, no programs.

Landlock and seccomp are the kernel's own fences and need no rights. A kernel without them leaves the other guards
(content checks, the list of drivers, limits), which is why their absence is no error.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import resource
import struct
import sys
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_NO_NEW_PRIVS, _PDEATHSIG, _SECCOMP, _FILTER = 38, 1, 22, 2
# Landlock: syscalls, and the rights they speak of
_CREATE, _ADD, _RESTRICT = 444, 445, 446
_READ, _READ_DIR = 1 << 2, 1 << 3
_FILE_RIGHTS = (1 << 0) | (1 << 1) | (1 << 2) | (1 << 14)
# machine -> (seccomp's name for it, numbers of socket, connect, execve, execveat, ptrace, io_uring_setup)
_FORBIDDEN = {
    "x86_64": (0xC000003E, (41, 42, 59, 322, 101, 425)),
    "aarch64": (0xC00000B7, (198, 203, 221, 281, 117, 425)),
}
_X32 = 0x40000000
# shared libraries, time zones and tables of coordinate systems that readers load late
_SYSTEM = (
    "/usr",
    "/lib",
    "/lib64",
    "/etc/localtime",
    "/etc/ld.so.cache",
    "/dev/null",
    "/dev/urandom",
    "/proc/meminfo",
)


def limit(memory_mb: int, seconds: int) -> None:
    """Limits of address space, processor time and core files for this process."""
    memory = memory_mb * 1_000_000
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 5))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def die_with_parent() -> None:
    """Have the kernel kill this process when the one that forked it ends (its parent must have one thread only)."""
    _libc().prctl(_PDEATHSIG, 9, 0, 0, 0)


def fence(readable: Iterable[Path], writable: Path) -> None:
    """From now on: only these files and Python's own can be read, only ``writable`` written; no socket, no exec."""
    libc = _libc()
    if libc.prctl(_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        return
    package = Path(__file__).resolve().parent.parent
    own = (Path(p) for p in (*_SYSTEM, sys.prefix, sys.base_prefix, package))
    _landlock(libc, [*readable, *own, *packages()], writable)
    _no_network(libc)


@cache
def packages() -> tuple[Path, ...]:
    """Where the imported packages really lie, which may be behind links out of this environment."""
    tops = {name: list(getattr(m, "__path__", ())) for name, m in list(sys.modules.items()) if "." not in name}
    real = {name: Path(found[0]).resolve() for name, found in tops.items() if found}
    return tuple(path for name, own in real.items() for path in (own, own.with_name(f"{name}.libs")))


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def _landlock(libc: ctypes.CDLL, readable: Iterable[Path], writable: Path) -> None:
    version = libc.syscall(_CREATE, None, 0, 1)
    if version < 1:
        return
    handled = (1 << {1: 13, 2: 14}.get(version, 15)) - 1
    rules = libc.syscall(_CREATE, struct.pack("=Q", handled), 8, 0)
    if rules < 0:
        return
    try:
        for path in readable:
            _allow(libc, rules, path, _READ | _READ_DIR, handled)
        _allow(libc, rules, writable, handled, handled)
        libc.syscall(_RESTRICT, rules, 0)
    finally:
        os.close(rules)


def _allow(libc: ctypes.CDLL, rules: int, path: Path, rights: int, handled: int) -> None:
    try:
        fd = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    try:
        kept = rights if path.is_dir() else rights & _FILE_RIGHTS
        libc.syscall(_ADD, rules, 1, struct.pack("=Qi", kept & handled, fd), 0)
    finally:
        os.close(fd)


def _no_network(libc: ctypes.CDLL) -> None:
    """A seccomp filter: what opens a connection or starts a program answers "not permitted"."""
    if platform.machine() not in _FORBIDDEN:
        return
    machine, calls = _FORBIDDEN[platform.machine()]
    n = len(calls)
    program = [
        (0x20, 0, 0, 4),  # the machine the call is made for
        (0x15, 0, n + 3, machine),
        (0x20, 0, 0, 0),  # the number of the call
        (0x35, n + 1, 0, _X32),
        *((0x15, n - i, 0, call) for i, call in enumerate(calls)),
        (0x06, 0, 0, 0x7FFF0000),  # allowed
        (0x06, 0, 0, 0x00050000 | errno.EPERM),
    ]
    code = b"".join(struct.pack("=HBBI", *step) for step in program)
    kept = ctypes.create_string_buffer(code, len(code))
    head = struct.pack("@HP", len(program), ctypes.addressof(kept))
    libc.prctl(_SECCOMP, _FILTER, head, 0, 0)
