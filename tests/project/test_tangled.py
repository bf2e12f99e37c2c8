import shutil

import pytest

from literate.errors import BookError
from literate.tangle.tangle import check, read_package

from .conftest import HOME


def test_the_package_is_what_the_chapters_say():
    try:
        check(HOME)
    except BookError as error:
        pytest.fail(str(error), pytrace=False)


def test_one_changed_character_in_any_file_is_seen_and_explained(tmp_path):
    ignored = shutil.ignore_patterns("_vendor", "_static", "_build")
    shutil.copytree(HOME / "book", tmp_path / "book", ignore=ignored)
    for path, text in read_package(HOME).items():
        middle = text.index("\n", len(text) // 2)
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(f"{text[:middle]} {text[middle:]}".encode())
    with pytest.raises(BookError) as caught:
        check(tmp_path)
    assert len(caught.value.problems) == len(read_package(HOME))
    for problem in caught.value.problems:
        assert "`python -m literate untangle`" in problem
        assert "`make tangle`" in problem
