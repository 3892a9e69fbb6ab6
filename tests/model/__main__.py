"""`python -m tests.model DIR` prints the report of a directory of sheets as JSON."""

import json
import sys
from pathlib import Path

from tests.model import SheetFault, report


def main(arguments: list[str]) -> int:
    """Print the report, or the faults of the sheets; return the exit status."""
    if len(arguments) != 1:
        sys.stderr.write("usage: python -m tests.model DIR\n")
        return 2
    try:
        told = report(Path(arguments[0]))
    except SheetFault as fault:
        sys.stderr.write("\n".join(fault.faults) + "\n")
        return 1
    sys.stdout.write(json.dumps(told, ensure_ascii=False, indent=1, sort_keys=True) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
