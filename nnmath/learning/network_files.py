# Made from the book's chapters. Do not edit: edit the chapter and run `make tangle`
# (or edit here and run `python -m literate untangle`). Digest of the text: 74854004c79245ec

# From book/two_recipes.md, "To keep a network"
"""Networks in files: NumPy's .npz, without pickle, with a version, written whole or not at all."""

import zipfile
from pathlib import Path
from typing import Any

import numpy as np

from nnmath.learning.whole_files import arrays_of, whole_file
from nnmath.model import activations
from nnmath.model.activations import Activation
from nnmath.model.arguments import require_kind
from nnmath.model.array_types import Array
from nnmath.model.network import Network

FORMAT = "nnmath network"
VERSION = 1


def activation_named(name: str) -> Activation | None:
    """Find an activation function of the package by its name."""
    held = getattr(activations, name, None)
    return held if isinstance(held, Activation) else None


def content_of(network: Network) -> dict[str, Any]:
    """Give all that a file says of a network, array by array, by name."""
    content = {"format": np.array(FORMAT), "version": np.array(VERSION)}
    content["phi"] = np.array([network.phi[l].__name__ for l in range(1, network.L + 1)])
    for l in network.W:
        content[f"W{l}"], content[f"b{l}"] = network.W[l], network.b[l]
    return content


def save_network(path: Path | str, network: Network) -> None:
    """Write a network to a file, or leave what is there as it is.

    Parameters
    ----------
    path : Path or str
        The file; one that is there is replaced, and a link leads to the file to replace. The usual
        ending is ``.npz``.
    network : Network
        Its activation functions must be the package's own.

    Raises
    ------
    OSError
        If the file cannot be written.
    TypeError
        If `network` is no network.
    ValueError
        If an activation function is not one of the package, or an entry of the network is no longer
        finite.
    """
    require_kind("network", network, Network)
    Network(network.W, network.b, network.phi)  # its arrays may have changed since it was made
    for l, phi in network.phi.items():
        if activation_named(phi.__name__) is not phi:
            raise ValueError(
                f"phi[{l}] must be one of {activations.__name__} to be stored, got {phi}"
            )
    with whole_file(Path(path)) as file:
        np.savez(file, **content_of(network))


def read_arrays(path: Path) -> dict[str, Array]:
    """Read all arrays of an .npz file.

    Parameters
    ----------
    path : Path
        The file.

    Returns
    -------
    dict of str to ndarray
        The arrays by name.

    Raises
    ------
    OSError
        If there is no such file, or it cannot be read.
    ValueError
        If it is no .npz file, is damaged, or holds objects.
    """
    with path.open("rb") as file:
        if not zipfile.is_zipfile(file):
            raise ValueError(
                f"{path}: expected a network that save_network wrote, got a file that is no whole "
                f".npz archive"
            )
        file.seek(0)
        try:
            return arrays_of(file)
        except (
            Exception
        ) as error:  # a damaged archive can make its reader raise almost anything
            raise ValueError(f"{path}: damaged, or holds what is no array: {error}") from error


def load_network(path: Path | str) -> Network:
    """Read a network from a file that `save_network` wrote.

    Parameters
    ----------
    path : Path or str
        The file.

    Returns
    -------
    Network
        With arrays of the types that were saved.

    Raises
    ------
    OSError
        If there is no such file, or it cannot be read.
    ValueError
        If the file is damaged, foreign, or of a newer format.
    """
    path = Path(path)
    content = read_arrays(path)
    if str(content.pop("format", "")) != FORMAT:
        raise ValueError(
            f"{path}: expected a network that save_network wrote, got other arrays"
        )
    version = str(content.pop("version", "none"))
    if version != str(VERSION):
        raise ValueError(f"{path}: expected version {VERSION} of the format, got {version}")
    content.pop("allow_pickle", None)  # NumPy below 2.2 has put its own argument there
    names = [str(name) for name in content.pop("phi", np.array([])).flat]
    layers = range(1, len(names) + 1)
    wanted = {f"{kind}{l}" for kind in "Wb" for l in layers}
    if set(content) != wanted:
        raise ValueError(f"{path}: expected the arrays {sorted(wanted)}, got {sorted(content)}")
    phi = {l: activation_named(names[l - 1]) for l in layers}
    unknown = [names[l - 1] for l in layers if phi[l] is None]
    if unknown:
        raise ValueError(f"{path}: expected functions of {activations.__name__}, got {unknown}")
    try:
        return Network(
            {l: content[f"W{l}"] for l in layers},
            {l: content[f"b{l}"] for l in layers},
            {l: held for l, held in phi.items() if held is not None},
        )
    except (TypeError, ValueError) as error:
        raise ValueError(f"{path}: its arrays make no network: {error}") from error
