"""The site opened from a folder instead of a server: one page of each kind that loads the same scripts."""


def test_page_opens_from_a_folder(browser, site, kind_of_page):
    page = browser.new_page()
    messages, foreign = [], []
    page.on(
        "console", lambda m: messages.append(m.text) if m.type in ("error", "warning") else None
    )
    page.on("pageerror", lambda error: messages.append(str(error)))
    page.on("request", lambda r: r.url.startswith(("file:", "data:")) or foreign.append(r.url))
    page.goto((site / kind_of_page).as_uri())
    page.evaluate("Promise.resolve(window.MathJax?.startup?.promise).then(() => null)")
    assert page.locator("main h1").first.inner_text()
    assert page.locator("article .math:not(:has(mjx-container))").count() == 0
    assert (messages, foreign) == ([], [])
    page.close()
