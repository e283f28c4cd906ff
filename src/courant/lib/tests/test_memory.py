"""A process that worked hard for a moment is small again."""

import platform
import subprocess
import sys

import pytest

PROGRAM = """
import sys
if sys.argv[1] == "given back":
    from courant.lib.memory import give_back_memory
    give_back_memory()

def resident():
    return int(open("/proc/self/statm").read().split()[1]) * 4096 >> 20

del (one := [bytes(30 << 20)])[:]  # what glibc learns from: such arrays come and go
before = resident()
held = [bytearray(8 << 20) for _ in range(12)]
pin = [bytearray(200_000)]  # stays on top of the heap
del held
print(resident() - before)
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="mallopt is glibc's")
def test_large_arrays_go_back_to_the_system():
    def kept(how: str) -> int:
        command = [sys.executable, "-c", PROGRAM, how]
        return int(subprocess.run(command, capture_output=True, text=True, check=True).stdout)

    assert kept("given back") < 5
    assert kept("as it is") > 50  # without it they stay: else this would test nothing
