"""How answers to the problem sets are judged: function by function, with messages that teach."""

import inspect
import json
import re
import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

Problems = Mapping[str, tuple[int, Callable[[Any], None]]]
"""For each function that is asked for, its points and the test that it must pass."""

JUPYTER = re.compile(r"^[%!].*$", re.MULTILINE)


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
        test(guarded(function))
    except AssertionError as error:
        return str(error) or "fails with AssertionError"
    except (Exception, SystemExit) as error:
        return f"fails with {type(error).__name__}: {error}"
    return ""


def guarded(function: Any) -> Callable[..., Any]:
    """Make a function tell its own assertions from the judge's, and keep what it is given."""

    def called(*arguments: Any) -> Any:
        before = [numbers_of(argument) for argument in arguments]
        try:
            found = function(*arguments)
        except AssertionError as error:
            said = f": {error}" if str(error) else ""
            raise AssertionError(f"stops at an assertion of its own{said}") from error
        names = inspect.signature(function).parameters
        for name, argument, kept in zip(names, arguments, before, strict=False):
            assert numbers_of(argument) == kept, (
                f"{name} has changed; leave it as it was: x = x / 2 makes a new array, x /= 2 "
                "changes the one that was given"
            )
        return found

    return called


def numbers_of(argument: Any) -> Any:
    """Copy the numbers of arrays, also in a list or a dictionary; of anything else keep nothing."""
    if isinstance(argument, dict):
        return {key: numbers_of(part) for key, part in argument.items()}
    return np.array(argument).tolist() if isinstance(argument, np.ndarray | list) else None


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


def sums_to_1(what: str, found: Any) -> None:
    """Refuse shares that sum to 1 over the examples, or over everything, and not in each column."""
    columns, rows = (np.abs(np.sum(found, axis=k) - 1).max() <= 1e-9 for k in (0, 1))
    if not columns:
        assert not rows, (
            f"{what}: the sum runs over the examples; it must run over the classes of each"
        )
        assert abs(np.sum(found) - 1) > 1e-9, (
            f"{what}: the sum runs over all entries; each column must sum to 1"
        )


def names_of(notebook: Path) -> dict[str, Any]:
    """Run the code cells of a notebook but the one that judges, and give what they define.

    A cell that stops is reported, and the others run: it may be one in which a student tried
    something. What only Jupyter understands, lines that begin with ``%`` or ``!``, is left out.
    """
    names: dict[str, Any] = {"__name__": "answers"}
    for cell in json.loads(notebook.read_text(encoding="utf-8"))["cells"]:
        source = "".join(cell["source"])
        if cell["cell_type"] != "code" or "judge(" in source or source.startswith("%%"):
            continue
        try:
            exec(compile(JUPYTER.sub("", source), str(notebook), "exec"), names)
        except (Exception, SystemExit) as error:
            print(f"a cell stops with {type(error).__name__}: {error}")
    return names


def grade(problems: Problems) -> None:
    """Judge the notebooks that the command line names."""
    if not sys.argv[1:]:
        sys.exit(f"usage: python {Path(sys.argv[0]).name} NOTEBOOK ...")
    for name in sys.argv[1:]:
        print(f"== {name}")
        try:
            names = names_of(Path(name))
        except (OSError, ValueError, KeyError, TypeError) as error:
            print(f"is no notebook: {type(error).__name__}")
            continue
        judge(names, problems)
