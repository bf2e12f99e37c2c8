"""Mutation testing of the package, with the chapters' tests as the judge: ``make mutants``.

The library `mutmut` writes each small change of a function of ``nnmath`` (a mutant) and runs the
tests that reach the function. A mutant that no test notices survives. Here its results are held
against ``tests/mutants.yml``, which says of each survivor why the change changes nothing.
"""

import ast
import os
import resource
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from literate import HOME
from literate.book.yaml_files import read_yaml
from literate.checks.kernel_environment import kernel_environment
from literate.errors import BookError, at

LIST = Path("tests") / "mutants.yml"
KEYS = ("function", "from", "to", "why")
LEAST_SCORE = 95.0  # per cent

MOST_MEMORY = 8 * 2**30
"""So many bytes a process of the run may ask for."""

# A test that runs until it is stopped has noticed the mutant too.
CAUGHT = ("killed", "timeout")

# The tests of these start processes, and each of their mutants would take many seconds. The last
# one makes photographs to test with.
LEFT_OUT = (
    "app/command_line",
    "app/commands",
    "fast/distributed",
    "fast/train",
    "fast/worker",
    "fast/workers",
    "app/made_photographs",
)

# Between a call and the function mutmut puts calls of its own.
CALLER = "tests/chapters/test_gradient_descent.py::test_a_warning_names_the_line_that_called"

# Tests with this fixture wait for other processes, of a mutant often until the time runs out.
PROCESSES = "cluster"


@dataclass(frozen=True, order=True)
class Mutant:
    """A function of the package, and the lines that a change replaces by others."""

    function: str
    before: str
    after: str

    def __str__(self) -> str:
        return f"{self.function}\n    - {self.before}\n    + {self.after}"


def function_of(name: str) -> str:
    """Read the function out of a mutant's name, such as ``nnmath.model.costs.x_one__mutmut_3``."""
    module, _, mangled = name.partition("__mutmut_")[0].rpartition(".")
    if mangled.startswith("xǁ"):  # a method: xǁNetworkǁ__post_init__
        return f"{module}.{mangled.removeprefix('xǁ').replace('ǁ', '.')}"
    return f"{module}.{mangled.removeprefix('x_')}"


def statuses(results: str) -> dict[str, str]:
    """Read what became of each mutant out of the output of ``mutmut results --all true``."""
    found = {}
    for line in results.splitlines():
        name, separator, status = line.strip().partition(": ")
        if separator and "__mutmut_" in name:
            found[name] = status
    return found


def read_mutant(name: str, difference: str) -> Mutant:
    """Read the changed lines out of the output of ``mutmut show``, without their indentation."""
    sides: dict[str, list[str]] = {"-": [], "+": []}
    for line in difference.splitlines():
        if line[:1] in sides and not line.startswith(("--- ", "+++ ")):
            sides[line[0]].append(line[1:].strip())
    return Mutant(function_of(name), " ".join(sides["-"]), " ".join(sides["+"]))


def read_known(path: Path) -> list[Mutant]:
    """Read the list of the mutants that change nothing.

    Raises
    ------
    BookError
        If an entry has not the keys that it must have.
    """
    known = []
    problems = []
    for number, entry in enumerate(read_yaml(path, str(path)), start=1):
        if not isinstance(entry, Mapping) or sorted(entry) != sorted(KEYS):
            keys = ", ".join(KEYS)
            problems.append(at(path, None, f"entry {number} must have the keys {keys}"))
            continue
        changed = [entry["to"]] if isinstance(entry["to"], str) else entry["to"]
        known += [Mutant(entry["function"], entry["from"], after) for after in changed]
    if problems:
        raise BookError(*problems)
    return known


def judge(
    outcomes: Mapping[str, str], survivors: Iterable[Mutant], known: Iterable[Mutant]
) -> tuple[str, list[str]]:
    """Hold the results against the list.

    Parameters
    ----------
    outcomes : mapping of str to str
        What became of each mutant.
    survivors : iterable of Mutant
        Those that were not caught.
    known : iterable of Mutant
        Those that the list explains. An entry stands for one mutant: a second change that reads
        the same needs an entry of its own.

    Returns
    -------
    summary : str
        The score and the counts.
    problems : list of str
        A low score, survivors that the list does not have, entries without a survivor.
    """
    counts = Counter(outcomes.values())
    caught = sum(counts[status] for status in CAUGHT)
    score = 100 * caught / len(outcomes) if outcomes else 0.0
    found, explained = Counter(survivors), Counter(known)
    each = ", ".join(f"{count} {status}" for status, count in counts.most_common())
    summary = (
        f"score {score:.1f} %: {caught} of {len(outcomes)} mutants caught ({each}); "
        f"{(found & explained).total()} known to change nothing"
    )
    problems = []
    if score < LEAST_SCORE:
        problems.append(f"the score must be at least {LEAST_SCORE:.0f} %, got {score:.1f} %")
    problems += [
        f"{LIST}: no test notices, and no entry explains, {mutant}"
        for mutant in sorted((found - explained).elements())
    ]
    problems += [
        f"{LIST}: an entry is stale: no such mutant survives: {mutant}"
        for mutant in sorted((explained - found).elements())
    ]
    return summary, problems


