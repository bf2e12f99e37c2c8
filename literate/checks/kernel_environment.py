"""The environment of every process that runs the chapters' code, kernels among them."""

import os
from collections.abc import Mapping
from pathlib import Path

from literate import HOME
from literate.staleness import KEPT_RUNS

RUNS = Path("_build") / "runs"
"""Where chapters put such results if what is kept does not fit their code any more."""

ONE_THREAD = dict.fromkeys(("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS"), "1")
"""For what runs beside others: with a thread for each processor in each of them, all would wait."""


def kernel_environment(root: Path, environment: Mapping[str, str]) -> dict[str, str]:
    """Give kernels what they need: ``nnmath`` from this folder, its runs, and this kernel.

    Parameters
    ----------
    root : Path
        The project's folder.
    environment : mapping of str to str
        The variables to start from, for example ``os.environ``.

    Returns
    -------
    dict of str to str
        A copy of `environment` with the variables set, and without ``NNMATH_DATA``.
    """
    inherited = [path for path in environment.get("PYTHONPATH", "").split(os.pathsep) if path]
    # The book's folder first, then the one that the machine is in: another one only in its tests.
    paths = list(dict.fromkeys([str(root), str(HOME), *inherited]))
    # The book's data are the package's own: a reader's other data set must not end up in a page.
    kept = {name: value for name, value in environment.items() if name != "NNMATH_DATA"}
    return {
        **kept,
        "PYTHONPATH": os.pathsep.join(paths),
        "NNMATH_KEPT": str(root / KEPT_RUNS),
        "NNMATH_RUNS": str(root / RUNS),
        # A kernel that the reader installed for another Python must not run the chapters.
        "JUPYTER_PREFER_ENV_PATH": "1",
        **ONE_THREAD,
    }
