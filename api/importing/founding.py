"""Opening the ledger of a community on the real clock, from what ``community.json`` says."""

from pathlib import Path

from api.importing.intake import Intake
from api.messages import N_, Problem, Where
from api.rehearsal.opening import FOUNDERS, settings_of
from api.sheets.community import FILE_NAME, Founding
from ledger.calendar import instant_of
from ledger.commands.base import CLOCKWORK
from ledger.commands.community import AlreadyOpened, OpenLedger
from ledger.log.requests import Request
from ledger.log.writer import Writer
from ledger.transparency.keys import SigningKey
from projections.register import Register

_MISSING = N_(
    "There is no ledger yet, and this file is missing, which says how it begins. Add it to the "
    "folder."
)
_AHEAD = N_("The ledger cannot begin in the future. Write today's date, or an earlier one.")
_FIXED = N_("The ledger was opened with {value} here, and that stays as it is.")
_SETTINGS = N_(
    "The ledger has other settings for notices or for expiry. An import leaves them as they are."
)
_NO_END = N_("A ledger on the real clock has no end; this key is for rehearsals.")


def founding_faults(intake: Intake, now: str) -> list[Problem]:
    """Why no ledger can be opened; nothing where one can."""
    founding = intake.founding
    if founding is None:
        missing = Problem(Where(FILE_NAME), _MISSING)
        return [p for p in intake.founding_problems if p.level == "fault"] or [missing]
    if instant_of(founding.starts) > now:
        return [Problem(Where(FILE_NAME, None, "starts"), _AHEAD)]
    return []


def open_ledger(founding: Founding, writer: Writer, keys: Path, seed: bytes) -> None:
    """Write the genesis, with a signing key of its own that is kept in ``keys``.

    The key is saved first: a crash in between leaves a key that signed nothing, and the next
    import makes another.

    Raises:
        LedgerError: the ledger could not be opened.
    """
    origin = founding.origin or f"sunledger.invalid/{founding.community}"
    key = SigningKey.from_seed(origin, seed)
    key.save(keys / f"{founding.community}.key")
    genesis = OpenLedger(
        community=founding.community,
        name_zh=founding.name_zh,
        name_en=founding.name_en,
        timezone=founding.timezone,
        account_holder=founding.account_holder,
        origin=origin,
        key=key.verifier,
        rehearsal=False,
        starts=instant_of(founding.starts),
        ends=None,
        settings=settings_of(founding),
        founders=FOUNDERS,
    )
    request = Request(f"genesis-{key.verifier}", CLOCKWORK, genesis)
    if not writer.submit(request, wait=True).result().accepted:
        raise AlreadyOpened


def compare(founding: Founding | None, register: Register) -> tuple[Problem, ...]:
    """What the file says otherwise than the ledger has it: to be known, for it changes nothing."""
    opened = register.opened
    if founding is None or opened is None:
        return ()
    said = {
        "name_zh": founding.name_zh,
        "name_en": founding.name_en,
        "timezone": founding.timezone,
        "account_holder": founding.account_holder,
        "starts": instant_of(founding.starts),
    }
    found = [
        _notice(key, _FIXED, value=getattr(opened, key))
        for key, value in said.items()
        if getattr(opened, key) != value
    ]
    settings = settings_of(founding)
    wanted = (
        settings.post_weekday,
        settings.post_time,
        settings.notice_days,
        settings.expiry_months,
    )
    if wanted != register.settings:
        found.append(_notice("notice", _SETTINGS))
    if founding.ends is not None:
        found.append(_notice("ends", _NO_END))
    return tuple(found)


def _notice(key: str, message: str, **params: object) -> Problem:
    return Problem(Where(FILE_NAME, None, key), message, params, level="notice")
