"""The lock pins what `requirements.in` asks for, and everything behind it."""

import importlib.metadata
import re
import subprocess
import sys

import pytest
from packaging.requirements import Requirement

from .conftest import HOME


def requirements(name):
    lines = (HOME / name).read_text(encoding="utf-8").splitlines()
    return [
        Requirement(line.partition(" #")[0])
        for line in lines
        if line.strip() and not line.lstrip().startswith(("#", "-"))
    ]


def normal(name):
    return re.sub(r"[-_.]+", "-", name).lower()


LOCKED = requirements("requirements.txt")
DIRECT = requirements("requirements.in")
LOCKS = sorted(path.name for path in HOME.glob("requirements*.txt"))


@pytest.mark.parametrize("name", LOCKS)
def test_everything_is_pinned(name):
    pinned = [re.fullmatch(r"==[\w.+!]+", str(one.specifier)) for one in requirements(name)]
    assert pinned
    assert all(pinned)


@pytest.mark.parametrize("wanted", DIRECT, ids=lambda wanted: wanted.name)
def test_the_lock_has_what_is_asked_for(wanted):
    (locked,) = [one for one in LOCKED if normal(one.name) == normal(wanted.name)]
    (pin,) = locked.specifier
    assert wanted.specifier.contains(pin.version, prereleases=True)


def test_each_package_is_locked_once():
    names = [(normal(one.name), str(one.marker)) for one in LOCKED]
    assert len(names) == len(set(names))


def test_what_is_installed_is_what_is_locked():
    here = [one for one in LOCKED if one.marker is None or one.marker.evaluate()]
    versions = {one.name: importlib.metadata.version(one.name) for one in here}
    assert [one for one in here if not one.specifier.contains(versions[one.name], True)] == []


def test_nothing_behind_what_is_installed_is_missing():
    # the environment is made of what is locked, without a look at what that needs
    check = [sys.executable, "-m", "pip", "check"]
    done = subprocess.run(check, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
