"""From a fresh clone to a running command: makes .venv, installs what is locked, runs a step.

Standard library only, and readable by old Pythons, so that they can say what is missing.
Usage: bootstrap.py demo|test|soak|golden|lint|format|types|bench|fresh|lock|venv [arguments]
"""

import hashlib
import os
import re
import shutil
import subprocess
import sys

NEEDED = (3, 11)
ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
VENV = os.path.join(ROOT, ".venv")
STEPS = (
    "demo",
    "test",
    "soak",
    "golden",
    "lint",
    "format",
    "types",
    "bench",
    "fresh",
    "lock",
    "venv",
)


def main():
    if len(sys.argv) < 2 or sys.argv[1] not in STEPS:
        return say(__doc__)
    if sys.version_info < NEEDED:
        return with_newer_python()
    step, arguments = sys.argv[1], sys.argv[2:]
    try:
        python = environment("requirements.txt" if step == "demo" else "requirements-dev.txt")
        if step == "venv":
            return 0
        command = [python, os.path.join(ROOT, "tools", "steps.py"), step] + arguments
        os.chdir(ROOT)
        os.execv(python, command)
    except KeyboardInterrupt:
        return 130
    except OSError as error:
        if error.errno in (28, 122):  # ENOSPC, EDQUOT
            return say(
                "The disk is full: %s. Make room and run this again." % (error.filename or ROOT)
            )
        raise


def with_newer_python():
    """Hand over to a newer Python if there is one, else say in one sentence what is needed."""
    for minor in range(16, 10, -1):
        found = which("python3.%d" % minor)
        if found:
            os.execv(found, [found] + sys.argv)
    have = ".".join(str(number) for number in sys.version_info[:3])
    return say(
        "Courant needs Python 3.11 or newer, and %s is %s. Install a newer one and run: "
        "make %s PYTHON=python3.11" % (sys.executable, have, sys.argv[1])
    )


def which(name):
    for folder in os.environ.get("PATH", "").split(os.pathsep):
        path = os.path.join(folder, name)
        if os.access(path, os.X_OK):
            return path
    return None


def environment(requirements):
    """The path of .venv's Python with everything in `requirements` installed."""
    python = os.path.join(VENV, "bin", "python")
    stamp = os.path.join(VENV, "installed-" + requirements)
    wanted = digest(requirements)
    if works(python) and read(stamp) == wanted:
        return python
    if not works(python):
        make_venv()
    install(python, requirements)
    # Installing one list may have moved what the other one had.
    for name in ("requirements.txt", "requirements-dev.txt"):
        other = os.path.join(VENV, "installed-" + name)
        if os.path.exists(other):
            os.remove(other)
    write(stamp, wanted)
    if requirements == "requirements-dev.txt":  # the longer list holds the shorter one
        write(os.path.join(VENV, "installed-requirements.txt"), digest("requirements.txt"))
    return python


def works(python):
    test = "import sys; sys.exit(sys.version_info < (%d, %d))" % NEEDED
    try:
        return subprocess.call([python, "-c", test], stderr=subprocess.DEVNULL) == 0
    except OSError:
        return False


def make_venv():
    print("Making .venv …", file=sys.stderr)
    shutil.rmtree(VENV, ignore_errors=True)
    result = subprocess.run([sys.executable, "-m", "venv", VENV], capture_output=True, text=True)
    if result.returncode:
        reason = (result.stdout + result.stderr).strip()
        if "ensurepip" in reason:
            reason = "this Python lacks venv; on Debian: apt install python3-venv"
        raise SystemExit("The environment .venv could not be made: %s" % reason)


def install(python, requirements):
    """pip, with every package checked against its hash, and a bar that counts packages."""
    total = len(re.findall(r"^[a-z0-9].*==", read(requirements), re.M | re.I))
    command = [python, "-m", "pip", "install", "--disable-pip-version-check", "--no-input"]
    locked = ["--require-hashes", "--progress-bar", "off", "-r", requirements]
    run_counting(command + locked, total, "Installing packages")
    own = ["--quiet", "--no-deps", "--no-build-isolation", "--editable", "."]
    run_counting(command + own, 1, "Installing Courant")


def run_counting(command, total, label):
    lines, count = [], 0
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=ROOT
    )
    try:
        for line in process.stdout:
            lines.append(line)
            count += line.startswith(("Collecting ", "Requirement already satisfied"))
            bar(label, min(count, total), total)
        code = process.wait()
    except BaseException:
        process.terminate()
        process.wait()
        raise
    if code:
        wrong = [line.strip() for line in lines if "ERROR" in line or "No space" in line]
        raise SystemExit(
            "\n%s failed: %s" % (label, " ".join(wrong) or "".join(lines[-5:]).strip())
        )
    bar(label, total, total)
    print(file=sys.stderr)


def bar(label, count, total):
    if sys.stderr.isatty():
        full = 30 * count // max(total, 1)
        done = "█" * full + " " * (30 - full)
        print(
            "\r%-22s %s %4d/%d" % (label, done, count, total), end="", file=sys.stderr, flush=True
        )
    elif count == total:
        print("%s: %d" % (label, total), end="", file=sys.stderr)


def digest(requirements):
    parts = read(requirements) + read("pyproject.toml") + sys.version
    return hashlib.sha256(parts.encode("utf-8")).hexdigest()


def read(name):
    try:
        with open(os.path.join(ROOT, name), encoding="utf-8") as file:
            return file.read()
    except OSError:
        return ""


def write(name, text):
    with open(name, "w", encoding="utf-8") as file:
        file.write(text)


def say(sentence):
    sys.stderr.write(sentence.strip() + "\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())
