"""The command line of the machine: ``python -m literate --help``."""

import argparse
import gc
import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from literate import HOME
from literate.checks.kernel_environment import start_anew
from literate.errors import BookError

# Each command imports what it needs when it runs: `tangle` must not wait for Sphinx. Where much is
# read that stays to the end, Python does not look for garbage: it would go through all of it again
# and again.


def _tangle(options: argparse.Namespace) -> None:
    from literate.tangle.tangle import check, tangle

    if options.check:
        check(options.root)
        print("nnmath/ is what the chapters say")
        return
    for line in tangle(options.root, force=options.force) or ["nnmath/ is up to date"]:
        print(line)


def _untangle(options: argparse.Namespace) -> None:
    from literate.tangle.untangle import untangle

    for line in untangle(options.root) or ["no file of nnmath/ has been edited"]:
        print(line)


def _format(options: argparse.Namespace) -> None:
    from literate.tangle.format_cells import format_chapters

    for path in format_chapters(options.root) or ["every cell is formatted"]:
        print(path)


def _chapter(options: argparse.Namespace) -> None:
    from literate.tangle.new_chapter import new_chapter

    for path in new_chapter(options.root, options.name, options.title, options.part):
        print(path)
    _tangle(argparse.Namespace(root=options.root, check=False, force=False))


def _build(options: argparse.Namespace) -> None:
    from literate.build.build_site import BuildError, build_site

    gc.disable()
    try:
        index = build_site(
            options.root, everything=options.all, solutions=options.solutions == "yes"
        )
    except BuildError as error:
        raise BookError(str(error)) from error
    print(f"open {index}")


def _why(options: argparse.Namespace) -> None:
    from literate.build.build_site import reasons_to_build

    found = reasons_to_build(options.root, solutions=options.solutions == "yes")
    for line in found or ["nothing is stale"]:
        print(line)


def _notebooks(options: argparse.Namespace) -> None:
    from literate.book.chapters import read_book
    from literate.build.notebooks import write_notebooks
    from literate.site.launch import NOTICE, first_line, repository

    root, solutions = options.root, options.solutions == "yes"
    folder = options.folder or root / "_build/notebooks"
    book, place = read_book(root), repository()
    if place is None:
        written = write_notebooks(root, book, folder, solutions=solutions)
    else:
        line = partial(first_line, place=place)
        written = write_notebooks(
            root, book, folder, solutions=solutions, notice=NOTICE, first_line=line
        )
    for path in written:
        print(path)


def _runs(options: argparse.Namespace) -> None:
    from literate.build.kept_runs import compute_runs

    print(f"{len(compute_runs(options.root))} results are kept in book/kept-runs")


def _lab(options: argparse.Namespace) -> None:
    from literate.build.lab import open_lab

    open_lab(options.root, [])


def _pdf(options: argparse.Namespace) -> None:
    from literate.build.pdf import build_pdf

    gc.disable()
    print(f"open {build_pdf(options.root)}")


def _figures(options: argparse.Namespace) -> None:
    from literate.build.figures import build_figures

    print(f"open {build_figures(options.root)}")


def _problems(options: argparse.Namespace) -> None:
    from literate.build.problems import build_problems

    print(build_problems(options.root))


def _browser(options: argparse.Namespace) -> None:
    from literate.build.browser import ensure_browser

    print(ensure_browser())


def make_parser() -> argparse.ArgumentParser:
    """Describe the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m literate",
        description="Tie the chapters in book/ and the package in nnmath/ to one another.",
        epilog="Exit status: 0 done, 1 something is wrong with the book (each problem is one"
        " line on standard error, with its file and line), 2 the command line is wrong.",
    )
    parser.add_argument(
        "--root",
        type=_folder,
        default=HOME,
        help="the folder that holds book/ and nnmath/ (default: the one that holds literate/)",
    )
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")

    def add(name: str, run: Callable[[argparse.Namespace], None], text: str) -> _Parser:
        command = commands.add_parser(
            name, help=text, description=text[0].upper() + text[1:] + "."
        )
        command.set_defaults(run=run)
        return command

    def add_solutions(command: _Parser) -> None:
        command.add_argument(
            "--solutions",
            choices=("yes", "no"),
            default="yes",
            help="no: leave the solutions of the exercises out, for a class; the pages go to"
            " _build/html-class",
        )

    command = add("tangle", _tangle, "write nnmath/ from the cells of the chapters")
    either = command.add_mutually_exclusive_group()
    either.add_argument(
        "--check", action="store_true", help="only compare, byte for byte; write nothing"
    )
    either.add_argument(
        "--force", action="store_true", help="overwrite files that were edited by hand"
    )
    add("untangle", _untangle, "carry edits made in nnmath/ back into the chapters' cells")
    add("format", _format, "bring the code cells of the chapters into ruff's form")
    command = add("chapter", _chapter, "begin a chapter that has every part filled in")
    command.add_argument("name", help="the name of its file, such as output_error")
    command.add_argument("title", help="its heading")
    command.add_argument("--part", help="the part that it closes (default: the last numbered)")
    command = add("build", _build, "run the chapters and build the site")
    command.add_argument(
        "--all",
        action="store_true",
        help="build every page anew, not only what has changed, unless the last build did so and"
        " nothing has changed since",
    )
    add_solutions(command)
    command = add("why", _why, "say what a build would make again, and because of what")
    add_solutions(command)
    command = add("notebooks", _notebooks, "write the chapters as Jupyter notebooks")
    add_solutions(command)
    command.add_argument(
        "folder", nargs="?", type=_path, help="where to (default: _build/notebooks)"
    )
    add("runs", _runs, "compute the results that chapters keep in book/kept-runs anew")
    add("lab", _lab, "open the chapters in JupyterLab, with the built pages beside them")
    add("pdf", _pdf, "print the built site as one PDF")
    add("figures", _figures, "write each figure as SVG and PDF, and an archive of all")
    add("problems", _problems, "write the problem sets for students and for the teacher")
    add("browser", _browser, "find a Chromium or Chrome for the tests, or install one")
    return parser


_Parser = argparse.ArgumentParser


def _path(text: str) -> Path:
    try:
        return Path(text).expanduser()  # the shell leaves the ~ of --root=~/book as it is
    except RuntimeError:
        raise argparse.ArgumentTypeError(f"no home folder is known for {text}") from None


def _folder(text: str) -> Path:
    path = _path(text)
    if not path.is_dir():
        raise argparse.ArgumentTypeError(f"{text} is no folder")
    return path.resolve()


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return the exit status."""
    options = make_parser().parse_args(arguments)
    try:
        options.run(options)
    except BookError as error:
        print(error, file=sys.stderr)
        return 1
    except OSError as error:
        print(f"{error.filename or 'literate'}: {error.strerror or error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    start_anew("literate")
    sys.exit(main())
