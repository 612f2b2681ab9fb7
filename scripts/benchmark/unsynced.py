"""Makes fsync cost nothing for a process and its children: a seccomp filter that answers success at once."""

import ctypes
import platform
import struct

# System call numbers of x86-64: fsync, fdatasync, sync_file_range, syncfs.
CALLS = (74, 75, 277, 306)
PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP, SECCOMP_MODE_FILTER = 38, 22, 2
ALLOW, ERRNO_0 = 0x7FFF0000, 0x00050000


def available():
    return platform.machine() == "x86_64" and platform.system() == "Linux"


def unsync():
    """Installs the filter in this process; to be called between fork and exec."""
    code = [(0x20, 0, 0, 0)]  # load the number of the call
    for index, call in enumerate(CALLS):
        code.append((0x15, len(CALLS) - index, 0, call))  # one of them: to the last step
    code += [(0x06, 0, 0, ALLOW), (0x06, 0, 0, ERRNO_0)]
    program = b"".join(struct.pack("HBBI", *step) for step in code)
    held = ctypes.create_string_buffer(program)

    class Filter(ctypes.Structure):
        _fields_ = [("length", ctypes.c_ushort), ("code", ctypes.c_void_p)]

    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl(PR_SET_NO_NEW_PRIVS)")
    asked = Filter(len(code), ctypes.cast(held, ctypes.c_void_p))
    if libc.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.byref(asked), 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl(PR_SET_SECCOMP)")
