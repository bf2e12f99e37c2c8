"""What the reader's shell holds does not reach what the project starts."""

import os
import sys

import pytest

from literate.checks import kernel_environment as module
from literate.checks.kernel_environment import (
    FIXED,
    FOLDERS,
    defined_environment,
    kernel_environment,
    own_folder,
    start_anew,
)

from .conftest import HOME

PLAIN = {"PATH": "/bin", "HOME": "/home/reader"}

HOSTILE = {
    "PYTHONOPTIMIZE": "2",
    "PYTHONWARNINGS": "error",
    "PYTHONSTARTUP": "/elsewhere/startup.py",
    "PYTHONUSERBASE": "/elsewhere",
    "PYTHONIOENCODING": "latin-1",
    "PYTHONPATH": "/elsewhere",
    "MPLBACKEND": "Agg",
    "MATPLOTLIBRC": "/elsewhere/matplotlibrc",
    "XDG_CONFIG_HOME": "/elsewhere",
    "LANG": "de_DE.ISO-8859-1",
    "LC_NUMERIC": "de_DE.ISO-8859-1",
    "OPENBLAS_CORETYPE": "Prescott",
    "OPENBLAS_L2_SIZE": "1",
    "NPY_DISABLE_CPU_FEATURES": "AVX2",
    "JUPYTER_PATH": "/elsewhere",
    "FORCE_COLOR": "1",
    "LD_PRELOAD": "/elsewhere/other.so",
    "NNMATH_DATA": "/elsewhere",
    "NNMATH_KEPT": "/elsewhere",
    "NNMATH_RUNS": "/elsewhere",
    **dict.fromkeys([*FIXED, *FOLDERS], "7"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_variable_changes_nothing(tmp_path, name):
    hostile = kernel_environment(tmp_path, PLAIN | {name: HOSTILE[name]})
    assert hostile == kernel_environment(tmp_path, PLAIN)


@pytest.mark.parametrize("name", ["PATH", "HOME", "TMPDIR", "BOOK_URL", "PIP_FIND_LINKS"])
def test_what_says_where_things_are_passes(name):
    assert defined_environment({name: "there"})[name] == "there"


def test_kernels_find_the_package_of_the_book_first(tmp_path):
    environment = kernel_environment(tmp_path, PLAIN)
    assert environment["PYTHONPATH"].split(os.pathsep) == [str(tmp_path), str(HOME)]
    assert environment["NNMATH_RUNS"] == str(tmp_path / "_build" / "runs")


def test_a_checkout_that_cannot_be_written_to_has_its_folders_elsewhere(tmp_path, monkeypatch):
    (tmp_path / "_build").write_text("no folder")
    monkeypatch.setattr(module, "HOME", tmp_path)
    folder = own_folder.__wrapped__()
    assert tmp_path not in folder.parents
    assert {path.name for path in folder.iterdir()} == set(FOLDERS.values())


@pytest.mark.skipif(os.name == "nt", reason="there a program is not replaced by another")
def test_a_program_starts_anew_once_in_the_defined_environment(tmp_path, monkeypatch):
    started, made = [], []
    monkeypatch.setattr(module.os, "execve", lambda *what: started.append(what))
    monkeypatch.setattr(module, "own_folder", lambda: made.append(True) or tmp_path)
    monkeypatch.setattr(sys, "argv", ["literate", "why"])
    monkeypatch.setenv("PYTHONOPTIMIZE", "2")
    for name in FOLDERS:  # each is given back its value after the test
        monkeypatch.setenv(name, "/elsewhere")
    start_anew("literate")
    ((program, command, environment),) = started
    assert (program, command) == (sys.executable, [sys.executable, "-m", "literate", "why"])
    assert not {"PYTHONOPTIMIZE", "IPYTHONDIR"} & set(environment)
    assert not made  # a program that is replaced can remove no folder
    monkeypatch.setenv(module.STARTED, environment[module.STARTED])
    start_anew("literate")
    assert len(started) == 1
    assert module.STARTED not in os.environ
    assert os.environ["IPYTHONDIR"] == str(tmp_path / "ipython")
