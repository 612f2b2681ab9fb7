"""Run a program and hit exactly one of its system calls: kill it there, or let the call fail.

`strace --inject` counts per thread; a daemon's threads share the work, so here one counter goes over all of them:
point N is the N-th call, of whatever thread, that changes files (or opens them) below a folder. The calls in question
trap by a seccomp filter, everything else runs at full speed. For x86-64 Linux.
"""

import ctypes
import errno
import os
import signal
import struct
import threading
import time

libc = ctypes.CDLL(None, use_errno=True)

CHANGING = {
    1: "write", 18: "pwrite64", 20: "writev", 296: "pwritev", 74: "fsync", 75: "fdatasync", 77: "ftruncate",
    82: "rename", 83: "mkdir", 84: "rmdir", 87: "unlink", 91: "fchmod", 257: "openat", 258: "mkdirat",
    263: "unlinkat", 264: "renameat", 265: "linkat", 280: "utimensat", 316: "renameat2", 437: "openat2",
    285: "fallocate",
}
# These change nothing, but can fail: hit with error numbers only.
LOOKING = {217: "getdents64", 262: "newfstatat", 5: "fstat", 17: "pread64", 0: "read", 73: "flock", 332: "statx"}
ON_HANDLE = {"write", "pwrite64", "writev", "pwritev", "fsync", "fdatasync", "ftruncate", "fchmod", "fallocate",
             "getdents64", "fstat", "pread64", "read", "flock"}
MAKING = 0o100 | 0o1000 | 0o20000000  # O_CREAT, O_TRUNC, O_TMPFILE's own bit

PTRACE_CONT, PTRACE_GETREGS, PTRACE_SETREGS = 7, 12, 13
PTRACE_SEIZE, PTRACE_SETOPTIONS, PTRACE_LISTEN = 0x4206, 0x4200, 0x4208
OPTIONS = 0x2 | 0x4 | 0x8 | 0x10 | 0x80 | 0x100000  # fork, vfork, clone, exec, seccomp; kill with the tracer
EVENT_SECCOMP, EVENT_STOP = 7, 128
ORIG_RAX, RAX, RDI, RSI, RDX = 15, 10, 14, 13, 12
WALL = 0x40000000


def ptrace(request, pid, address=0, data=0):
    libc.ptrace.restype = ctypes.c_long
    libc.ptrace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]
    ctypes.set_errno(0)
    result = libc.ptrace(request, pid, address, data)
    if result == -1 and ctypes.get_errno():
        raise OSError(ctypes.get_errno(), f"ptrace {request:#x}")
    return result


def trap(calls):
    """A seccomp filter: these calls stop for the tracer, all others are allowed."""
    program = [struct.pack("HBBI", 0x20, 0, 0, 0)]  # load the number
    for at, number in enumerate(calls):
        program.append(struct.pack("HBBI", 0x15, len(calls) - at, 0, number))
    program.append(struct.pack("HBBI", 0x06, 0, 0, 0x7FFF0000))
    program.append(struct.pack("HBBI", 0x06, 0, 0, 0x7FF00000))
    code = b"".join(program)
    keep = ctypes.create_string_buffer(code, len(code))
    header = struct.pack("HxxxxxxQ", len(program), ctypes.addressof(keep))
    head = ctypes.create_string_buffer(header, len(header))
    libc.prctl(38, 1, 0, 0, 0)  # no new privileges
    if libc.prctl(22, 2, ctypes.byref(head), 0, 0) != 0:
        os._exit(126)


class Registers(ctypes.Structure):
    _fields_ = [("r", ctypes.c_ulonglong * 27)]


def text_at(pid, address):
    try:
        with open(f"/proc/{pid}/mem", "rb", 0) as memory:
            memory.seek(address)
            return memory.read(512).split(b"\0")[0].decode(errors="replace")
    except (OSError, ValueError, OverflowError):
        return "?"


def handle(pid, number):
    number = ctypes.c_int(number & 0xFFFFFFFF).value
    try:
        return os.readlink(f"/proc/{pid}/cwd" if number == -100 else f"/proc/{pid}/fd/{number}")
    except OSError:
        return "?"


