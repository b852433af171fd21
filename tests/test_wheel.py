"""What an installed wheel must hold, since no checkout stands behind it."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from zipfile import ZipFile

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = ("bot", "engine", "characters", "bench")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ZipFile]:
    """Build the wheel with the installed build tools, so without a network, and open it."""
    folder = tmp_path_factory.mktemp("dist")
    build = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    subprocess.run(build, cwd=ROOT, check=True, timeout=50)
    (file,) = folder.glob("*.whl")
    with ZipFile(file) as archive:
        yield archive


def files_in(folder: Path, pattern: str) -> set[str]:
    return {file.relative_to(folder).as_posix() for file in folder.rglob(pattern) if "__pycache__" not in file.parts}


@pytest.mark.parametrize("package", PACKAGES)
def test_it_holds_every_module_and_says_that_they_are_typed(wheel: ZipFile, package: str) -> None:
    modules = files_in(ROOT / package, "*.py") | {"py.typed"}
    assert {f"{package}/{name}" for name in modules} <= set(wheel.namelist())


def test_it_holds_the_migrations(wheel: ZipFile) -> None:
    scripts = files_in(ROOT / "migrations", "*.py")
    assert any(name.startswith("versions/") for name in scripts)
    assert {f"bot/_migrations/{name}" for name in scripts} <= set(wheel.namelist())


def test_it_holds_the_cards_that_we_ship(wheel: ZipFile) -> None:
    cards = files_in(ROOT / "characters" / "cards", "*.*")
    assert cards
    assert {f"characters/cards/{name}" for name in cards} <= set(wheel.namelist())


def test_it_holds_the_page_that_stories_are_written_on(wheel: ZipFile) -> None:
    assert {f"bot/roleplay/exports/page.{kind}" for kind in ("css", "html")} <= set(wheel.namelist())


def test_it_holds_nothing_else_and_brings_the_command(wheel: ZipFile) -> None:
    tops = {name.split("/")[0] for name in wheel.namelist()}
    (info,) = tops - set(PACKAGES)
    assert info.startswith("troupe-")
    assert "troupe = bot.__main__:main" in wheel.read(f"{info}/entry_points.txt").decode()
