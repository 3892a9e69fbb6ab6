"""How the board says things in a reader's language: sentences, dates, hours, amounts."""

from datetime import date
from typing import Final

from babel.dates import format_date, format_datetime

from api.messages import N_, translate
from api.messages.catalogues import LOCALES
from ledger.calendar import moment_of, zone_of

_HOURS: Final = N_("{hours} h")
_HOURS_MINUTES: Final = N_("{hours} h {minutes} min")
_MINUTES: Final = N_("{minutes} min")
_QUARTER: Final = N_("Quarter {quarter} of {year}")
_FROM_TO: Final = N_("{start} to {end}")

_DAY: Final = {"zh-CN": "y年M月d日", "en": "d MMM y"}
_WEEKDAY: Final = {"zh-CN": "y年M月d日 EEEE", "en": "EEEE d MMMM y"}
_MOMENT: Final = {"zh-CN": "y年M月d日 HH:mm", "en": "d MMM y, HH:mm"}
_MONTH: Final = {"zh-CN": "y年M月", "en": "MMMM y"}
_UNBROKEN: Final = "\N{WORD JOINER}–\N{WORD JOINER}"
_MINUS: Final = "\N{MINUS SIGN}"


class Text:
    """What a page says to one reader; times are local to the community."""

    def __init__(self, language: str, timezone: str = "UTC") -> None:
        """``language`` is one of ``LANGUAGES``, ``timezone`` a name of the IANA database."""
        self.language, self.timezone = language, timezone
        self._locale = LOCALES[language]

    def say(self, message: str, **params: object) -> str:
        """A sentence; whole numbers in it are written as :meth:`number` does."""
        shown = {k: self.number(v) if isinstance(v, int) else v for k, v in params.items()}
        return translate(message, shown, self.language)

    def pick(self, zh: str, en: str) -> str:
        """The one of two names that is in the reader's language; the other where it is empty."""
        return (zh or en) if self.language == "zh-CN" else (en or zh)

    def number(self, value: int) -> str:
        """A whole number with its thousands apart."""
        return f"{value:,}".replace("-", _MINUS)

    def yuan(self, fen: int) -> str:
        """An amount of money."""
        return f"¥{fen // 100:,}.{fen % 100:02}"

    def hours(self, minutes: int) -> str:
        """A length of service."""
        whole, rest = divmod(minutes, 60)
        if not rest:
            return self.say(_HOURS, hours=whole)
        if not whole:
            return self.say(_MINUTES, minutes=rest)
        return self.say(_HOURS_MINUTES, hours=whole, minutes=rest)

    def day(self, day: str) -> str:
        """A local date."""
        return format_date(date.fromisoformat(day), _DAY[self.language], locale=self._locale)

    def month(self, month: str) -> str:
        """A month, ``2022-09``."""
        first = date.fromisoformat(f"{month}-01")
        return format_date(first, _MONTH[self.language], locale=self._locale)

    def quarter(self, quarter: str) -> str:
        """A quarter, ``2022Q3``."""
        return translate(_QUARTER, {"quarter": quarter[5], "year": quarter[:4]}, self.language)

    def moment(self, instant: str) -> str:
        """The local date and time of an instant."""
        return self._at(instant, _MOMENT[self.language])

    def window(self, opens: str, closes: str) -> str:
        """From when to when: the date once where it is one day."""
        if self._at(opens, "yMMdd") == self._at(closes, "yMMdd"):
            day = self._at(opens, _WEEKDAY[self.language])
            return f"{day} {self._at(opens, 'HH:mm')}{_UNBROKEN}{self._at(closes, 'HH:mm')}"
        return self.say(_FROM_TO, start=self.moment(opens), end=self.moment(closes))

    def _at(self, instant: str, pattern: str) -> str:
        zone = zone_of(self.timezone)
        return format_datetime(moment_of(instant), pattern, tzinfo=zone, locale=self._locale)
