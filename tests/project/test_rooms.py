"""The rooms of the machine: no room imports one above it, wherever the import stands."""

import ast

import pytest

from .conftest import HOME

ROOMS = ("book", "tangle", "staleness", "meaning", "checks", "build", "site")
FILE = "staleness"
"""The room that is one file."""

LOWEST, HIGHEST = ("__init__", "errors"), ("__main__",)
"""The files beside the rooms: what all of them may know, and what knows all of them."""


def height_of(parts):
    """Say how high a module is, by the parts of its name below ``literate``."""
    first = parts[0] if parts else "__init__"
    if first in ROOMS:
        return 1 + ROOMS.index(first)
    return 1 + len(ROOMS) if first in HIGHEST else 0


def imported_by(tree):
    """Yield the line of each import of the machine, and the parts of the module's name."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            modules = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            start = "." * node.level + (node.module or "")
            modules = [f"{start}.{alias.name}" for alias in node.names]
        else:
            continue
        for module in modules:
            top, *parts = module.split(".")
            if top in ("literate", ""):  # "" for a relative import, which is refused
                yield node.lineno, top, parts


def breaches(machine):
    """Yield each import of a room above, and each file that is in no room."""
    for path in sorted(machine.rglob("*.py")):
        *folders, _ = parts = path.relative_to(machine).with_suffix("").parts
        if parts[0] not in (ROOMS if folders else (FILE, *LOWEST, *HIGHEST)):
            yield f"{'/'.join(parts)} is in no room"
        for line, top, imported in imported_by(ast.parse(path.read_text(encoding="utf-8"))):
            if not top:
                yield f"{'/'.join(parts)}:{line} imports relatively"
            elif height_of(imported) > height_of(parts):
                yield f"{'/'.join(parts)}:{line} imports {'.'.join(imported)}"


def test_no_room_knows_those_above_it():
    assert list(breaches(HOME / "literate")) == []


def test_every_room_is_there():
    folders = {path.parent.name for path in (HOME / "literate").glob("*/__init__.py")}
    assert folders == set(ROOMS) - {FILE}


@pytest.mark.parametrize(
    ("file", "source", "breach"),
    [
        ("book/chapters", "import literate.tangle.tangle", "1 imports tangle.tangle"),
        ("book/toc", "from literate.checks import records", "1 imports checks.records"),
        ("tangle/tangle", "from literate import checks", "1 imports checks"),
        ("tangle/tangle", "from literate import staleness", "1 imports staleness"),
        ("staleness", "from literate.checks import records", "1 imports checks.records"),
        (
            "checks/records",
            "def f():\n    from literate.build import pdf",
            "2 imports build.pdf",
        ),
        (
            "build/pdf",
            "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from literate.site import api",
            "3 imports site.api",
        ),
        ("errors", "from literate.book import toc", "1 imports book.toc"),
        ("site/api", "import literate.__main__", "1 imports __main__"),
        ("site/api", "from . import listing", "1 imports relatively"),
    ],
)
def test_a_breach_is_found(tmp_path, file, source, breach):
    path = tmp_path / f"{file}.py"
    path.parent.mkdir(exist_ok=True)
    path.write_text(source, encoding="utf-8")
    assert list(breaches(tmp_path)) == [f"{file}:{breach}"]


@pytest.mark.parametrize("file", ["helpers", "attic/helpers"])
def test_a_file_in_no_room_is_found(tmp_path, file):
    path = tmp_path / f"{file}.py"
    path.parent.mkdir(exist_ok=True)
    path.touch()
    assert list(breaches(tmp_path)) == [f"{file} is in no room"]


@pytest.mark.parametrize(
    ("file", "source"),
    [
        ("checks/records", "from literate import HOME\nfrom literate.checks import recorder"),
        ("checks/records", "from literate.staleness import Parts"),
        ("site/api", "from literate.build import pdf\nfrom literate.errors import at"),
        ("__main__", "from literate.site import api"),
        ("book/chapters", "import ast\nfrom builders import site"),
    ],
)
def test_what_is_below_may_be_known(tmp_path, file, source):
    path = tmp_path / f"{file}.py"
    path.parent.mkdir(exist_ok=True)
    path.write_text(source, encoding="utf-8")
    assert list(breaches(tmp_path)) == []
