"""A kernel whose port another program was quicker to take is started once more."""

import os
import socket

import nbformat
import nbval.kernel
import pytest
from jupyter_client.provisioning.local_provisioner import LocalPortCache
from nbclient import NotebookClient

from literate.build.execution import run_cells
from literate.build.kernel_starts import STARTS, tries_again


@pytest.fixture
def refused(monkeypatch):
    """Let the first kernel that is started have a port that is taken; give what was chosen."""
    find = LocalPortCache.find_available_port
    chosen = []

    def find_first_taken(self, ip):
        chosen.append(port if not chosen else find(self, ip))
        return chosen[-1]

    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        monkeypatch.setattr(LocalPortCache, "find_available_port", find_first_taken)
        yield chosen


def test_the_build_starts_another_kernel(refused):
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("print(6 * 7)")])
    run_cells(NotebookClient(notebook, kernel_name="python3"), dict(os.environ))
    assert notebook.cells[0].outputs[0].text == "42\n"
    assert len(refused) == 2 * 5  # five ports each


def test_the_tests_of_chapters_start_another_kernel(refused):
    manager, client = nbval.kernel.start_new_kernel()
    client.stop_channels()
    manager.shutdown_kernel(now=True)
    assert len(refused) == 2 * 5


def test_a_kernel_that_never_starts_is_given_up():
    begun = []

    @tries_again
    def start():
        begun.append(True)
        raise RuntimeError("Kernel died before replying to kernel_info")

    with pytest.raises(RuntimeError, match="died before"):
        start()
    assert len(begun) == STARTS


def test_another_failure_is_not_tried_again():
    begun = []

    @tries_again
    def start():
        begun.append(True)
        raise RuntimeError("Kernel didn't respond in 60 seconds")

    with pytest.raises(RuntimeError, match="respond"):
        start()
    assert len(begun) == 1
