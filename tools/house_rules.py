"""House rules that no linter knows: no registry host, no machine path, no inline style."""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

RULES = {
    "names a package registry's host": re.compile(
        r"py" r"pi\.org|python" r"hosted|npm" r"js\.(org|com)|deb\.deb" r"ian\.org"
    ),
    "names a path of one machine": re.compile(r"(^|[^\w./-])/(wo" r"rk|ro" r"ot|ho" r"me/\w+)/"),
    "merge marker": re.compile(r"^(<{7}|>{7}) "),
}
TEMPLATE_RULES = {
    "inline style, which the readers' CSP forbids": re.compile(r"<[^>]+\sstyle="),
    "inline event handler, which the readers' CSP forbids": re.compile(r"<[^>]+\son[a-z]+="),
}
TEXT = {".py", ".md", ".toml", ".txt", ".html", ".css", ".js", ".po", ".yml", ".cfg", ""}


def broken_rules(path: Path) -> list[str]:
    """One line for each rule that a file breaks."""
    rules = dict(RULES)
    if path.suffix == ".html" and "front/templates" in path.as_posix():
        rules |= TEMPLATE_RULES
    found = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        found += [f"{path}:{number}: {name}" for name, rule in rules.items() if rule.search(line)]
    return found


def main() -> int:
    listing = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    paths = [Path(name) for name in listing.stdout.splitlines()]
    files = [p for p in paths if p.suffix in TEXT and p.is_file() and "samples" not in p.parts]
    found = [line for path in files for line in broken_rules(path)]
    print("\n".join(found), end="\n" if found else "", file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
