"""Style sheets, scripts and pages ask no other host, whatever a reader does and whenever.

The pages are opened in a browser elsewhere; what a page would ask for only on hover, in print, far
below or after a while shows in what it is made of.
"""

import re

import pytest

ASKS = {
    ".css": re.compile(
        r"""url\(\s*['"]?(?:https?:)?//[^)]*\)|@import\s+['"](?:https?:)?//[^'"]*"""
    ),
    ".js": re.compile(
        r"""(?:\bfetch|\bimport|\.open|sendBeacon|importScripts|new\s+(?:Worker|WebSocket|EventSource|Image))"""
        r"""\s*\([^)'"`]*['"`](?:https?:|wss?:)?//[^'"`]*"""
        r"""|\.(?:src|href)\s*=\s*['"`](?:https?:)?//[^'"`]*"""
    ),
    ".html": re.compile(
        r"""<(?:img|script|iframe|source|video|audio|embed|object|track)\b[^>]*"""
        r"""\s(?:src|srcset|data|poster)\s*=\s*["']?(?:https?:)?//[^"'\s>]*"""
        r"""|<link\b(?=[^>]*rel=["']?(?:stylesheet|preload|prefetch|preconnect|dns-prefetch|icon))"""
        r"""[^>]*href=["']?(?:https?:)?//[^"'\s>]*"""
        r"""|url\(\s*['"]?(?:https?:)?//[^)]*\)"""
    ),
}
"""By the ending of a file, what asks another host."""


def asks(name, text):
    """List what a file asks of other hosts."""
    pattern = ASKS[name[name.rindex(".") :]]
    return [match[0][:120] for match in pattern.finditer(text)]


@pytest.mark.parametrize("ending", ASKS)
def test_no_file_of_the_site_asks_another_host(site, ending):
    files = sorted(site.rglob(f"*{ending}"))
    assert files
    found = {
        str(path.relative_to(site)): asked
        for path in files
        if (asked := asks(path.name, path.read_text(encoding="utf-8")))
    }
    assert found == {}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.css", "a:hover { background: url(https://example.org/a.png) }"),
        ("a.css", '@media print { a { cursor: url("//example.org/a.cur") } }'),
        ("a.css", '@import "https://example.org/a.css";'),
        ("a.js", "setTimeout(() => fetch('https://example.org/a'), 5000)"),
        ("a.js", 'await import("https://example.org/a.js")'),
        ("a.js", "image.src = 'https://example.org/a.png'"),
        ("a.js", "new Worker(`https://example.org/a.js`)"),
        ("a.html", '<img loading="lazy" src="https://example.org/a.png">'),
        ("a.html", '<link rel="stylesheet" media="print" href="https://example.org/a.css">'),
        ("a.html", '<p style="background: url(//example.org/a.png)">'),
    ],
)
def test_what_would_ask_is_seen(name, text):
    assert asks(name, text)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.css", "/* see https://example.org */ a { background: url(a.png) }"),
        ("a.js", "// https://example.org\nfetch('a.json')"),
        ("a.html", '<a href="https://example.org">there</a><img src="a.png">'),
        ("a.html", '<link rel="canonical" href="https://example.org/a.html">'),
    ],
)
def test_what_only_names_another_host_asks_nothing(name, text):
    assert asks(name, text) == []
