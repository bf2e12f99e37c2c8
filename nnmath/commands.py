# Made from the book's chapters. Do not edit: edit the chapter and run `make tangle`
# (or edit here and run `python -m literate untangle`). Digest of the text: 3aeb8f1c77cb5568

# From book/command_line.md, "Three commands"
"""What the commands of the command line do."""

import argparse
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnmath.centring import FIELD, centred
from nnmath.costs import cross_entropy
from nnmath.drawings import read_drawing
from nnmath.evaluation import answers, class_accuracies, confusion_matrix
from nnmath.fast_training import train
from nnmath.forward_pass import forward
from nnmath.labels import one_hot
from nnmath.mnist import load_mnist
from nnmath.network import Network
from nnmath.progress import progress_bar
from nnmath.recipes import RECIPES, Recipe, first_network
from nnmath.stopping import StopBetweenSteps, Stopped
from nnmath.storage import load_network, save_network

WATCHED = 2000
"""How many pictures the accuracy beside the bar is measured on, at most."""

INTERRUPTED = 130
"""What a program that Ctrl-C stopped returns, by custom."""


def require_place(path: Path, *, replace: bool) -> None:
    """Refuse a file that cannot be written, or must not be.

    Parameters
    ----------
    path : Path
        The file.
    replace : bool
        Whether a file that is there may be replaced.

    Raises
    ------
    OSError
        If its folder is missing or cannot be written to, or the file is there.
    """
    if not path.parent.is_dir():
        raise FileNotFoundError(f"{path}: there is no folder {path.parent}")
    if path.is_dir() or not os.access(path.parent, os.W_OK):
        raise PermissionError(f"{path}: cannot be written")
    if path.exists() and not replace:
        raise FileExistsError(f"{path}: is there already; --replace replaces it")


def chosen_recipe(options: argparse.Namespace, m: int) -> Recipe:
    """Take the named recipe, with what the options say otherwise.

    Parameters
    ----------
    options : Namespace
        With `recipe`, and `hidden`, `eta`, `epochs` and `batch`, each None if it was not given.
    m : int
        How many pictures there are to train on.

    Returns
    -------
    Recipe
        What to do. A mini-batch of the recipe is not larger than m.

    Raises
    ------
    ValueError
        If a larger mini-batch was asked for.
    """
    if options.batch is not None and options.batch > m:
        raise ValueError(
            f"--batch must be at most {m}, the number of pictures, got {options.batch}"
        )
    named = RECIPES[options.recipe]
    given = {"eta": options.eta, "epochs": options.epochs, "hidden": options.hidden}
    given["B"] = min(named.B, m) if options.batch is None else options.batch
    return Recipe(**(vars(named) | {k: v for k, v in given.items() if v is not None}))


def watcher(
    network: Network, X: NDArray[Any], labels: NDArray[np.intp], epochs: int
) -> Callable[[int, float], None]:
    """Make a bar for a terminal that shows the accuracy beside the cost.

    Parameters
    ----------
    network : Network
        The network that is trained.
    X : ndarray, shape (n_0, m)
        The pictures that the accuracy is measured on.
    labels : ndarray of int, shape (m,)
        Their classes.
    epochs : int
        How many epochs the training has.

    Returns
    -------
    function
        For `train`'s argument ``watch``.
    """
    return progress_bar(
        epochs, note=lambda: f"{np.mean(answers(network, X) == labels):.2%} right"
    )


def train_command(options: argparse.Namespace) -> int:
    """Train a network by a recipe and write it to a file.

    Parameters
    ----------
    options : Namespace
        What was typed.

    Returns
    -------
    int
        0, or 130 if Ctrl-C stopped the training; what was learned is then saved as well.

    Raises
    ------
    OSError, TypeError, ValueError, FloatingPointError
        If the options, the data or the training do not allow it. Nothing is written then.
    """
    require_place(options.output, replace=options.replace)
    X, labels = load_mnist("train", folder=options.data, dtype=np.float32)
    kept = X.shape[1] - options.validation
    if kept < 1:
        raise ValueError(f"--validation must leave some of the {X.shape[1]} pictures")
    recipe = chosen_recipe(options, kept)
    classes = int(labels.max()) + 1
    network = first_network(X.shape[0], recipe.hidden, classes, options.seed)
    Y = one_hot(labels, classes).astype(np.float32)
    watched = slice(kept, None) if options.validation else slice(WATCHED)
    result, said = 0, f"trained for {recipe.epochs} epoch{'s' * (recipe.epochs != 1)}"
    # What overflows is found by `train`, and said in one line: no warning of NumPy's beside it.
    with StopBetweenSteps() as stop, np.errstate(over="ignore", invalid="ignore"):
        try:
            train(
                network,
                X[:, :kept],
                Y[:, :kept],
                cross_entropy,
                eta=recipe.eta,
                epochs=recipe.epochs,
                B=recipe.B,
                rng=np.random.default_rng(options.seed),
                rule=stop.around(recipe.new_rule()),
                schedule=recipe.schedule,
                augment=recipe.augment,
                watch=watcher(network, X[:, watched], labels[watched], recipe.epochs),
            )
        except Stopped:
            result, said = INTERRUPTED, "stopped"
    save_network(options.output, network)
    share = np.mean(answers(network, X[:, watched]) == labels[watched])
    kind = "validation" if options.validation else "training"
    print(f"{said}; {share:.2%} of {labels[watched].size:,} {kind} pictures right")
    print(f"saved as {options.output}")
    return result


