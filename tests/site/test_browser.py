"""Finding or installing a browser; nothing is installed here."""

import pytest

from literate.build import browser
from literate.errors import BookError


@pytest.fixture
def installs(monkeypatch):
    """Make a machine without a browser, on which an installation succeeds."""
    commands = []
    monkeypatch.delenv("CHROME", raising=False)
    monkeypatch.setattr(
        browser, "find_browser", lambda: "/usr/bin/chromium" if commands else None
    )
    monkeypatch.setattr(browser, "run", commands.append)
    return commands


def test_variable_names_the_browser(monkeypatch, tmp_path):
    program = tmp_path / "my-chrome"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    monkeypatch.setenv("CHROME", str(program))
    assert browser.ensure_browser() == str(program)


def test_variable_that_names_no_program_is_refused(monkeypatch):
    monkeypatch.setenv("CHROME", "/none/chrome")
    with pytest.raises(BookError, match="CHROME=/none/chrome: expected the path or name"):
        browser.ensure_browser()


def test_browser_that_is_there_is_taken(monkeypatch, tmp_path):
    program = tmp_path / "google-chrome"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    monkeypatch.delenv("CHROME", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert browser.ensure_browser() == str(program)


def test_browser_without_windows_comes_first(monkeypatch, tmp_path):
    for name in ("chromium", "chromium-headless-shell"):
        (tmp_path / name).write_text("#!/bin/sh\n")
        (tmp_path / name).chmod(0o755)
    monkeypatch.delenv("CHROME", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert browser.ensure_browser() == str(tmp_path / "chromium-headless-shell")


def test_debian_root_gets_debians_package_and_is_told(installs, monkeypatch, capsys):
    monkeypatch.setattr(browser, "is_debian_root", lambda: True)
    assert browser.ensure_browser() == "/usr/bin/chromium"
    assert [command[:2] for command in installs] == [
        ["apt-get", "update"],
        ["apt-get", "install"],
    ]
    assert installs[-1][-1] == "chromium-headless-shell"
    assert "installing Debian's chromium" in capsys.readouterr().out


def test_others_get_playwrights_and_are_told(installs, monkeypatch, capsys):
    monkeypatch.setattr(browser, "is_debian_root", lambda: False)
    assert browser.ensure_browser() == "/usr/bin/chromium"
    assert [command[1:] for command in installs] == [
        ["-m", "playwright", "install", "chromium"]
    ]
    assert "installing Playwright's own" in capsys.readouterr().out


def test_installation_that_fails_says_what_to_do():
    with pytest.raises(BookError, match=r"failed: .*; install Chromium or Chrome by hand"):
        browser.run(["/none/apt-get", "update"])
