# Made from the book's chapters. Do not edit: edit the chapter and run `make tangle`
# (or edit here and run `python -m literate untangle`). Digest of the text: 675a22ca152e64c2

# From book/command_line.md, "Options, and errors of one line"
"""The command line: ``python -m nnmath``."""

import argparse
import io
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NoReturn

from nnmath.app.commands import evaluate_command, predict_command, train_command
from nnmath.app.recipes import RECIPES

ERRORS = (
    ArithmeticError,
    ImportError,
    MemoryError,
    OSError,
    RuntimeError,
    ValueError,
)
"""What a command raises if the options, the data or the machine do not allow what was asked."""

LONGEST_NUMBER = 18
"""So many digits make a number that every part of the program can count to."""


def whole_number(at_least: int) -> Callable[[str], int]:
    """Make the reader of an option that is a whole number.

    Parameters
    ----------
    at_least : int
        The smallest number allowed.

    Returns
    -------
    function
        From the text to the number; raises ArgumentTypeError.
    """

    def read(text: str) -> int:
        if text.isdecimal() and len(text) > LONGEST_NUMBER:
            raise argparse.ArgumentTypeError(
                f"expected at most {LONGEST_NUMBER} digits, got {len(text)}"
            )
        if not text.isdecimal() or int(text) < at_least:
            raise argparse.ArgumentTypeError(
                f"expected a whole number of at least {at_least}, got {text!r}"
            )
        return int(text)

    return read


def rate(text: str) -> float:
    """Read a learning rate.

    Parameters
    ----------
    text : str
        What was typed.

    Returns
    -------
    float
        A finite number above 0.

    Raises
    ------
    ArgumentTypeError
        If `text` is no such number.
    """
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value < float("inf"):
        raise argparse.ArgumentTypeError(
            f"expected a finite number above 0 that a float can hold, got {text!r}"
        )
    return value


def widths(text: str) -> tuple[int, ...]:
    """Read the widths of the hidden layers.

    Parameters
    ----------
    text : str
        Whole numbers with commas between them; ``none`` for no hidden layer.

    Returns
    -------
    tuple of int
        The widths.

    Raises
    ------
    ArgumentTypeError
        If one is no whole number above 0.
    """
    if text == "none":
        return ()
    return tuple(whole_number(1)(part.strip()) for part in text.split(","))


def place(text: str) -> Path:
    """Read the path of a file, which ``~`` may begin, also where the shell has left it.

    Parameters
    ----------
    text : str
        What was typed.

    Returns
    -------
    Path
        The path.

    Raises
    ------
    ArgumentTypeError
        If there is none, or the home folder is not known.
    """
    if not text:
        raise argparse.ArgumentTypeError("expected a path, got an empty one")
    try:
        return Path(text).expanduser()
    except RuntimeError:
        raise argparse.ArgumentTypeError(f"no home folder is known for {text!r}") from None


def number_or_place(text: str) -> int | Path:
    """Read the number of a picture, or the path of an image file."""
    return whole_number(0)(text) if text.isdecimal() else place(text)


class OneLineParser(argparse.ArgumentParser):
    """A parser whose errors are one line, without the usage."""

    def error(self, message: str) -> NoReturn:
        """Say what is wrong with the options, and end with 2.

        Parameters
        ----------
        message : str
            What is wrong.

        Raises
        ------
        SystemExit
            Always.
        """
        one_line = " ".join(message.split())
        self.exit(2, f"nnmath: error: {one_line} (see {self.prog} --help)\n")


