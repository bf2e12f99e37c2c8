"""The theme's icons, the few that it shows: a font of some kilobytes in the place of a megabyte.

The theme brings Font Awesome whole, as a script and three fonts. This takes the letters it uses out
of the solid font, and its template ``static/webpack-macros.html`` loads them in the others' place.
"""

import re
from base64 import b64encode
from io import BytesIO
from pathlib import Path

import pydata_sphinx_theme
from fontTools import subset
from sphinx.application import Sphinx

HOME = Path(pydata_sphinx_theme.__file__).parent / "theme" / "pydata_sphinx_theme" / "static"
NAMES = (
    "angle-left",
    "angle-right",
    "arrow-up",
    "bars",
    "chevron-down",
    "chevron-right",
    "circle-half-stroke",
    "download",
    "list",
    "magnifying-glass",
    "moon",
    "rocket",
    "sun",
    "xmark",
)
ALSO = "\uf35d\uf0f3\uf010"
"""Letters that the theme's own style sheet names: an external link, a bell, a lens with a minus."""

STYLE = """\
/* Icons from Font Awesome Free, https://fontawesome.com, fonts under the SIL OFL 1.1. */
:root {{ --fa-font-solid: normal 900 1em/1 "Font Awesome 6 Free"; --fa-style-family-classic: "Font Awesome 6 Free"; }}
@font-face {{ font-family: "Font Awesome 6 Free"; font-style: normal; font-weight: 900; font-display: block; src: url(data:font/woff;base64,{font}) format("woff"); }}
.fa-solid, .fas, .fa {{ display: inline-block; font: var(--fa-font-solid); text-rendering: auto; -webkit-font-smoothing: antialiased; }}
.fa-lg {{ font-size: 1.25em; line-height: 0.05em; vertical-align: -0.075em; }}
{rules}
"""  # noqa: E501


def letters() -> dict[str, str]:
    """Read off the theme's style sheet which letter is which icon."""
    (sheet,) = HOME.glob("vendor/fontawesome/*/css/all.min.css")
    text = sheet.read_text(encoding="utf-8")
    found = {}
    for name in NAMES:
        match = re.search(rf"\.fa-{name}:before[^{{]*{{content:\"\\([0-9a-f]+)\"", text)
        if not match:
            raise ValueError(f"the theme has no icon {name}")
        found[name] = chr(int(match[1], 16))
    return found


def font_of(text: str) -> bytes:
    """Cut the letters of a text out of the solid font."""
    (path,) = HOME.glob("vendor/fontawesome/*/webfonts/fa-solid-900.ttf")
    options = subset.Options(flavor="woff", notdef_outline=True, layout_features=[])
    font = subset.load_font(str(path), options)
    font["head"].modified = font["head"].created  # no time of the build
    font.recalcTimestamp = False
    cutter = subset.Subsetter(options)
    cutter.populate(text=text)
    cutter.subset(font)
    target = BytesIO()
    subset.save_font(font, target, options)
    return target.getvalue()


def write_icons(app: Sphinx) -> None:
    """Write the style sheet among the static files of the site."""
    if app.builder.format != "html":
        return
    known = letters()
    font = b64encode(font_of("".join([*known.values(), ALSO]))).decode()
    rules = "\n".join(
        f'.fa-{name}::before {{ content: "\\{ord(letter):x}"; }}'
        for name, letter in known.items()
    )
    target = Path(app.outdir) / "_static" / "icons.css"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(STYLE.format(font=font, rules=rules), encoding="utf-8")


def setup(app: Sphinx) -> None:
    """Register the event."""
    app.connect("builder-inited", write_icons)
