"""Answers to exercises in the page, and the edition for a class."""

import json
import shutil
import subprocess

import pytest

from literate.book.exercises import read_exercises
from literate.build.build_site import build_site
from tests.book import BOOK

from .conftest import HOME, WINDOW

EXERCISES = read_exercises(BOOK)
CHAPTERS = list(dict.fromkeys(e.chapter.docname for e in EXERCISES if e.answers))

FORMULA = "#ex-last-weighted form.answer"
SHAPE = "#ex-last-count form.answer"
NUMBER = "#ex-last-hand form.answer"
PAGE = "last_two_layers"


@pytest.fixture(scope="module")
def context(browser):
    context = browser.new_context(viewport=WINDOW)
    # these tests read words; formulas take most of a page's time
    context.route("**/mathjax/**", lambda route: route.abort())
    yield context
    context.close()


@pytest.fixture(scope="module")
def open_page(context, address):
    """Open a chapter whose formulas are not set."""
    page = context.new_page()

    def open_page(name):
        page.goto(f"{address}/{name}.html", wait_until="domcontentloaded")
        return page

    return open_page


@pytest.fixture
def page(open_page):
    """Open a chapter as a new reader."""
    page = open_page(PAGE)
    page.evaluate("localStorage.clear()")
    return open_page(PAGE)


@pytest.fixture(scope="module")
def open_forms(context, address):
    """Open a chapter once, for the tests whose verdicts leave nothing behind."""
    page = context.new_page()
    page.goto(f"{address}/{PAGE}.html", wait_until="domcontentloaded")
    return page


# Types all of [text, text, ...] into the field of one number, and gives all verdicts.
GIVE_ALL = """([number, texts]) => {
  const form = document.querySelectorAll("form.answer")[number];
  return texts.map(text => {
    form.querySelector("input").value = text;
    form.requestSubmit();
    return [form.dataset.state, form.querySelector(".answer-result").textContent];
  });
}"""


def give(form, text):
    """Type an answer and ask for a verdict; give its state and its words."""
    form.locator("input").fill(text)
    form.locator("button").click()
    return form.get_attribute("data-state"), form.locator(".answer-result").inner_text()


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_what_the_source_calls_right_is_right_and_each_wrong_answer_has_its_hint(
    open_page, chapter
):
    page = open_page(chapter)
    answers = [a for e in EXERCISES if e.chapter.docname == chapter for _, a in e.answers]
    forms = page.locator("form.answer")
    assert forms.count() == len(answers)
    for number, answer in enumerate(answers):
        right, *wrong = page.evaluate(GIVE_ALL, [number, [answer.right, *answer.wrong]])
        assert right == ["right", "Right."]
        for (state, words), hint in zip(wrong, answer.wrong.values(), strict=True):
            start = hint.partition("$")[0].partition("*")[0].strip()
            assert state == "wrong"
            assert words.startswith(f"Not right. {start}".strip())


@pytest.mark.parametrize(
    ("form", "text"),
    [
        (FORMULA, "-2 c s (y - a)"),
        (FORMULA, "2c(a-y)s"),
        (FORMULA, "c·s·((a−y+1)^2 − (a-y)² − 1)"),
        (FORMULA, "2*c*s*a - 2*c*s*y"),
        (FORMULA, "2 exp(ln(c) + ln(s)) * (a - y)"),
        (FORMULA, "[2 s / (1/c)] * (a - y)"),
        (SHAPE, "(32, 32, 784)"),
        (SHAPE, "32×32×784"),
        (SHAPE, "[32,32,784]"),
        (SHAPE, "32 by 32 by 784"),
        (NUMBER, "-2/2"),
        (NUMBER, "−1.0"),
    ],
)
def test_an_equivalent_form_is_right(open_forms, form, text):
    assert give(open_forms.locator(form), text) == ("right", "Right.")


@pytest.mark.parametrize(
    ("form", "text", "hint"),
    [
        (FORMULA, "2*c*s*(y - a)", "Only the sign is wrong."),
        (FORMULA, "4*c*s*(a - y)", "It is 2 times what is right"),
        (FORMULA, "c*s*(a - y)", "The square brings a factor 2."),
        (FORMULA, "2*c*s*(a + y)", "it is"),
        (FORMULA, "2*c*s*(a - y)/(c - c)", "It has no value at"),
        (FORMULA, "0", "would be right"),
        (SHAPE, "784 x 32 x 32", "in the other order"),
        (SHAPE, "32 x 25088", "It has 3 sizes, and here are 2."),
        (NUMBER, "-1.001", "near, but not near enough"),
    ],
)
def test_a_wrong_answer_has_a_hint_that_depends_on_the_mistake(open_forms, form, text, hint):
    state, words = give(open_forms.locator(form), text)
    assert state == "wrong"
    assert hint in words