def parser() -> argparse.ArgumentParser:
    """Describe the commands and their options.

    Returns
    -------
    ArgumentParser
        Gives, besides the options, the function `run` of the command.
    """
    whole = OneLineParser(
        prog="python -m nnmath",
        description="Train a network on handwritten digits, and use it.",
    )
    commands = whole.add_subparsers(title="commands", required=True, metavar="COMMAND")
    data = OneLineParser(add_help=False)
    data.add_argument(
        "--data",
        metavar="FOLDER",
        help="a data set in MNIST's four files (default: the variable NNMATH_DATA, else MNIST)",
    )
    split = OneLineParser(add_help=False, parents=[data])
    split.add_argument(
        "--split",
        choices=("train", "test"),
        default="test",
        help="which of its pictures (default: %(default)s)",
    )
    add_train(commands, data)
    evaluate = commands.add_parser(
        "evaluate", parents=[split], help="say how often a network is right"
    )
    evaluate.add_argument(
        "network", type=place, metavar="NETWORK", help="a file that train wrote"
    )
    evaluate.set_defaults(run=evaluate_command)
    predict = commands.add_parser(
        "predict", parents=[split], help="say what a network makes of one picture"
    )
    predict.add_argument(
        "network", type=place, metavar="NETWORK", help="a file that train wrote"
    )
    predict.add_argument(
        "picture",
        type=number_or_place,
        metavar="PICTURE",
        help="an image file (./7 if its name is a number), or the number of a picture, from 0",
    )
    predict.set_defaults(run=predict_command)
    return whole


def add_train(
    commands: "argparse._SubParsersAction[OneLineParser]",
    data: OneLineParser,
) -> None:
    """Describe the command that trains.

    Parameters
    ----------
    commands : subparsers
        Where to add it.
    data : OneLineParser
        The option that names the data.
    """
    train = commands.add_parser("train", parents=[data], help="train a network and save it")
    add = train.add_argument
    hidden = {name: ",".join(map(str, recipe.hidden)) for name, recipe in RECIPES.items()}
    told = "; ".join(
        f"{name}: widths {hidden[name]}, {r.epochs} epochs, mini-batches of {r.B}, rate {r.eta}"
        for name, r in RECIPES.items()
    )
    add(
        "--recipe",
        choices=RECIPES,
        default="quick",
        help=f"how to train ({told}; default: %(default)s)",
    )
    add("--hidden", type=widths, metavar="WIDTHS", help="hidden layers, such as 32,32, or none")
    add("--epochs", type=whole_number(0), metavar="N", help="how often each picture is used")
    add("--batch", type=whole_number(1), metavar="N", help="pictures in a mini-batch")
    add("--eta", type=rate, metavar="RATE", help="the learning rate")
    add(
        "--seed",
        type=whole_number(0),
        default=0,
        metavar="N",
        help="of the first weights and of the order of the pictures (default: %(default)s)",
    )
    add(
        "--validation",
        type=whole_number(0),
        default=0,
        metavar="N",
        help="how many pictures to keep from the training and measure on (default: %(default)s)",
    )
    add(
        "--output",
        type=place,
        default=Path("network.npz"),
        metavar="FILE",
        help="where to save the network (default: %(default)s)",
    )
    add("--replace", action="store_true", help="replace the file if it is there")
    train.set_defaults(run=train_command)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command that the arguments name.

    Parameters
    ----------
    arguments : sequence of str, optional
        What follows the program's name; without it, what was typed.

    Returns
    -------
    int
        0; 2 after an error, which is one line on the error output; 130 after Ctrl-C; 1 if nobody
        reads the output, or a worker was killed.

    Raises
    ------
    SystemExit
        If the options are wrong, or help was asked for.
    """
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # a file's name may hold anything
    options = parser().parse_args(arguments)
    try:
        result: int = options.run(options)
        if sys.stdout is not None:  # None if it was closed when Python started
            sys.stdout.flush()
    except BrokenPipeError:
        # Nobody reads any more. Python would complain once more when it flushes at the end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except KeyboardInterrupt:
        return 130
    except ERRORS as error:
        message = str(error)
        if isinstance(error, OSError) and error.filename is not None:
            message = f"{error.filename}: {error.strerror}"
        message = " ".join(message.split()) or type(error).__name__
        if sys.stderr is not None:  # None if it was closed when Python started
            print(f"nnmath: error: {message}", file=sys.stderr)
        return 2
    return result
