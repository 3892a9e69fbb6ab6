"""What pages load besides themselves: a style sheet and an icon, both ours, both in the package.

Their addresses hold a digest of their content, so browsers may keep them for ever.
"""

from hashlib import sha256
from pathlib import Path
from typing import Final, NamedTuple

_FOLDER: Final = Path(__file__).parent / "static"
_TYPES: Final = {".css": "text/css; charset=utf-8", ".svg": "image/svg+xml"}


class Asset(NamedTuple):
    """A file as it is served."""

    content: bytes
    media_type: str


def _load(file: str) -> tuple[str, Asset]:
    path = _FOLDER / file
    content = path.read_bytes()
    digest = sha256(content).hexdigest()[:16]
    return f"{path.stem}.{digest}{path.suffix}", Asset(content, _TYPES[path.suffix])


STYLE, _style = _load("board.css")
ICON, _icon = _load("icon.svg")
ASSETS: Final = {STYLE: _style, ICON: _icon}
"""By the name that they have in addresses."""