@pytest.mark.parametrize(
    ("form", "text", "says", "selected"),
    [
        (FORMULA, "2*c*(a - y", "character 11. The parenthesis that opens at character 5", ""),
        (FORMULA, "2*c*a) - y", "character 6. A parenthesis closes here", ")"),
        (FORMULA, "2*c*q", "character 5. “q” is not known here. Known are a, y, c and s.", "q"),
        (FORMULA, "2*c*s*", "Something is missing at the end.", "*"),
        (FORMULA, "2**c*/s", "character 6. Before “/” something is missing.", "/"),
        (FORMULA, "ln a", "character 4. After ln parentheses are needed", "a"),
        (FORMULA, "1/2 c", "Write * or parentheses.", "c"),
        (FORMULA, "c 2", "A number after another factor", "2"),
        (FORMULA, "0,5*c", "character 2. Write a number with a point", ","),
        (FORMULA, "c; alert(1)", "character 2. “;” cannot be read.", ";"),
        (FORMULA, "constructor", "“constructor” is not known here.", "constructor"),
        (FORMULA, "<b>c</b>", "character 1. “<” cannot be read.", "<"),
        (FORMULA, "c+" * 300, "too long", "c"),
        (SHAPE, "32 32 784", "What stands between the two sizes?", "32 32 784"),
        (SHAPE, "32 x x 784", "A size is missing.", " "),
        (SHAPE, "n x m", "“n” is no size.", "n "),
        (SHAPE, "(32, 32", "One of the two parentheses is missing.", "(32, 32"),
        (NUMBER, "1.2.3", "Write a number with a point", "."),
        (NUMBER, "minus one", "“minus” is not known here.", "minus"),
    ],
)
def test_a_malformed_answer_is_told_where_and_is_neither_right_nor_wrong(
    open_forms, form, text, says, selected
):
    form = open_forms.locator(form)
    state, words = give(form, text)
    assert state == "malformed"
    assert words.startswith("Cannot be read, at character ")
    assert says in words
    field = form.locator("input")
    assert field.get_attribute("aria-invalid") == "true"
    assert field.evaluate("e => e.value.slice(e.selectionStart, e.selectionEnd)") == selected


@pytest.mark.parametrize("text", ["", "   "])
def test_an_empty_answer_is_no_wrong_answer(open_forms, text):
    assert give(open_forms.locator(FORMULA), text) == ("empty", "Nothing is written yet.")


def test_progress_outlives_a_reload_and_can_be_cleared(page, open_page):
    progress, button = (
        page.locator(".answers-progress p"),
        page.locator(".answers-progress button"),
    )
    assert progress.inner_text().startswith("0 of the 3 answers on this page are right.")
    assert page.locator("#exercises > h2 + .answers-progress").count() == 1
    assert "this browser alone remembers; nothing is sent" in progress.inner_text()
    give(page.locator(NUMBER), "-1")
    give(page.locator(SHAPE), "32 x 784")
    page = open_page(PAGE)
    assert progress.inner_text().startswith("1 of the 3 answers")
    assert page.locator(NUMBER).locator(".answer-result").inner_text().startswith("Right, as")
    assert page.locator(SHAPE).get_attribute("data-state") is None
    button.click()
    assert progress.inner_text().startswith("Forgotten. 0 of the 3 answers")
    assert page.evaluate("Object.keys(localStorage).filter(key => /answer/.test(key))") == []
    page = open_page(PAGE)
    assert progress.inner_text().startswith("0 of the 3 answers")


def test_a_browser_that_keeps_nothing_says_so_and_judges_all_the_same(context, address):
    page = context.new_page()
    page.add_init_script(
        "Object.defineProperty(window, 'localStorage', {get() { throw new Error('no'); }})"
    )
    page.goto(f"{address}/{PAGE}.html", wait_until="domcontentloaded")
    assert "This browser keeps nothing" in page.locator(".answers-progress").inner_text()
    assert give(page.locator(NUMBER), "-1") == ("right", "Right.")
    page.close()


def test_answers_are_given_by_keyboard(page):
    form = page.locator(FORMULA)
    form.locator("input").focus()
    page.keyboard.type("2*c*(a - y)*s")
    page.keyboard.press("Enter")
    assert form.get_attribute("data-state") == "right"
    assert form.locator("[role=status]").inner_text() == "Right."
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Check"
    outline = form.locator("button").evaluate("e => getComputedStyle(e).outlineStyle")
    assert outline == "solid"


