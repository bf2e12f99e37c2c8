# Made from the book's chapters. Do not edit: edit the chapter and run `make tangle`
# (or edit here and run `python -m literate untangle`). Digest of the text: 17ecd86fb11d70ef

# From book/command_line.md, "Three commands"
"""What the commands of the command line do."""

import argparse
import itertools
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from nnmath.app.centring import FIELD, centred
from nnmath.app.drawings import read_drawing
from nnmath.app.progress import leave_bar, progress_bar
from nnmath.app.recipes import RECIPES, Recipe, first_network
from nnmath.app.stopping import StopBetweenSteps, Stopped
from nnmath.fast.train import train
from nnmath.learning.evaluation import class_accuracies, confusion_matrix, predicted_classes
from nnmath.learning.mnist import load_mnist
from nnmath.learning.network_files import load_network, save_network
from nnmath.learning.training_types import Watch
from nnmath.learning.whole_files import require_place
from nnmath.model.activations import softmax
from nnmath.model.array_types import Array
from nnmath.model.costs import cross_entropy
from nnmath.model.forward_pass import forward
from nnmath.model.labels import one_hot
from nnmath.model.network import Network

WATCHED = 2000
"""How many training pictures the accuracy is measured on if none are kept for validation."""

FAILED = 1
"""What a program that did only a part of its work returns."""

INTERRUPTED = 130
"""What a program that Ctrl-C stopped returns, by custom."""


def require_output(path: Path, *, replace: bool) -> None:
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
    place = require_place(path)
    if place.exists() and not replace:
        raise FileExistsError(f"{path}: is there already; --replace replaces it")
    try:
        with tempfile.TemporaryFile(dir=place.parent):
            pass  # better seen now than after the training
    except OSError as error:
        raise PermissionError(f"{path}: cannot be written: {error.strerror}") from None


def free_name(path: Path) -> Path:
    """Find a name beside a file that no file has.

    Parameters
    ----------
    path : Path
        The name that is wanted.

    Returns
    -------
    Path
        The name itself, or the first of ``name-1``, ``name-2`` and so on that is free.
    """
    others = (path.with_stem(f"{path.stem}-{i}") for i in itertools.count(1))
    return next(name for name in itertools.chain([path], others) if not name.exists())


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


def share_right(network: Network, X: Array, labels: NDArray[np.intp]) -> float:
    """Compute the share of the pictures whose class is predicted."""
    return float(np.mean(predicted_classes(network, X) == labels))


def watcher(network: Network, X: Array, labels: NDArray[np.intp], epochs: int) -> Watch:
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
    return progress_bar(epochs, note=lambda: f"{share_right(network, X, labels):.2%} right")


@dataclass(frozen=True)
class Task:
    """A training run that was asked for.

    Parameters
    ----------
    network : Network
        The network, untrained.
    recipe : Recipe
        How to train it.
    seed : int
        Of the order of the pictures.
    X, Y : ndarray
        The pictures to train on, and their targets.
    pictures, labels : ndarray
        The pictures to measure on, and their classes.
    kind : str
        What the pictures to measure on are: for training or for validation.
    """

    network: Network
    recipe: Recipe
    seed: int
    X: Array
    Y: Array
    pictures: Array
    labels: NDArray[np.intp]
    kind: str


def asked_for(options: argparse.Namespace) -> Task:
    """Read the pictures and draw the network of the training that was asked for.

    Parameters
    ----------
    options : Namespace
        What was typed.

    Returns
    -------
    Task
        What to do.

    Raises
    ------
    OSError, TypeError, ValueError
        If the options or the data do not allow it.
    """
    X, labels = load_mnist("train", folder=options.data, dtype=np.float32)
    kept = X.shape[1] - options.validation
    if kept < 1:
        raise ValueError(f"--validation must leave some of the {X.shape[1]} pictures")
    recipe = chosen_recipe(options, kept)
    classes = int(labels.max()) + 1
    network = first_network(X.shape[0], recipe.hidden, classes, options.seed)
    Y = one_hot(labels[:kept], classes).astype(np.float32)
    watched = slice(kept, None) if options.validation else slice(WATCHED)
    kind = "validation" if options.validation else "training"
    return Task(
        network, recipe, options.seed, X[:, :kept], Y, X[:, watched], labels[watched], kind
    )