def fitting_network(path: Path, pixels: int) -> Network:
    """Load a network, and refuse one that takes other pictures.

    Parameters
    ----------
    path : Path
        The file.
    pixels : int
        How many pixels a picture has.

    Returns
    -------
    Network
        The network.

    Raises
    ------
    OSError, ValueError
        If the file cannot be read, or its network has another number of inputs.
    """
    network = load_network(path)
    if network.n[0] != pixels:
        raise ValueError(
            f"{path}: expected a network for pictures of {pixels} pixels, "
            f"got one for {network.n[0]}"
        )
    return network


def evaluate_command(options: argparse.Namespace) -> int:
    """Print how often a network is right, in all and class by class.

    Parameters
    ----------
    options : Namespace
        What was typed.

    Returns
    -------
    int
        0.

    Raises
    ------
    OSError, ValueError
        If the network or the data cannot be read, or do not fit.
    """
    X, labels = load_mnist(options.split, folder=options.data, dtype=np.float32)
    network = fitting_network(options.network, X.shape[0])
    K, m = network.n[network.L], labels.size
    if labels.max() >= K:
        raise ValueError(f"{options.network}: expected {labels.max() + 1} outputs, got {K}")
    found = answers(network, X)
    share = float(np.mean(found == labels))
    error = np.sqrt(share * (1 - share) / m)
    print(f"{share:.2%} of {m:,} {options.split} pictures right, give or take {error:.2%}")
    confusion = confusion_matrix(labels, found, K)
    for c, right in enumerate(class_accuracies(confusion)):
        if confusion[c].sum():
            others = confusion[c].copy()
            others[c] = 0
            most = f", taken for {others.argmax()} {others.max()} times" if others.any() else ""
            print(f"  {c}: {right:7.2%} of {confusion[c].sum():,}{most}")
    return 0


def read_picture(options: argparse.Namespace) -> tuple[NDArray[Any], str]:
    """Take the picture that was asked for, from an image file or from the data set.

    Parameters
    ----------
    options : Namespace
        With `picture`: a number, or the path of an image file.

    Returns
    -------
    picture : ndarray, shape (pixels, 1)
        One column.
    said : str
        What it is.

    Raises
    ------
    OSError, ValueError
        If there is no such picture.
    """
    if not options.picture.isdecimal():
        picture = centred(read_drawing(options.picture)).reshape(FIELD * FIELD, 1)
        return picture.astype(np.float32), options.picture
    X, labels = load_mnist(options.split, folder=options.data, dtype=np.float32)
    e = int(options.picture)
    if e >= labels.size:
        raise ValueError(
            f"picture must be below {labels.size}, the number of {options.split} pictures, got {e}"
        )
    return X[:, e : e + 1], f"{options.split} picture {e}, labelled {labels[e]}"


def predict_command(options: argparse.Namespace) -> int:
    """Print what a network makes of one picture.

    Parameters
    ----------
    options : Namespace
        What was typed.

    Returns
    -------
    int
        0.

    Raises
    ------
    OSError, ValueError
        If the network or the picture cannot be read, or do not fit.
    """
    picture, said = read_picture(options)
    network = fitting_network(options.network, picture.shape[0])
    outputs = forward(network, picture)[1][network.L][:, 0]
    print(f"{said}: {outputs.argmax()}")
    width = max(10, min(60, shutil.get_terminal_size().columns - 13))
    for c, share in enumerate(outputs):
        print(f"{c:3} {share:7.2%} {'#' * round(width * float(share))}".rstrip())
    return 0
