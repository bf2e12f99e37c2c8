"""``pip install .`` gives the package with its data, and nothing else."""

import shutil
import subprocess
import sys

import pytest

from literate.tangle.tangle import assemble
from tests.book import BOOK

from .conftest import HOME

DATA = {
    "nnmath/py.typed",
    "nnmath/book.mplstyle",
    "nnmath/data/mnist/LICENSE.md",
    "nnmath/data/mnist/t10k-images-idx3-ubyte.gz",
    "nnmath/data/mnist/t10k-labels-idx1-ubyte.gz",
    "nnmath/data/mnist/train-images-idx3-ubyte.gz",
    "nnmath/data/mnist/train-labels-idx1-ubyte.gz",
}


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """Install a copy of the project, with the setuptools that is here, so that no network is needed."""
    source = tmp_path_factory.mktemp("source") / 'it\'s a "project", ü'
    unneeded = shutil.ignore_patterns(
        ".*", "_*build*", "_vendor", "__pycache__", "*.egg-info", "build", "dist"
    )
    shutil.copytree(HOME, source, ignore=unneeded)
    target = tmp_path_factory.mktemp("installed")
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-index", "--no-deps"]
    subprocess.run(
        [
            *command,
            "--no-build-isolation",
            "--no-compile",
            "--target",
            str(target),
            str(source),
        ],
        check=True,
    )
    return target


def test_nothing_but_the_package_is_installed(installed):
    names = {path.name.partition("-")[0] for path in installed.iterdir()}
    assert names == {"nnmath"}


def test_the_package_is_installed_with_its_data(installed):
    files = {
        path.relative_to(installed).as_posix()
        for path in (installed / "nnmath").rglob("*")
        if path.is_file()
    }
    assert files == DATA | set(assemble(BOOK))


def test_what_is_installed_is_what_is_here(installed):
    for path in (installed / "nnmath").rglob("*"):
        if path.is_file():
            assert path.read_bytes() == (HOME / path.relative_to(installed)).read_bytes()