def carry_out(task: Task) -> tuple[int, str]:
    """Train until the end, until Ctrl-C, or until a worker is killed.

    Parameters
    ----------
    task : Task
        What to do; its network is trained.

    Returns
    -------
    result : int
        What the program shall return.
    said : str
        How the training ended.

    Raises
    ------
    TypeError, ValueError, FloatingPointError
        If the training cannot be done.
    """
    network, recipe = task.network, task.recipe
    # What overflows is found and said in one line: no warning of NumPy's beside it.
    with StopBetweenSteps() as stop, np.errstate(over="ignore", invalid="ignore"):
        try:
            train(
                network,
                task.X,
                task.Y,
                cross_entropy,
                eta=recipe.eta,
                epochs=recipe.epochs,
                B=recipe.B,
                rng=np.random.default_rng(task.seed),
                rule=stop.around(recipe.new_rule()),
                schedule=recipe.schedule,
                augment=recipe.augment,
                watch=watcher(network, task.pictures, task.labels, recipe.epochs),
            )
        except Stopped:
            leave_bar()
            return INTERRUPTED, "stopped"
        except RuntimeError as error:  # a worker was killed; the last whole step stands
            leave_bar()
            return FAILED, str(error)
        except BaseException:
            leave_bar()
            raise
    return 0, f"trained for {recipe.epochs} epoch{'s' * (recipe.epochs != 1)}"


def train_command(options: argparse.Namespace) -> int:
    """Train a network by a recipe and write it to a file.

    Parameters
    ----------
    options : Namespace
        What was typed.

    Returns
    -------
    int
        0, 130 if Ctrl-C stopped the training, or 1 if a worker of it was killed; what was learned
        is then saved as well.

    Raises
    ------
    OSError, TypeError, ValueError, FloatingPointError
        If the options, the data or the training do not allow it. Nothing is written then.
    """
    require_output(options.output, replace=options.replace)
    task = asked_for(options)
    result, said = carry_out(task)
    outputs = probabilities(task.network, task.pictures)  # the last step may have been too long
    share = np.mean(outputs.argmax(axis=0) == task.labels)
    output = options.output if options.replace else free_name(options.output)
    save_network(output, task.network)
    print(f"{said}; {share:.2%} of {task.labels.size:,} {task.kind} pictures right")
    print(f"saved as {output}")
    return result


def fitting_network(path: Path, pixels: int) -> Network:
    """Load a network, and refuse one that takes other pictures, or gives no probabilities.

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
        If the file cannot be read, or its network has another number of inputs, no softmax at its
        end, or complex numbers.
    """
    network = load_network(path)
    last = network.phi[network.L]
    if last is not softmax or any(np.iscomplexobj(W) for W in network.W.values()):
        raise ValueError(
            f"{path}: expected a network of real numbers whose outputs are probabilities, "
            f"by softmax, got one of {network.W[1].dtype} that ends with {last.__name__}"
        )
    if network.n[0] != pixels:
        raise ValueError(
            f"{path}: expected a network for pictures of {pixels} pixels, "
            f"got one for {network.n[0]}"
        )
    return network


def probabilities(network: Network, X: Array) -> Array:
    """Compute the outputs of a network, and refuse to go on if they are no numbers.

    Parameters
    ----------
    network : Network
        The network.
    X : ndarray, shape (n_0, m)
        The pictures, one a column.

    Returns
    -------
    ndarray, shape (n_L, m)
        The outputs.

    Raises
    ------
    ValueError
        If an output is not finite, since a sum on the way to it overflows.
    """
    with np.errstate(over="ignore", invalid="ignore"):  # said in one line, here
        outputs: Array = forward(network, X)[1][network.L]
    if not np.isfinite(outputs).all():
        raise ValueError("the network's sums overflow, its weights are too large")
    return outputs


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
    found = probabilities(network, X).argmax(axis=0)
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


def read_picture(options: argparse.Namespace) -> tuple[Array, str]:
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
    e = options.picture
    if isinstance(e, Path):
        picture = centred(read_drawing(e)).reshape(FIELD * FIELD, 1)
        return picture.astype(np.float32), str(e)
    X, labels = load_mnist(options.split, folder=options.data, dtype=np.float32)
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
    outputs = probabilities(network, picture)[:, 0]
    print(f"{said}: {outputs.argmax()}")
    width = max(10, min(60, shutil.get_terminal_size().columns - 13))
    for c, share in enumerate(outputs):
        print(f"{c:3} {share:7.2%} {'#' * round(width * float(share))}".rstrip())
    return 0
