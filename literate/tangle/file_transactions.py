"""Files that change together or not at all."""

import contextlib
import os
import shutil
import signal
import stat
import tempfile
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from types import FrameType

from filelock import FileLock, Timeout

from literate.errors import BookError, at, refuse

# Not in _build: a lock that `make clean` can remove keeps nobody out.
LOCK = PurePosixPath(".literate.lock")
WAIT_SECONDS = 10.0

Changes = Mapping[PurePosixPath, bytes | None]
"""What each file is to hold; None for a file that is to go."""


@contextlib.contextmanager
def locked(root: Path, *, writes: bool = True) -> Iterator[None]:
    """Hold the book for this process, so that two runs do not mix what they write.

    Parameters
    ----------
    root : Path
        The book's folder.
    writes : bool, optional
        Whether something will be written. Whoever only reads may also read where the lock cannot be
        made.

    Raises
    ------
    BookError
        If another process holds it for longer than `WAIT_SECONDS`, or the folder takes no files.
    """
    held: contextlib.AbstractContextManager[object]
    try:
        held = FileLock(root / LOCK, timeout=WAIT_SECONDS).acquire()
    except Timeout:
        message = (
            f"waited {WAIT_SECONDS:g} s for another run that holds the book; try again later"
        )
        raise BookError(at(LOCK, None, message)) from None
    except OSError as error:
        if writes:
            message = f"{error.strerror}; the book's folder must be one that you may write to"
            raise BookError(at(LOCK, None, message)) from error
        held = contextlib.nullcontext()
    with held:
        yield


def replace_files(root: Path, changes: Changes) -> None:
    """Write and remove files in one step.

    Everything is first staged in one folder beside the book. Then each file is renamed into its
    place, with interrupts held back. Whatever fails, the files are afterwards as they were.

    Parameters
    ----------
    root : Path
        The folder that the paths of `changes` are relative to.
    changes : mapping
        The new content of each file, or None for a file to be removed.

    Raises
    ------
    BookError
        If a file must not be written; nothing has been touched then.
    """
    refuse(_problems_of_places(root, changes))
    if not changes:
        return
    with _interrupts_held_back():
        staging = Path(tempfile.mkdtemp(prefix=".literate-", dir=root))
        try:
            staged = _stage(root, staging, changes)
            _put_in_place(root, staged)
        except _NotPutBack:
            raise  # the folder holds what could not be put back
        except BaseException:
            shutil.rmtree(staging)
            raise
        shutil.rmtree(staging)


def _problems_of_places(root: Path, changes: Changes) -> Iterator[str]:
    for path in changes:
        file = root / path
        for place in (file, *(root / parent for parent in path.parents)):
            if place.is_symlink() and place != root:
                yield at(
                    path, None, f"{place.relative_to(root)} is a link; put a real one there"
                )
            elif place.exists() and not place.stat().st_mode & stat.S_IWUSR:
                name = place.relative_to(root)
                yield at(
                    path, None, f"{name} is read-only; nothing was written (chmod u+w {name})"
                )
        if file.exists() and not file.is_file():
            yield at(path, None, "is no regular file; move it away")


@dataclass(frozen=True)
class _Staged:
    """A file's next content and a copy of its present one, each in the staging folder."""

    path: PurePosixPath
    new: Path | None
    old: Path | None


def _stage(root: Path, staging: Path, changes: Changes) -> list[_Staged]:
    """Write everything where nobody looks, with the modes of the files that it replaces."""
    staged = []
    for number, (path, content) in enumerate(changes.items()):
        file = root / path
        old = new = None
        if file.exists():
            old = staging / f"{number}.old"
            shutil.copy2(file, old)
        if content is not None:
            new = staging / f"{number}.new"
            new.write_bytes(content)
            if old is not None:
                shutil.copymode(old, new)
        staged.append(_Staged(path, new, old))
    return staged


def _put_in_place(root: Path, staged: list[_Staged]) -> None:
    """Rename each staged file into its place, or put all back that was renamed."""
    with contextlib.ExitStack() as undo:
        for item in staged:
            file = root / item.path
            _make_folders(file.parent, undo)
            undo.callback(_put_back, item, file)
            if item.new is not None:
                os.replace(item.new, file)
            else:
                file.unlink(missing_ok=True)
        undo.pop_all()


class _NotPutBack(BookError):
    """A file could not be put back; a copy of it is left, and the message says where."""


def _put_back(item: _Staged, file: Path) -> None:
    if item.old is None:
        file.unlink(missing_ok=True)
        return
    try:
        os.replace(item.old, file)
    except OSError as error:
        raise _NotPutBack(
            at(item.path, None, f"could not be put back ({error}); its copy is {item.old}")
        ) from error


def _make_folders(folder: Path, undo: contextlib.ExitStack) -> None:
    if not folder.exists():
        _make_folders(folder.parent, undo)
        undo.callback(folder.rmdir)
        folder.mkdir()


@contextlib.contextmanager
def _interrupts_held_back() -> Iterator[None]:
    """Let an interrupt wait until the files agree with one another again."""
    if threading.current_thread() is not threading.main_thread():
        yield  # Python delivers signals to the main thread only
        return
    came: list[int] = []

    def remember(number: int, frame: FrameType | None) -> None:
        came.append(number)

    names = [name for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]
    signals = [getattr(signal, name) for name in names]
    before = {number: signal.signal(number, remember) for number in signals}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        for number in came:
            signal.raise_signal(number)