def describe(pid, name, r, below):
    """What the call does, if it does it below the folder, else None."""
    if name in ON_HANDLE:
        path = handle(pid, r[RDI])
        return f"{name} {path}" if path.startswith(below) else None
    if name in ("rename", "mkdir", "rmdir", "unlink"):
        path = text_at(pid, r[RDI])
        return f"{name} {path}" if path.startswith(below) else None
    folder, path = handle(pid, r[RDI]), text_at(pid, r[RSI]) if r[RSI] else ""
    if name == "linkat":
        folder, path = handle(pid, r[RDX]), text_at(pid, r[7]) + " from " + path
    whole = path if path.startswith("/") else f"{folder}/{path}"
    if not whole.startswith(below):
        return None
    if name == "openat":
        return f"openat {whole}" + (" (making)" if r[RDX] & MAKING else "")
    return f"{name} {whole}"


def run(command, below, point=None, error=None, looking=False, limit=30, output=None, meanwhile=None):
    """Runs `command` and hits its `point`-th call below the folder `below`: by SIGKILL before it is done or, with
    `error`, by letting it fail with that error number. Gives back how it ended and what was hit; without a point, all
    the points there are. `looking`: calls that only look count too. `meanwhile` is called with the process id, in a thread
    of its own."""
    calls = {**CHANGING, **(LOOKING if looking else {})}
    pid = os.fork()
    if pid == 0:
        os.kill(os.getpid(), signal.SIGSTOP)
        quiet = os.open(output or os.devnull, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        for number in (1, 2):
            os.dup2(quiet, number)
        trap(calls)
        os.execv(command[0], command)
        os._exit(127)
    os.waitpid(pid, os.WUNTRACED)
    ptrace(PTRACE_SEIZE, pid, 0, OPTIONS)
    os.kill(pid, signal.SIGCONT)
    points, hit, ended = [], None, None
    begun = time.monotonic()
    # A child that hangs is ended by an alarm of our own.
    signal.signal(signal.SIGALRM, lambda *_: os.kill(pid, signal.SIGKILL))
    signal.setitimer(signal.ITIMER_REAL, limit)
    started = False
    if meanwhile:
        threading.Thread(target=meanwhile, args=(pid,), daemon=True).start()
    while ended is None:
        try:
            thread, status = os.waitpid(-1, WALL)
        except ChildProcessError:
            break
        if os.WIFEXITED(status) or os.WIFSIGNALED(status):
            if thread == pid:
                ended = os.waitstatus_to_exitcode(status)
            continue
        event, number = status >> 16, os.WSTOPSIG(status)
        pass_on = 0
        try:
            if event == 4:
                started = True
            elif event == EVENT_SECCOMP and started:
                registers = Registers()
                ptrace(PTRACE_GETREGS, thread, 0, ctypes.addressof(registers))
                r = registers.r
                name = calls.get(r[ORIG_RAX])
                what = name and describe(thread, name, r, below)
                if what and (error or name not in ("openat", "openat2") or "(making)" in what):
                    points.append(what)
                    if len(points) == point:
                        hit = what
                        if error is None:
                            os.kill(pid, signal.SIGKILL)
                            continue
                        r[ORIG_RAX], r[RAX] = ctypes.c_ulonglong(-1).value, ctypes.c_ulonglong(-error).value
                        ptrace(PTRACE_SETREGS, thread, 0, ctypes.addressof(registers))
            elif event == EVENT_STOP and number in (signal.SIGSTOP, signal.SIGTSTP):
                ptrace(PTRACE_LISTEN, thread)
                continue
            elif event == 0:
                pass_on = number
            ptrace(PTRACE_CONT, thread, 0, pass_on)
        except ProcessLookupError:
            pass
        except OSError as trouble:
            if trouble.errno != errno.ESRCH:
                raise
    signal.setitimer(signal.ITIMER_REAL, 0)
    hung = time.monotonic() - begun >= limit
    return {"ended": "hung" if hung else ended, "hit": hit, "points": points}
