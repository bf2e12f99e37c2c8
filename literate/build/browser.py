"""A browser for the built site: find a Chromium or Chrome or install one, and serve pages."""

import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from literate.errors import BookError

# A Chromium without windows opens a page in two thirds of the time.
WITHOUT_WINDOWS = "chromium-headless-shell"
NAMES = (
    WITHOUT_WINDOWS,
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
)

# A browser that asks nobody for anything, and starts as root in a container as well.
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

# True of a page whose own files are there: quiet connections would be waited for in vain.
LOADED = 'document.readyState === "complete" && document.fonts.status === "loaded"'


def ensure_browser() -> str:
    """Find a Chromium or Chrome, or install one and say so.

    Returns
    -------
    str
        The path of the program: what the variable ``CHROME`` names, one on the path, Playwright's
        own, or the one just installed: Debian's package as root on Debian, elsewhere Playwright's.

    Raises
    ------
    BookError
        If ``CHROME`` names no program, or the installation fails.
    """
    named = os.environ.get("CHROME")
    if named:
        return require_program(named)
    found = find_browser()
    if found:
        return found
    if is_debian_root():
        print(
            f"No Chromium or Chrome found; installing Debian's {WITHOUT_WINDOWS} with apt-get",
            flush=True,
        )
        run(["apt-get", "update", "-qq"])
        run(["apt-get", "install", "-y", "-qq", "--no-install-recommends", WITHOUT_WINDOWS])
    else:
        print("No Chromium or Chrome found; installing Playwright's own", flush=True)
        run([sys.executable, "-m", "playwright", "install", "chromium"])
    found = find_browser()
    if not found:
        raise BookError(
            "a browser was installed, but not found; name it: CHROME=/path/to/chrome"
        )
    return found


def require_program(name: str) -> str:
    """Return the path of the program that ``CHROME`` names."""
    path = shutil.which(name)
    if not path:
        raise BookError(f"CHROME={name}: expected the path or name of a Chromium or Chrome")
    return path


def find_browser() -> str | None:
    """Look on the path, where macOS keeps programs, and where Playwright keeps its own."""
    for name in NAMES:
        path = shutil.which(name)
        if path:
            return path
    for application in ("Google Chrome", "Chromium"):
        program = Path(f"/Applications/{application}.app/Contents/MacOS/{application}")
        if program.exists():
            return str(program)
    return playwrights_browser()


def playwrights_browser() -> str | None:
    """Return the path of Playwright's own Chromium if it has been downloaded."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = Path(playwright.chromium.executable_path)
    return str(path) if path.exists() else None


def is_debian_root() -> bool:
    """Tell whether this is root on Debian, where the package manager may be used.

    Ubuntu's package of this name only points to a snap, which does not run in containers.
    """
    release = Path("/etc/os-release")
    if not hasattr(os, "geteuid") or os.geteuid() != 0 or not release.exists():
        return False
    return "ID=debian" in release.read_text(encoding="utf-8").splitlines()


def run(command: list[str]) -> None:
    """Run an installer; its output is the user's to see."""
    try:
        subprocess.run(command, check=True)
    except (OSError, subprocess.CalledProcessError) as error:
        raise BookError(
            f"{' '.join(command)} failed: {error}; install Chromium or Chrome by hand, or name"
            " one: CHROME=/path/to/chrome"
        ) from error


class QuietHandler(SimpleHTTPRequestHandler):
    """Serves files and prints nothing."""

    def log_message(self, format: str, *args: object) -> None:
        """Print nothing."""


class PatientServer(ThreadingHTTPServer):
    """Lets a whole page's files wait at the door: of more than five the rest were turned away."""

    request_queue_size = 128


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Serve a folder on a free port of this machine.

    Parameters
    ----------
    folder : Path
        What to serve.

    Yields
    ------
    str
        The address, without a slash at its end.
    """
    server = PatientServer(("127.0.0.1", 0), partial(QuietHandler, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
