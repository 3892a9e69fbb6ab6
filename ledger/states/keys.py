"""The keys that officers were granted."""

from enum import StrEnum

from msgspec import Struct, field

from ledger.events.base import Recorded
from ledger.events.keys import KeyGranted, KeyRevoked
from ledger.states.base import State, folds


class Scope(StrEnum):
    """Which calls a key may make; what the officer may do is for their posts to say."""

    DESK = "desk"
    OFFICE = "office"
    AUDIT = "audit"


class Key(Struct):
    """A key of an officer; a revoked one opens nothing, for good."""

    officer: str
    scope: str
    revoked: bool = False


class Keys(State):
    """Resident. Keys by their public id, and ids by the digest of the secret."""

    keys: dict[str, Key] = field(default_factory=dict)
    by_digest: dict[str, str] = field(default_factory=dict)

    def holds(self, key: str) -> bool:
        """Whether a key was granted and not revoked."""
        found = self.keys.get(key)
        return found is not None and not found.revoked

    @folds(KeyGranted)
    def key_granted(self, event: KeyGranted, _: Recorded) -> None:
        """The key opens from now on."""
        self.keys[event.key] = Key(event.officer, event.scope)
        self.by_digest[event.digest] = event.key

    @folds(KeyRevoked)
    def key_revoked(self, event: KeyRevoked, _: Recorded) -> None:
        """The key opens nothing."""
        self.keys[event.key].revoked = True
