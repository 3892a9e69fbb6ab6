"""Words that stand inside a sentence as the value of a field, and are translated with it.

They arise where no catalogue is at hand: reasons that the ledger or the operating system gives,
and the names of parts and checks that an audit speaks of. A value that is not listed here
stays as it is.
"""

from typing import Final

from api.messages.translation import N_

WORDS: Final = frozenset(
    {
        # The operating system's (strerror).
        N_("Address already in use"),
        N_("Bad file descriptor"),
        N_("Cannot assign requested address"),
        N_("Device or resource busy"),
        N_("Disk quota exceeded"),
        N_("File exists"),
        N_("File name too long"),
        N_("File too large"),
        N_("Input/output error"),
        N_("Is a directory"),
        N_("No such device or address"),
        N_("No such file or directory"),
        N_("No space left on device"),
        N_("Not a directory"),
        N_("Operation not permitted"),
        N_("Permission denied"),
        N_("Read-only file system"),
        N_("Too many levels of symbolic links"),
        N_("Too many open files"),
        # The database server's.
        N_("PostgreSQL refuses to run as root"),
        N_("initdb is missing"),
        N_("it ended at once"),
        N_("it has no name"),
        N_("it took too long"),
        N_("its owner never got it ready"),
        N_("its path is too long for a socket"),
        N_("not a PostgreSQL"),
        N_("postgres --version failed"),
        N_("postgres is missing"),
        N_("there is no such user"),
        N_("unknown"),
        # Migrations.
        N_("it ends its own transaction"),
        N_("it is not called NNNN_name.sql"),
        # What an audit speaks of: the parts of an event, the stages of an act, its own checks.
        N_("entry"),
        N_("opening"),
        N_("text"),
        N_("recorded"),
        N_("reviewed"),
        N_("approved"),
        N_("declined"),
        N_("posted"),
        N_("closed"),
        N_("booked"),
        N_("reversed"),
        N_("log"),
        N_("acts"),
        N_("notices"),
        N_("awards"),
        N_("points"),
        N_("goods"),
        N_("exchanges"),
        N_("people"),
    }
)
