"""Settings: environment variables that begin with SUNLEDGER_."""

from pathlib import Path
from typing import Annotated, Final

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from api.messages import N_, Problem, Where
from ledger.server import ServerSettings

KEY_PER_MINUTE: Final = 6_000
"""Requests that one key may send a minute: a hundred a second."""

_UNREADABLE = N_("This setting cannot be read. Correct it or remove it.")


class Settings(BaseSettings):
    """What whoever runs the ledger may choose; see the table in the README."""

    # An empty variable is one that is not set: an empty home would be the working directory.
    model_config = SettingsConfigDict(
        env_prefix="SUNLEDGER_", env_ignore_empty=True, extra="ignore", frozen=True
    )

    home: Path = Path("var")
    database_url: Annotated[str, Field(min_length=1)] | None = None
    postgres_bin: Path | None = None
    system_user: str | None = None
    head_guard: Path | None = None
    requests_per_minute: Annotated[int, Field(ge=1)] = KEY_PER_MINUTE

    def guard_folder(self, home: Path | None = None) -> Path:
        """Where the head guard lies: the configured folder, or one beside the home."""
        home = (home or self.home).resolve()
        return self.head_guard or home.with_name(home.name + "-guard")

    def key_folder(self) -> Path:
        """Where keys and secrets lie."""
        return self.home / "keys"

    def server(self, home: Path | None = None) -> ServerSettings:
        """What the database server needs; ``home`` takes the place of the configured one."""
        return ServerSettings(
            home=home or self.home,
            database_url=self.database_url,
            bin_directory=self.postgres_bin,
            system_user=self.system_user,
        )


def read_settings() -> Settings | list[Problem]:
    """The settings of this process's environment, or what is wrong with each."""
    try:
        return Settings()
    except ValidationError as error:
        names = [f"SUNLEDGER_{str(e['loc'][0]).upper()}" for e in error.errors()]
        return [Problem(Where(name), _UNREADABLE) for name in names]
