"""The build hook compiles the catalogues, for wheels and for editable installs."""

import gettext
import io
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
PROJECT = """
[build-system]
requires = ["hatchling", "babel"]
build-backend = "hatchling.build"
[project]
name = "sample"
version = "1"
[tool.hatch.build]
dev-mode-dirs = ["."]
[tool.hatch.build.targets.wheel]
packages = ["api"]
[tool.hatch.build.hooks.custom]
path = "hatch_build.py"
"""
BUILD = "import sys, hatchling.build as b; getattr(b, 'build_' + sys.argv[1])(sys.argv[2])"
MO = "api/locale/zh_CN/LC_MESSAGES/sunledger.mo"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A small project with our hook and catalogues, and git's word that .mo are no sources."""
    project = tmp_path / "project"
    shutil.copytree(ROOT / "api" / "locale", project / "api" / "locale")
    (project / "api" / "__init__.py").write_text("")
    (project / "pyproject.toml").write_text(PROJECT)
    (project / ".gitignore").write_text("*.mo\n")
    for stale in project.rglob("*.mo"):
        stale.unlink()
    shutil.copy(ROOT / "hatch_build.py", project)
    return project


def build(project: Path, kind: str) -> zipfile.ZipFile:
    """Build a wheel of a kind as a front end would; the wheel."""
    out = project.parent / kind
    command = [sys.executable, "-c", BUILD, kind, str(out)]
    subprocess.run(command, cwd=project, check=True, capture_output=True, timeout=60)
    return zipfile.ZipFile(next(out.glob("*.whl")))


def test_a_wheel_holds_compiled_catalogues(project: Path) -> None:
    """The .mo of each language is in the wheel and says what the .po says."""
    with build(project, "wheel") as wheel:
        assert {MO, MO.replace("zh_CN", "en")} <= set(wheel.namelist())
        translations = gettext.GNUTranslations(io.BytesIO(wheel.read(MO)))
    assert "缺少此文件。" == translations.gettext("The file is missing.")


def test_an_editable_install_has_them_in_place(project: Path) -> None:
    """An editable build leaves the .mo beside the .po, and no half-written file."""
    build(project, "editable").close()
    assert (project / MO).is_file()
    assert [] == list(project.rglob("*.part"))
