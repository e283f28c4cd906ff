"""The command line: `courant [--home DIR] COMMAND`."""

import sys
from pathlib import Path


def main() -> int:
    from courant.ops.home import init

    init(Path(sys.argv[2]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
