"""What axe finds in a page, or in a part of one, by day and by night."""

from axe_playwright_python.sync_playwright import Axe

# WCAG 2.1, levels A and AA. By night only the colours differ.
COLOURS = ["color-contrast", "link-in-text-block"]
RULES = {
    "light": {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]},
    "dark": {"runOnly": {"type": "rule", "values": COLOURS}},
}
BUT_COLOURS = RULES["light"] | {"rules": {rule: {"enabled": False} for rule in COLOURS}}

# Without the list of all that is right, which takes axe most of its time.
FAST = {"resultTypes": ["violations"]}

# Takes away what stands around an element: axe reads all of a page, whatever part it is to judge.
TAKE_AROUND = """place => {
  for (let e = document.querySelector(place); e !== document.body; e = e.parentElement)
    [...e.parentElement.children].forEach(other => { if (other !== e) other.remove(); });
}"""


def violations(page, rules, place=None):
    """List what axe finds in a page, or in what a selector names."""
    found = Axe().run(page, context=place, options=rules | FAST).response["violations"]
    return [
        f"{rule['id']}: {node['target']} {node['failureSummary']} {node['html']}"
        for rule in found
        for node in rule["nodes"]
    ]


def violations_in(page, place):
    """List what axe finds in a part of a page in both schemes; afterwards it is alone there."""
    page.evaluate(TAKE_AROUND, place)
    found = []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        page.locator(f"html[data-theme={scheme}]").wait_for()
        found += violations(page, RULES[scheme] | {"preload": False}, place)
    return found
