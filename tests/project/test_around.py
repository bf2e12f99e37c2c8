"""What stands around the book says nothing that is not so."""

import re
import subprocess
import tomllib
from xml.etree import ElementTree

import pytest
import yaml

from literate.book.options import KEYS, TAGS
from literate.checks.lowest import lowest_versions

from .conftest import HOME

PAGES = ["README.md", "LICENSE-TEXT.md", "CONTRIBUTING.md", "ARCHITECTURE.md"]


def text(name):
    return (HOME / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("page", [*PAGES[:2], "ARCHITECTURE.md"])
def test_the_files_that_a_page_links_to_are_there(page):
    targets = re.findall(r"\]\((?!https?:)([^)#]+)", text(page))
    assert targets
    assert [target for target in targets if not (HOME / target).exists()] == []


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md", "ARCHITECTURE.md"])
def test_the_paths_that_a_page_names_are_there(page):
    paths = re.findall(r"`((?:book|nnmath|literate|tests|\.github)/[\w./]*)`", text(page))
    assert paths
    assert [path for path in paths if not (HOME / path).exists()] == []


def test_the_architecture_names_every_room():
    named = re.findall(
        r"^\| `((?:nnmath|literate)/\w+/)` \|", text("ARCHITECTURE.md"), re.MULTILINE
    )
    rooms = {
        path.parent.relative_to(HOME).as_posix() + "/"
        for path in HOME.glob("[nl]*/*/__init__.py")
    }
    assert set(named) == {room for room in rooms if room.startswith(("nnmath/", "literate/"))}


def test_the_picture_quotes_the_chapter_and_the_package():
    picture = ElementTree.fromstring(text("book/_static/overview.svg"))
    quotes = [node.text for node in picture.iter() if "code" in node.get("class", "").split()]
    sources = text("book/modeling.md") + text("nnmath/model/network.py")
    assert len(quotes) == 9
    assert [quote for quote in quotes if quote not in sources] == []


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md"])
def test_the_targets_of_make_that_a_page_names_are_there(page):
    named = set(re.findall(r"\bmake ([a-z]+)(?=[\s`)]*(?:#|`|\n))", text(page)))
    targets = set(re.findall(r"^([a-z]+):", text("Makefile"), re.MULTILINE))
    assert {"book", "test"} <= named
    assert named - targets == set()


def test_paths_with_spaces_stay_one_word_in_every_recipe():
    command = ["make", "-n", "PYTHON=/a b/python", "serve", "floor", "newest", "proofs"]
    told = subprocess.run(command, cwd=HOME, capture_output=True, text=True, check=True)
    around = re.findall("(.)/a b/python(?! does)(.)", told.stdout)
    assert len(around) >= 5
    assert set(around) == {('"', '"')}
    recipes = re.findall("^\t.*", text("Makefile"), re.MULTILINE)
    assert [
        line for line in recipes if "$(CURDIR)" in line
    ] == []  # its quotes would end others


def test_the_readme_names_the_two_commands_and_the_quick_check():
    commands = re.findall(r"^(?:make|pytest) .*$", text("README.md"), re.MULTILINE)
    assert {"make book", "make test", "pytest --nbval-lax book"} <= set(commands)


def test_the_example_of_the_readme_runs():
    (example,) = re.findall(r"```python\n(.*?)```", text("README.md"), re.DOTALL)
    names = {}
    exec(example, names)
    assert names["A"][3].shape == (10, 10_000)


def test_the_options_of_cells_that_contributing_names_are_known():
    options = re.findall(r"^\| `(\w+): (.*?)` \|", text("CONTRIBUTING.md"), re.MULTILINE)
    assert {key for key, _ in options} == set(KEYS)
    tags = {tag for key, value in options if key == "tags" for tag in yaml.safe_load(value)}
    assert tags <= set(TAGS)


def test_the_command_for_the_lock_is_the_one_that_made_it():
    command = re.search(r"^#\s+(uv pip compile .*)$", text("requirements.txt"), re.MULTILINE)[1]
    assert command in text("CONTRIBUTING.md")
    assert command in text("Makefile")


def test_the_versions_agree():
    version = tomllib.loads(text("pyproject.toml"))["project"]["version"]
    assert yaml.safe_load(text("CITATION.cff"))["version"] == version


def test_the_workflow_calls_the_two_commands_on_each_supported_python():
    job = yaml.safe_load(text(".github/workflows/book.yml"))["jobs"]["test"]
    commands = [step["run"] for step in job["steps"] if "run" in step]
    # the tests build all anew: a build before them would be thrown away
    assert commands == ["make test", "make book"]
    assert job["strategy"]["matrix"]["python"] == ["3.11", "3.12", "3.13"]
    # without this, make takes the newest Python of the machine
    assert job["env"]["PYTHON"] == "python"


def test_the_workflow_tests_the_lowest_and_the_newest_versions():
    job = yaml.safe_load(text(".github/workflows/book.yml"))["jobs"]["package"]
    admitted = tomllib.loads(text("pyproject.toml"))["project"]["requires-python"]
    floor, newest = job["strategy"]["matrix"]["include"]
    assert floor == {"python": admitted.removeprefix(">="), "target": "floor"}
    assert newest["target"] == "newest"
    assert job["steps"][-1] == {"run": "make ${{ matrix.target }}"}
    names = [version.partition("==")[0] for version in lowest_versions(HOME / "pyproject.toml")]
    assert f"_build/newest,{' '.join(names)})" in text("Makefile")


def test_the_lowest_versions_are_those_that_the_project_names(tmp_path):
    file = tmp_path / "pyproject.toml"
    file.write_text(
        '[project]\ndependencies = ["a>=2.0"]\noptional-dependencies.b = ["c-d>=10"]\n'
    )
    assert lowest_versions(file) == ["a==2.0", "c-d==10"]
    file.write_text('[project]\ndependencies = ["a>=2.0,<3"]\n')
    with pytest.raises(ValueError, match=r"lowest version alone, got 'a>=2.0,<3'"):
        lowest_versions(file)


def test_a_release_is_tested_and_has_wheel_site_pdf_and_notebooks():
    steps = yaml.safe_load(text(".github/workflows/release.yml"))["jobs"]["release"]["steps"]
    commands = "\n".join(step.get("run", "") for step in steps)
    order = [
        "CHANGELOG.md",
        "make test",
        "make pdf",
        ".whl",
        "book.pdf",
        "site.zip",
        "gh release",
    ]
    places = [commands.index(word) for word in order]
    assert places == sorted(places)


def test_the_kept_results_are_computed_anew_every_week():
    workflow = yaml.load(text(".github/workflows/runs.yml"), yaml.BaseLoader)
    assert [entry["cron"].split()[-1] for entry in workflow["on"]["schedule"]] == ["1"]
    steps = workflow["jobs"]["runs"]["steps"]
    assert [step["run"] for step in steps if "run" in step] == ["make runs"]


def test_no_page_holds_a_path_of_one_machine():
    places = re.compile(r"(?<![\w.])/(?:home|root|work|Users)/\w")
    for page in [*PAGES, "Makefile", "CHANGELOG.md"]:
        assert not places.search(text(page)), page
