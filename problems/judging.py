"""How answers to the problem sets are judged: function by function, with messages that teach."""

import json
import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

Problems = Mapping[str, tuple[int, Callable[[Any], None]]]
"""For each function that is asked for, its points and the test that it must pass."""


def judge(names: Mapping[str, Any], problems: Problems) -> int:
    """Print of each function whether it is right, and give the points.

    Parameters
    ----------
    names : mapping
        What the notebook has defined.
    problems : mapping
        The points and the test of each function.

    Returns
    -------
    int
        The points of the functions that are right.
    """
    earned = 0
    for name, (points, test) in problems.items():
        fault = fault_of(names.get(name), test)
        said = fault or f"right, {points} points"
        print(said if said.startswith(f"{name}:") else f"{name}: {said}")
        earned += 0 if fault else points
    print(f"{earned} of {sum(points for points, _ in problems.values())} points")
    return earned


def fault_of(function: Any, test: Callable[[Any], None]) -> str:
    """Say what is wrong with a function; nothing if it passes its test."""
    if function is None:
        return "is not defined"
    try:
        test(function)
    except AssertionError as error:
        return str(error)
    except Exception as error:
        return f"fails with {type(error).__name__}: {error}"
    return ""


def two(what: str, found: Any, asked: str, kind: type = object) -> Any:
    """Refuse what is not the two results that are asked for.

    Parameters
    ----------
    what : str
        The function.
    found : object
        What it has returned.
    asked : str
        What it should return, in words.
    kind : type
        What each of the two must be.
    """
    assert found is not None, f"{what}: nothing is returned yet"
    are_two = isinstance(found, tuple | list) and len(found) == 2
    fits = are_two and all(isinstance(part, kind) for part in found)
    assert fits, f"{what}: two results are asked for, {asked}"
    return found


def compare(
    what: str, found: Any, wanted: Any, mistakes: Iterable[tuple[Any, str]] = ()
) -> None:
    """Refuse an array that is not the wanted one, and name the mistake that it shows.

    Parameters
    ----------
    what : str
        What the array is.
    found, wanted : array_like
        The answer, and what is right.
    mistakes : iterable of (array_like, str)
        What usual mistakes give, and a hint at each.
    """
    assert found is not None, f"{what}: nothing is returned yet"
    found, wanted = np.asarray(found, dtype=float), np.asarray(wanted, dtype=float)
    if found.shape == wanted.shape and near(found, wanted):
        return
    for array, hint in mistakes:
        if found.shape == np.shape(array) and near(found, np.asarray(array, dtype=float)):
            raise AssertionError(f"{what}: {hint}")
    assert found.shape == wanted.shape, (
        f"{what}: the shape is {found.shape} and should be {wanted.shape}"
    )
    assert np.isfinite(found).all(), (
        f"{what}: an entry is no number; something overflowed, or 0 was divided by 0"
    )
    raise AssertionError(f"{what}: off by {np.abs(found - wanted).max():.2g}")


def near(found: np.ndarray, wanted: np.ndarray) -> bool:
    """Tell whether two arrays are equal but for rounding."""
    return bool(
        np.abs(found - wanted).max(initial=0) <= 1e-9 * (1 + np.abs(wanted).max(initial=0))
    )


def names_of(notebook: Path) -> dict[str, Any]:
    """Run the code cells of a notebook up to the one that judges, and give what they define."""
    names: dict[str, Any] = {"__name__": "answers"}
    for cell in json.loads(notebook.read_text(encoding="utf-8"))["cells"]:
        source = "".join(cell["source"])
        if cell["cell_type"] == "code" and "judge(" not in source:
            exec(compile(source, str(notebook), "exec"), names)
    return names


def grade(problems: Problems) -> None:
    """Judge the notebooks that the command line names."""
    for name in sys.argv[1:]:
        print(f"== {name}")
        judge(names_of(Path(name)), problems)
