"""The package as a reader has it who has come to the end of chapter n."""

import ast
import os
import subprocess
import sys
import textwrap
from functools import cache

import pytest

from literate.tangle.reading_order import ALLOWED_MODULES
from literate.tangle.tangle import PACKAGE, assemble
from tests.book import BOOK

from .conftest import HOME

TESTS = HOME / "tests" / "chapters"

BUILDING = [
    number
    for number, chapter in enumerate(BOOK)
    if any(cell.target for cell in chapter.code_cells)
]

IMPORT_EACH_MODULE = """
import importlib, sys

root, allowed, *modules = sys.argv[1:]

class NumPyOnly:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] not in allowed.split(","):
            raise ImportError(f"{name} is neither NumPy nor the standard library")

sys.meta_path.insert(0, NumPyOnly())
sys.path.insert(0, root)
for module in modules:
    # each as the first, since the order may hide that two modules need each other
    for name in [name for name in sys.modules if name.partition(".")[0] == "nnmath"]:
        del sys.modules[name]
    imported = importlib.import_module(module)
    assert imported.__file__.startswith(root), imported.__file__
"""

ORIGIN_TEST = """
from pathlib import Path

import nnmath


def test_the_package_is_the_one_as_of_this_chapter():
    assert Path(nnmath.__file__).parent.parent == Path(__file__).parent
"""

# All values of a test's parameters run on the whole package; here it matters which names and modules
# a test needs, so its first and its last values are enough.
FIRST_AND_LAST = """
def pytest_collection_modifyitems(items):
    of_test = {}
    for item in items:
        of_test.setdefault((item.path, getattr(item, "originalname", item.name)), []).append(item)
    items[:] = [one for some in of_test.values() for one in dict.fromkeys([some[0], some[-1]])]
"""

CONFIGURATION = (
    "[pytest]\naddopts = --import-mode=importlib -p no:cacheprovider -p first_and_last\n"
    "filterwarnings = error\n"
)


@cache
def package_of(count):
    """Put together the files that the first chapters build."""
    return assemble(BOOK[:count])


def file_of_tests(chapter):
    name = chapter.docname.replace("/", "_")
    return TESTS / f"test_{name}.py"


@pytest.fixture(params=BUILDING, ids=lambda number: BOOK[number].docname)
def as_of(request, tmp_path):
    """Give the chapters up to one, and a folder with the package that they build."""
    chapters = BOOK[: request.param + 1]
    package = tmp_path / PACKAGE
    package.mkdir()
    for file in package_of(len(chapters)).values():
        place = tmp_path / file.target
        place.parent.mkdir(exist_ok=True)
        place.write_text(file.text, encoding="utf-8")
    for path in (HOME / PACKAGE).iterdir():
        is_room = path.is_dir() and any(path.glob("*.py"))
        if path.suffix != ".py" and path.name != "__pycache__" and not is_room:
            (package / path.name).symlink_to(path)
    return chapters, tmp_path


def run(folder, *command):
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    # Loading the plugins for notebooks and browsers would take longer than most chapters' tests.
    lean = {"PYTHONDONTWRITEBYTECODE": "1", "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    result = subprocess.run(
        [sys.executable, *command],
        cwd=folder,
        env=environment | lean,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout


def test_every_module_imports_with_numpy_alone(as_of):
    chapters, folder = as_of
    cells = [cell for chapter in chapters for cell in chapter.code_cells if cell.target]
    modules = dict.fromkeys(cell.module for cell in cells)
    allowed = ",".join(ALLOWED_MODULES)
    run(folder, "-I", "-c", textwrap.dedent(IMPORT_EACH_MODULE), str(folder), allowed, *modules)


def same_to_the_end(chapters):
    """Tell whether no later chapter adds to the files of these, but for the names of the package."""
    whole = package_of(len(BOOK))
    names = f"{PACKAGE}/__init__.py"
    return all(
        file.text == whole[target].text
        for target, file in package_of(len(chapters)).items()
        if target != names
    )


def imports_of(path):
    """Write what tests import from the package, wherever they do."""
    imports = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        module = node.module or "" if isinstance(node, ast.ImportFrom) else ""
        names = (
            [alias.name for alias in node.names] if isinstance(node, ast.Import) else [module]
        )
        if any(name.partition(".")[0] == str(PACKAGE) for name in names):
            imports.append(ast.unparse(node))
    return imports


def test_the_tests_of_the_chapter_pass(as_of):
    chapters, folder = as_of
    tests = file_of_tests(chapters[-1])
    if same_to_the_end(chapters):
        # What they run is what they run on the whole package; only names could be missing here.
        origin = f"import nnmath; assert nnmath.__file__.startswith({str(folder)!r})"
        run(folder, "-c", "\n".join([origin, *imports_of(tests)]))
        return
    (folder / "test_origin.py").write_text(ORIGIN_TEST)
    (folder / "first_and_last.py").write_text(FIRST_AND_LAST)
    (folder / "pytest.ini").write_text(CONFIGURATION)
    # the project's own conftest.py would put the whole package in the place of this one
    places = ["-c", "pytest.ini", "--rootdir", ".", "--confcutdir", str(TESTS)]
    run(folder, "-m", "pytest", "-q", *places, "test_origin.py", str(tests))


@pytest.mark.parametrize("number", BUILDING, ids=lambda number: BOOK[number].docname)
def test_a_chapter_that_builds_has_tests(number):
    assert file_of_tests(BOOK[number]).exists(), f"write {file_of_tests(BOOK[number])}"


def test_every_file_of_tests_belongs_to_a_chapter():
    files = set(TESTS.glob("test_*.py"))
    assert files <= {file_of_tests(chapter) for chapter in BOOK}
