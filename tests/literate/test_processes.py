"""Check cells run in a process of their own."""

from literate.checks.processes import Job, run_jobs, run_jobs_here

from .conftest import DOUBLING


def test_a_process_of_its_own_sees_the_same_and_outlives_a_check_that_ends_it(
    book, package_cell, check_cell
):
    book.chapter(
        "one",
        "# One",
        package_cell(DOUBLING, "doubling"),
        check_cell("import os\n\nos._exit(3)"),
        check_cell("print('loud')\nassert double(2) == 5"),
        check_cell("assert double(2) == 4"),
    )
    items = [("one", 1), ("one", 2), ("one", 3)]
    jobs = [Job(None, items[:2]), Job(None, items[1:])]
    (ended, never), (failed, passed) = run_jobs(book.root, book.read(), jobs)
    assert ended.message.startswith("TimeoutError: the process was ended")
    assert not never.passed
    assert [[failed, passed]] == run_jobs_here(book.root, book.read(), jobs[1:])
    assert (failed.error, passed.passed) == (1, True)
