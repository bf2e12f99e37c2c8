"""The machine-checked proofs: what the files in ``proofs/`` state, and of which equations.

A file is read without running Rocq. Its blocks are divided by blank lines. The comment in front of
a theorem begins with the labels of the equations that it proves; no other place says so.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from literate.book.options import LABEL
from literate.errors import at, refuse

FOLDER = PurePosixPath("proofs")
PROJECT = FOLDER / "_CoqProject"
"""Lists the files in the order in which they are compiled and shown."""

PRINTED = FOLDER / "printed.txt"
"""What Rocq prints of every theorem and definition; `make proofs` compares with it."""

COMMENT = re.compile(r"\(\*(?:(?!\*\)).)*\*\)", re.DOTALL)
BLOCK = re.compile(r"(?:\(\* (?P<says>(?:(?!\*\)).)*) \*\)\n)?(?P<code>.*)", re.DOTALL)
LABELS = re.compile(
    rf"(?P<labels>{LABEL.pattern}(?:, {LABEL.pattern})*): (?P<idea>.*)", re.DOTALL
)
NAME = re.compile(r"(?P<kind>\w+) \(?(?P<name>[\w\"]+)")
SHOWN = ("Definition", "Fixpoint", "Hypothesis", "Notation", "Variable", "Variables", "Theorem")
"""The first words of the blocks that say what is stated; all others serve the proofs."""


@dataclass(frozen=True)
class Statement:
    """A block of a file that a reader needs: a theorem, or what its statement is made of.

    Attributes
    ----------
    file : str
        The name of its file, without ``.v``.
    kind : str
        Its first word, such as ``Theorem``.
    name : str
        The first name that it defines.
    line : int
        The line of the file on which it begins, counted from 1.
    says : str
        Its comment, in MyST, without the labels.
    code : str
        The statement as it stands in the file, without a proof.
    labels : tuple of str
        The equations that a theorem proves.
    """

    file: str
    kind: str
    name: str
    line: int
    says: str
    code: str
    labels: tuple[str, ...]

    @property
    def is_theorem(self) -> bool:
        """Whether it has a proof."""
        return self.kind == "Theorem"


@dataclass(frozen=True)
class Proofs:
    """All files, in their order, and what Rocq prints of them.

    Attributes
    ----------
    statements : tuple of Statement
        File by file.
    printed : mapping of str to str
        What Rocq prints, by file and name, such as ``paths.path_count``.
    """

    statements: tuple[Statement, ...]
    printed: dict[str, str]

    def theorems_of(self, label: str) -> list[Statement]:
        """List the theorems that prove an equation."""
        return [one for one in self.statements if label in one.labels]

    def of_file(self, file: str) -> list[Statement]:
        """List what a file states."""
        return [one for one in self.statements if one.file == file]


def files_of_proofs(root: Path) -> list[str]:
    """Name the files, without ``.v``, in the order in which they are compiled."""
    project = root / PROJECT
    lines = project.read_text(encoding="utf-8").splitlines() if project.exists() else []
    return [line.removesuffix(".v") for line in lines if line.endswith(".v")]


def read_proofs(root: Path) -> Proofs:
    """Read what is proved.

    Parameters
    ----------
    root : Path
        The folder that holds ``proofs/``.

    Returns
    -------
    Proofs
        Of all files that the project lists.

    Raises
    ------
    BookError
        If a theorem does not say which equations it proves, or nothing is kept of it.
    """
    statements = tuple(
        statement
        for file in files_of_proofs(root)
        for statement in statements_in(
            file, (root / FOLDER / f"{file}.v").read_text(encoding="utf-8")
        )
    )
    kept = root / PRINTED
    printed = printed_in(kept.read_text(encoding="utf-8")) if kept.exists() else {}
    refuse(problems_of(statements))
    return Proofs(statements, printed)


def problems_of(statements: tuple[Statement, ...]) -> Iterator[str]:
    """Yield what is wrong with statements, one line each."""
    for one in statements:
        if one.is_theorem and not one.labels:
            message = f"the comment before {one.name} must begin with equations: `eq-...: idea`"
            yield at(FOLDER / f"{one.file}.v", one.line, message)


def statements_in(file: str, text: str) -> Iterator[Statement]:
    """Yield the statements of a file, in order."""
    for found in re.finditer(r"(?:.+\n)+", text):
        line = text.count("\n", 0, found.start()) + 1
        match = BLOCK.fullmatch(found[0].rstrip("\n"))
        name = NAME.match(match["code"]) if match else None
        if match and name and name["kind"] in SHOWN:
            says = " ".join((match["says"] or "").split())
            labelled = LABELS.fullmatch(says) if name["kind"] == "Theorem" else None
            yield Statement(
                file,
                name["kind"],
                name["name"],
                line,
                labelled["idea"] if labelled else says,
                match["code"].partition("\nProof.")[0],
                tuple(labelled["labels"].split(", ")) if labelled else (),
            )


def printed_in(text: str) -> dict[str, str]:
    """Divide what Rocq printed by the headings ``== file.name``."""
    parts = re.split(r"^== (\S+)\n", text, flags=re.MULTILINE)
    return {name: said.strip("\n") for name, said in zip(parts[1::2], parts[2::2], strict=True)}
