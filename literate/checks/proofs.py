"""The proofs compiled, and what they state held against what is kept: ``make proofs``.

Rocq writes into ``_build/proofs``. At the end of each file it prints every theorem, with all that
it assumes, the axioms that it rests on, and every definition. All this must be what
``proofs/printed.txt`` keeps: a statement that says less than before is a failure, as is a proof
that does not go through.
"""

import difflib
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from literate import HOME
from literate.book.proofs import (
    COMMENT,
    FOLDER,
    PRINTED,
    PROJECT,
    Proofs,
    Statement,
    files_of_proofs,
    printed_in,
    read_proofs,
)
from literate.errors import BookError, at, refuse

BUILD = Path("_build") / "proofs"
COMPILER = "coqc"
PACKAGES = "coq libcoq-mathcomp-algebra libcoq-coquelicot"
"""As Debian and Ubuntu call them."""

HEAD = "Set Printing Width 96.\n"
CLOSED = "Closed under the global context"
REAL_NUMBERS = frozenset(
    {
        "sig_not_dec",
        "sig_forall_dec",
        "classic",
        "functional_extensionality_dep",
    }
)
"""The axioms of Rocq's own real numbers; a theorem may rest on no other."""

UNPROVED = re.compile(
    r"\b(Admitted|admit|give_up|Axioms?|Parameters?|Conjecture|bypass_check)\b"
)
DEFINED = re.compile(r"^(?:Definition|Fixpoint) (\w+)", re.MULTILINE)


def main(root: Path) -> int:
    """Compile, compare, and say what was found; 0 if all is as it must be."""
    if not shutil.which(COMPILER):
        print(
            f"{COMPILER} is not installed, so nothing is proved: apt-get install {PACKAGES}",
            file=sys.stderr,
        )
        return 1
    try:
        proofs = check_proofs(root)
    except BookError as error:
        print(error, file=sys.stderr)
        return 1
    for name, axioms in proofs.items():
        print(f"{name}: {', '.join(axioms) if axioms else CLOSED}")
    print(f"{len(proofs)} theorems are proved, and state what {PRINTED} keeps.")
    return 0


def check_proofs(root: Path) -> dict[str, list[str]]:
    """Compile the files and compare what they state with what is kept.

    Parameters
    ----------
    root : Path
        The folder that holds ``proofs/``.

    Returns
    -------
    dict of str to list of str
        The axioms that each theorem rests on, by file and name.

    Raises
    ------
    BookError
        If a file does not compile or leaves something unproved, a theorem rests on another axiom,
        or what Rocq prints is not what is kept.
    """
    files = files_of_proofs(root)
    refuse(problem for file in files for problem in unproved_in(root, file))
    proofs = read_proofs(root)
    build = root / BUILD
    shutil.rmtree(build, ignore_errors=True)
    build.mkdir(parents=True)
    texts = [compile_file(root, file, proofs) for file in files]
    text = "".join(texts)
    (build / PRINTED.name).write_text(text, encoding="utf-8")
    theorems = [f"{one.file}.{one.name}" for one in proofs.statements if one.is_theorem]
    axioms = {name: axioms_in(printed_in(text)[name]) for name in theorems}
    refuse(
        f"{name} rests on {axiom}, which is no axiom of the real numbers"
        for name, used in axioms.items()
        for axiom in used
        if axiom.rpartition(".")[2] not in REAL_NUMBERS  # shorter where its file is imported
    )
    refuse(differences(root, text))
    return axioms


def unproved_in(root: Path, file: str) -> Iterator[str]:
    """Yield each word of a file that would put something in without a proof."""
    text = (root / FOLDER / f"{file}.v").read_text(encoding="utf-8")
    code = COMMENT.sub(lambda comment: re.sub(r"[^\n]", " ", comment[0]), text)
    for word in UNPROVED.finditer(code):
        line = code.count("\n", 0, word.start()) + 1
        yield at(FOLDER / f"{file}.v", line, f"{word[0]} proves nothing")


def compile_file(root: Path, file: str, proofs: Proofs) -> str:
    """Compile a file, and let Rocq print at its end what it states."""
    source = root / FOLDER / f"{file}.v"
    copy = root / BUILD / source.name
    statements = proofs.of_file(file)
    queries = "\n".join(query for one in statements for query in queries_for(one))
    copy.write_text(f"{source.read_text(encoding='utf-8')}{HEAD}{queries}\n", encoding="utf-8")
    options = re.findall(r"^-arg (-w) -arg (\S+)$", (root / PROJECT).read_text(), re.MULTILINE)
    words = [word for pair in options for word in pair]
    result = subprocess.run(
        [COMPILER, "-q", *words, "-R", str(BUILD), "Proofs", str(BUILD / source.name)],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )
    if result.returncode:
        said = result.stderr.strip().replace(str(BUILD), str(FOLDER))
        hint = [f"the packages are {PACKAGES}"] if "Cannot find" in said else []
        raise BookError(said, *hint)
    notations = [one.code for one in statements if one.kind == "Notation"]
    return "".join([*(f"== {file}.notation\n{code}\n" for code in notations), result.stdout])


def queries_for(statement: Statement) -> Iterator[str]:
    """Ask Rocq for a theorem and its axioms, or for definitions, each under a heading."""
    names = [statement.name] if statement.is_theorem else DEFINED.findall(statement.code)
    for name in names:
        yield f'Goal True. idtac "== {statement.file}.{name}". Abort.'
        yield (
            f"Check {name}. Print Assumptions {name}."
            if statement.is_theorem
            else f"Print {name}."
        )


def axioms_in(said: str) -> list[str]:
    """Name the axioms in what Rocq printed of a theorem."""
    if CLOSED in said:
        return []
    _, _, listed = said.partition("\nAxioms:\n")
    return sorted(re.findall(r"^([\w.]+)(?: :|$)", listed, re.MULTILINE))


def differences(root: Path, text: str) -> Iterator[str]:
    """Say how what Rocq prints differs from what is kept."""
    kept = root / PRINTED
    before = kept.read_text(encoding="utf-8") if kept.exists() else ""
    if text != before:
        rows = difflib.unified_diff(
            before.splitlines(), text.splitlines(), str(PRINTED), "Rocq", lineterm="", n=1
        )
        yield "\n".join(rows)
        version = subprocess.run(
            [COMPILER, "--print-version"], capture_output=True, text=True, check=True
        ).stdout.split()[0]
        yield (
            f"{PRINTED} does not keep what Rocq {version} prints; if the change is meant, copy"
            f" {BUILD / PRINTED.name} there"
        )


if __name__ == "__main__":
    sys.exit(main(HOME))
