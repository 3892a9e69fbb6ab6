"""Build hook: compiles the translation catalogues, so that an installed package has ``.mo`` files.

The ``.mo`` are written beside their ``.po`` (git ignores them), which serves editable installs, and
are named to hatchling as artifacts, which takes them into the wheel.
"""

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

CATALOGUES = "api/locale/*/LC_MESSAGES/*.po"


def compile_catalogue(po: Path) -> Path:
    """Write the ``.mo`` of a ``.po`` file beside it, in one step; gives its path."""
    # Imported here: hatchling loads this file before the build requirements are there.
    from babel.messages.mofile import write_mo  # noqa: PLC0415
    from babel.messages.pofile import read_po  # noqa: PLC0415

    with po.open("rb") as source:
        catalogue = read_po(source, locale=po.parent.parent.name)
    mo = po.with_suffix(".mo")
    part = mo.with_suffix(".mo.part")
    with part.open("wb") as target:
        write_mo(target, catalogue)
    return part.replace(mo)


class CatalogueBuildHook(BuildHookInterface[Any]):
    """Compiles every catalogue before a wheel (also an editable one) is put together."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Called by hatchling; ``version`` is the kind of wheel, ``standard`` or ``editable``."""
        del version
        root = Path(self.root)
        compiled = [compile_catalogue(po) for po in sorted(root.glob(CATALOGUES))]
        build_data["artifacts"].extend(f"/{mo.relative_to(root).as_posix()}" for mo in compiled)