def test_answers_are_given_by_touch_on_a_narrow_screen(browser, address):
    context = browser.new_context(viewport={"width": 320, "height": 640}, has_touch=True)
    context.route("**/mathjax/**", lambda route: route.abort())
    page = context.new_page()
    page.goto(f"{address}/{PAGE}.html", wait_until="domcontentloaded")
    form = page.locator(SHAPE)
    form.locator("input").tap()
    page.keyboard.type("784 x 32 x 32")
    form.locator("button").tap()
    assert form.get_attribute("data-state") == "wrong"
    for control in page.locator(
        "form.answer :is(input, button), .answers-progress button"
    ).all():
        box = control.bounding_box()
        assert min(box["width"], box["height"]) >= 24
        assert box["x"] + box["width"] <= 320
    context.close()


def test_the_label_and_the_hint_are_set_as_formulas(visit):
    seen = visit(f"{PAGE}.html")
    form = seen.page.locator(NUMBER)
    form.locator("label mjx-container").first.wait_for()
    form = seen.page.locator(FORMULA)
    give(form, "2*c*(a - y)")
    form.locator(".answer-result mjx-container").first.wait_for()
    assert seen.messages == []
    seen.page.context.close()


def test_print_and_readers_without_scripts_see_the_exercise_alone(browser, address, page):
    page.emulate_media(media="print")
    assert not page.locator(FORMULA).is_visible()
    assert not page.locator(".answers-progress").is_visible()
    page.emulate_media(media="screen")
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}/{PAGE}.html", wait_until="domcontentloaded")
    exercise = page.locator("#ex-last-weighted")
    assert "weighted squared error" in exercise.inner_text()
    assert exercise.locator("input, button, form").count() == 0
    context.close()


def test_answers_work_from_a_file(context, site):
    page = context.new_page()
    page.goto((site / f"{PAGE}.html").as_uri(), wait_until="domcontentloaded")
    assert give(page.locator(NUMBER), "-1") == ("right", "Right.")
    page.close()


def test_a_page_without_answers_loads_no_script_for_them(site):
    assert "answers.js" in (site / f"{PAGE}.html").read_text(encoding="utf-8")
    assert "answers.js" not in (site / "preface.html").read_text(encoding="utf-8")


EXERCISE = """
## Exercises

````{exercise} By hand
:label: ex-late
:level: easy
:minutes: 5
What is the answer?

```{answer}
ask: The answer
number: 41
confirm: answer()
wrong:
  42: This is another book's.
```
````

````{solution-start} ex-late
:class: dropdown
````
It is of a kind that only a solution names: xylophone.

```{code-cell} ipython3
zither = answer()
print(zither * 1000)
assert zither == answer()
```

```{solution-end}
```
"""


def test_the_class_edition_has_the_exercises_and_no_trace_of_solutions(small_book):
    late = small_book / "book" / "late.md"
    late.write_text(late.read_text() + EXERCISE)
    first = build_site(small_book, everything=False, solutions=False)
    assert first == small_book / "_build" / "html-class" / "index.html"
    page = (first.parent / "late.html").read_text(encoding="utf-8")
    assert "What is the answer?" in page
    assert "the solutions are left out" in page
    for path in first.parent.rglob("*"):
        if path.suffix in (".html", ".js", ".json", ".txt", ".ipynb") and path.is_file():
            text = path.read_text(encoding="utf-8")
            for word in ("xylophone", "zither", "41000", "another book"):
                assert word not in text, f"{word} in {path.name}"
    assert "answers.js" not in page
    assert not (small_book / "_build" / "html" / "late.html").read_text().count("xylophone")


def test_make_hands_the_edition_on():
    make = shutil.which("make")
    if not make:
        pytest.skip("there is no make")
    for edition in ("no", "yes"):
        done = subprocess.run(
            [make, "-n", f"solutions={edition}", "book", "serve"],
            cwd=HOME,
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        assert f"literate build --solutions {edition}" in done
        assert ("_build/html-class" in done) == (edition == "no")


def test_the_data_in_the_page_is_no_more_than_the_script_needs(site):
    page = (site / f"{PAGE}.html").read_text(encoding="utf-8")
    start = page.index('class="answer">') + len('class="answer">')
    data = json.loads(page[start : page.index("</script>", start)])
    assert set(data) == {"name", "kind", "right", "variables", "tolerance", "ask", "wrong"}