def undecorated(source: str, own: Collection[str]) -> str:
    """Call decorators of one's own below the function, for the library skips decorated functions.

    ``@Activation`` above ``def relu`` becomes ``relu = Activation(relu)`` below it.
    """
    lines = source.splitlines(keepends=True)
    for node in reversed(ast.parse(source).body):
        marks = node.decorator_list if isinstance(node, ast.FunctionDef) else []
        names = [mark.id for mark in marks if isinstance(mark, ast.Name) and mark.id in own]
        if isinstance(node, ast.FunctionDef) and names and len(names) == len(marks):
            calls = [f"{node.name} = {name}({node.name})\n" for name in reversed(names)]
            first, end = marks[0].lineno - 1, node.end_lineno or node.lineno
            lines[first:end] = [*lines[node.lineno - 1 : end], *calls]
    return "".join(lines)


def configuration(slow: Iterable[str]) -> str:
    """Write what the library is to change, and which tests judge.

    Only the chapters' tests do: those of the project compare the package with the chapters, and
    would notice any change at all.
    """
    left_out = [f"nnmath/{module}.py" for module in LEFT_OUT]
    deselected = [f"--deselect={test}" for test in (CALLER, *slow)]
    arguments = ["--import-mode=importlib", "-p", "no:cacheprovider", *deselected]
    return f"""\
[tool.mutmut]
source_paths = ["nnmath"]
do_not_mutate = {left_out}
pytest_add_cli_args = {arguments}
pytest_add_cli_args_test_selection = ["tests/chapters"]

[tool.pytest.ini_options]
filterwarnings = ["error"]
"""


def tests_with(fixture: str, root: Path) -> Iterator[str]:
    """Name the chapters' tests that ask for a fixture."""
    for path in sorted((root / "tests" / "chapters").glob("test_*.py")):
        functions = (
            node
            for node in ast.parse(path.read_text("utf-8")).body
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
        )
        for test in functions:
            if fixture in {argument.arg for argument in test.args.args}:
                yield f"{path.relative_to(root).as_posix()}::{test.name}"


def prepare(root: Path, folder: Path) -> None:
    """Copy what the library works on, so that it changes nothing else."""
    shutil.rmtree(folder, ignore_errors=True)
    unneeded = shutil.ignore_patterns("__pycache__")
    for part in ("nnmath", "tests/chapters"):
        shutil.copytree(root / part, folder / part, ignore=unneeded)
    modules = {path: path.read_text("utf-8") for path in (folder / "nnmath").rglob("*.py")}
    own = {
        node.name
        for source in modules.values()
        for node in ast.parse(source).body
        if isinstance(node, ast.FunctionDef | ast.ClassDef)
    }
    for path, source in modules.items():
        path.write_text(undecorated(source, own), encoding="utf-8")
    text = configuration(tests_with(PROCESSES, root))
    (folder / "pyproject.toml").write_text(text, encoding="utf-8")


def limit_memory() -> None:
    """Let a mutant that takes more and more memory fail before the machine stands still."""
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))


def mutmut(folder: Path, tools: Path, *arguments: str, quiet: bool = True) -> str:
    """Run the library in its folder and give what it printed."""
    result = subprocess.run(
        [sys.executable, "-m", "mutmut", *arguments],
        cwd=folder,
        env=kernel_environment(HOME, os.environ)
        | {"PYTHONPATH": str(tools), "PYTHONDONTWRITEBYTECODE": "1"},
        stdout=subprocess.PIPE if quiet else None,
        preexec_fn=limit_memory,
        text=True,
        check=False,
    )
    if result.returncode != 0:
        raise BookError(f"mutmut {' '.join(arguments)} failed\n{result.stdout or ''}")
    return result.stdout or ""


def main(root: Path, arguments: Sequence[str]) -> None:
    """Make the mutants, let the tests judge them, and hold the survivors against the list.

    The first argument is the folder where the library is installed, the rest goes to
    ``mutmut run``.
    """
    tools = Path(arguments[0]).resolve()
    folder = root / "_build" / "mutants"
    known = read_known(root / LIST)
    prepare(root, folder)
    mutmut(folder, tools, "run", *arguments[1:], quiet=False)
    outcomes = statuses(mutmut(folder, tools, "results", "--all", "true"))
    survivors = [
        read_mutant(name, mutmut(folder, tools, "show", name))
        for name, status in outcomes.items()
        if status not in CAUGHT
    ]
    summary, problems = judge(outcomes, survivors, known)
    print(summary)
    if problems:
        raise BookError(*problems)


if __name__ == "__main__":
    try:
        main(Path.cwd(), sys.argv[1:])
    except BookError as error:
        sys.exit(str(error))
