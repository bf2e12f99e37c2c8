"""The environment of every process that runs the chapters' code, kernels among them.

What the reader's shell, home folder and start-up files hold must not reach a page. So a process
gets what is listed here, and nothing else: `PASSES` and `FAMILIES` go through, `FIXED` and
`FOLDERS` are set, every other variable is left out.
"""

import atexit
import os
import shutil
import site
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from literate import HOME, KEPT_RUNS

RUNS = Path("_build") / "runs"
"""Where chapters put such results if what is kept does not fit their code any more."""

ONE_THREAD = dict.fromkeys(("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS"), "1")
"""For what runs beside others: with a thread for each processor in each of them, all would wait."""

PASSES = frozenset(
    [
        # where programs, libraries and temporary files are, and whose process it is
        *("PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "PYTHONHOME", "VIRTUAL_ENV"),
        *("HOME", "USER", "LOGNAME", "SHELL", "TERM", "TMPDIR", "TEMP", "TMP"),
        # without these Windows starts nothing
        *("SYSTEMROOT", "SYSTEMDRIVE", "WINDIR", "COMSPEC", "PATHEXT", "USERPROFILE"),
        *("APPDATA", "LOCALAPPDATA", "PROGRAMDATA", "PROGRAMFILES", "NUMBER_OF_PROCESSORS"),
        # the browsers of the tests, the PDF and the lab, and Rocq
        *("DISPLAY", "WAYLAND_DISPLAY", "XAUTHORITY", "XDG_RUNTIME_DIR", "XDG_CACHE_HOME"),
        *("BROWSER", "CHROME", "DBUS_SESSION_BUS_ADDRESS"),
        *("COQPATH", "COQLIB", "ROCQPATH", "ROCQLIB", "OCAMLPATH"),
        # the way to package indexes, for a browser or wheels that a command installs
        *("http_proxy", "https_proxy", "no_proxy", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY"),
        *("SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CI"),
    ]
)
"""Variables of the reader's shell that go through: none says how a chapter computes or prints."""

FAMILIES = ("BOOK_", "LITERATE_", "PIP_", "PLAYWRIGHT_", "PYTEST_")
"""Beginnings of further names that go through: the project's own, and those of its tools."""

FIXED = {
    # sets and the order of their entries are the same in every run
    "PYTHONHASHSEED": "0",
    # files and pipes are UTF-8 whatever the locale says
    "PYTHONUTF8": "1",
    "LC_ALL": "C.UTF-8",
    "TZ": "UTC",
    # a kernel's program asks how wide the terminal is, and would find the reader's
    "COLUMNS": "80",
    "LINES": "24",
    # a kernel that the reader installed for another Python must not run the chapters
    "JUPYTER_PREFER_ENV_PATH": "1",
    **ONE_THREAD,
}
"""Variables that are set to these values."""

FOLDERS = {
    "IPYTHONDIR": "ipython",
    "MPLCONFIGDIR": "matplotlib",
    "JUPYTER_CONFIG_DIR": "jupyter",
    "JUPYTER_DATA_DIR": "jupyter-data",
    "JUPYTER_RUNTIME_DIR": "jupyter-runtime",
}
"""Variables that name a folder of the project's own: start-up files, styles, caches, kernels."""

ENVIRONMENT = "the environment of kernels"
"""The part of what outputs depend on that `settings` gives."""

STARTED = "LITERATE_STARTED"
"""Tells a program that `start_anew` has started it."""


@cache
def own_folder() -> Path:
    """Make the folders of `FOLDERS`: in ``_build``, or where files are temporary if that fails."""
    folder = HOME / "_build" / "environment"
    try:
        for name in FOLDERS.values():
            (folder / name).mkdir(parents=True, exist_ok=True)
    except OSError:  # the checkout cannot be written to
        writeable = False
    else:
        writeable = all(os.access(folder / name, os.W_OK) for name in FOLDERS.values())
    if not writeable:
        folder = Path(tempfile.mkdtemp(prefix="literate-"))
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
        for name in FOLDERS.values():
            (folder / name).mkdir()
    return folder


def _needs_user_site() -> bool:
    """Tell whether the packages that the machine needs lie in the user's own folder of packages."""
    kernel = find_spec("ipykernel")
    return bool(
        kernel and kernel.origin and kernel.origin.startswith(site.getusersitepackages())
    )


def settled(environment: Mapping[str, str]) -> dict[str, str]:
    """Give what passes of an environment, and what is set, without the folders."""
    through = {
        name: value
        for name, value in environment.items()
        if (name in PASSES or name.startswith(FAMILIES)) and name != STARTED
    }
    # start-up files lie beside the packages that a user has installed without an environment
    without = {} if _needs_user_site() else {"PYTHONNOUSERSITE": "1"}
    return {**through, **FIXED, **without}


def own_folders() -> dict[str, str]:
    """Give the variables that name the project's own folders."""
    return {name: str(own_folder() / folder) for name, folder in FOLDERS.items()}


def defined_environment(environment: Mapping[str, str]) -> dict[str, str]:
    """Make the environment that does not depend on the reader's settings.

    Parameters
    ----------
    environment : mapping of str to str
        The variables to start from, for example ``os.environ``.

    Returns
    -------
    dict of str to str
        What passes, and what is set.
    """
    return {**settled(environment), **own_folders()}


def found_in(root: Path) -> dict[str, str]:
    """Give the variables by which ``nnmath`` and its runs are found in a book's folder."""
    return {
        # The book's folder first, then the machine's, which is another one only in its tests.
        "PYTHONPATH": os.pathsep.join(dict.fromkeys([str(root), str(HOME)])),
        "NNMATH_KEPT": str(root / KEPT_RUNS),
        "NNMATH_RUNS": str(root / RUNS),
    }


def kernel_environment(root: Path, environment: Mapping[str, str]) -> dict[str, str]:
    """Give kernels the defined environment, and ``nnmath`` and its runs from this folder.

    Parameters
    ----------
    root : Path
        The project's folder.
    environment : mapping of str to str
        The variables to start from, for example ``os.environ``.

    Returns
    -------
    dict of str to str
        All variables of the process. Readers' other data sets and folders of modules are not
        among them: they must not end up in a page.
    """
    return {**defined_environment(environment), **found_in(root)}


def settings() -> list[str]:
    """List what is set, so that outputs from other settings are not kept."""
    return [*sorted(PASSES), *FAMILIES, *(f"{k}={v}" for k, v in FIXED.items()), *FOLDERS]


def warm_font_cache() -> None:
    """Let Matplotlib list the fonts, if it has not yet: it says so, and not in a page."""
    if not any((own_folder() / FOLDERS["MPLCONFIGDIR"]).glob("fontlist*.json")):
        command = [sys.executable, "-c", "import matplotlib.font_manager"]
        subprocess.run(command, env=kernel_environment(HOME, os.environ), check=False)


def start_anew(module: str) -> None:
    """Run this program once more from its beginning, in the defined environment, without options.

    It comes back only in the program that was started so.

    Parameters
    ----------
    module : str
        What Python runs, as after ``-m``.
    """
    if os.environ.pop(STARTED, None):
        os.environ.update(own_folders())  # only now: a program that is replaced removes nothing
        return
    command = [sys.executable, "-m", module, *sys.argv[1:]]
    environment = settled(os.environ) | found_in(HOME) | {STARTED: "yes"}
    if os.name == "nt":  # there the shell would not wait for the program that replaces this one
        sys.exit(subprocess.run(command, env=environment, check=False).returncode)
    os.execve(sys.executable, command, environment)
