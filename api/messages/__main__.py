"""``python -m api.messages update`` and ``… check``: see :mod:`api.messages.update`."""

import sys

from api.messages.update import check, update

_USAGE = "usage: python -m api.messages update|check\n"


def main(arguments: list[str]) -> int:
    """Run one of the two; 0 when the catalogues are complete, 1 when not, 2 for anything else."""
    if arguments == ["update"]:
        return update(sys.stdout)
    if arguments == ["check"]:
        return check(sys.stdout)
    sys.stderr.write(_USAGE)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
