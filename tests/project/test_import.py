"""Importing the package changes nothing but what is imported."""

import json
import subprocess
import sys

import pytest

from .conftest import HOME

MODULES = sorted(
    ".".join(path.relative_to(HOME).with_suffix("").parts).removesuffix(".__init__")
    for path in (HOME / "nnmath").rglob("*.py")
    if path.name != "__main__.py"
)

# What a module might change for everyone, before and after it is imported.
PROGRAM = """
import importlib, json, os, random, signal, sys, warnings
import numpy as np

def state():
    return {
        "errors": np.geterr(),
        "printing": np.get_printoptions(),
        "generator": repr(np.random.get_state()),
        "random": repr(random.getstate()),
        "environment": dict(os.environ),
        "folder": os.getcwd(),
        "warnings": repr(warnings.filters),
        "limit": sys.getrecursionlimit(),
        "path": list(sys.path),
        "interrupt": repr(signal.getsignal(signal.SIGINT)),
    }

before = state()
for name in sys.argv[1:]:
    importlib.import_module(name)
after = state()
print(json.dumps([name for name in before if before[name] != after[name]]))
"""


@pytest.fixture(scope="module")
def importing(tmp_path_factory):
    folder = tmp_path_factory.mktemp("empty")
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", PROGRAM, *MODULES],
        cwd=folder,
        env={"PYTHONPATH": str(HOME), "PYTHONDONTWRITEBYTECODE": "1", "HOME": str(folder)},
        capture_output=True,
        text=True,
        check=True,
    )
    return folder, done


def test_importing_prints_nothing(importing):
    _, done = importing
    assert done.stderr == ""
    assert done.stdout.count("\n") == 1


def test_importing_changes_no_setting(importing):
    _, done = importing
    assert json.loads(done.stdout) == []


def test_importing_writes_no_file(importing):
    folder, _ = importing
    assert list(folder.rglob("*")) == []
