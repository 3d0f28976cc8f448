"""The page in a real browser: Chromium, driven by Playwright, with both engines."""

from __future__ import annotations

import functools
import http.server
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from shutil import which
from typing import Any

import pytest

pytestmark = [
    pytest.mark.slow, pytest.mark.needs("chromium"), pytest.mark.needs("playwright"),
    pytest.mark.needs("starlette"), pytest.mark.needs("httptools"),
]  # fmt: skip
FORMULA, SHOWN = "x^2 sin(3x)", "2*x*sin(3*x) + 3*x^2*cos(3*x)"
WIDTHS = (360, 800, 1400)
BYTES_BEFORE_A_PREVIEW = 300_000
OWN_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """A server of its own, on a free port."""
    run = [sys.executable, "-m", "symgrad", "serve", "--port", "0"]
    process = subprocess.Popen(run, stdout=subprocess.PIPE, text=True)
    try:
        yield process.stdout.readline().split()[3]
    finally:
        process.terminate()
        process.wait()


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=which("chromium"), args=["--no-sandbox"])


@pytest.fixture
def page(browser: Any, address: str) -> Iterator[Any]:
    """The page, freshly opened; an error in its scripts fails the test."""
    yield from opened(browser, address)


def opened(browser: Any, address: str, **options: Any) -> Iterator[Any]:
    context = browser.new_context(locale="en-GB", **options)
    page, errors = context.new_page(), []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(address)
    page.wait_for_selector("#diff-form .main:enabled", state="attached")
    yield page
    context.close()
    assert [] == errors


def differentiated(page: Any, text: str = FORMULA) -> None:
    page.fill("#formula", text)
    page.wait_for_selector("#formula-preview math")
    page.keyboard.press("Enter")
    page.wait_for_selector("#diff-verdict.good, #diff-verdict.odd")


def texts(page: Any, selector: str) -> list[str]:
    return [item.strip() for item in page.locator(selector).all_inner_texts()]


def test_a_formula_is_typeset_while_it_is_typed(page: Any) -> None:
    """Typing and LaTeX are read alike, before anything is computed."""
    for text in ("x/(x+1)", r"\frac{x}{x+1}"):
        page.fill("#formula", text)
        page.wait_for_selector("#formula-preview mfrac")


def test_what_is_typed_before_the_scripts_are_here_is_read(browser: Any, address: str) -> None:
    """Over a slow line one types first: nothing is lost, Enter included, and all works then."""
    context = browser.new_context()
    page, held = context.new_page(), []
    page.route("**/words.en.json", lambda route: held.append(route))
    page.goto(address)
    page.fill("#formula", FORMULA)
    page.press("#formula", "Enter")
    assert page.is_disabled("#diff-form .main") and FORMULA == page.input_value("#formula")
    while not held:
        page.wait_for_timeout(10)
    for route in held:
        route.continue_()
    page.wait_for_selector("#formula-preview math")
    page.press("#formula", "Enter")
    page.wait_for_selector("#diff-verdict.good")
    context.close()


def test_what_cannot_be_read_is_shown_where_it_fails(page: Any) -> None:
    """Carets stand under the place; a button puts in what was perhaps meant."""
    page.fill("#formula", "x^2 sni(x)")
    page.wait_for_selector("#formula-preview .caret")
    page.click("#formula-preview button")
    page.wait_for_selector("#formula-preview math")
    assert "x^2 sin(x)" == page.input_value("#formula")
    page.select_option("#language", "de")
    page.fill("#formula", "x^2 sni(x)")
    page.click("#formula-preview button:has-text('x^2 sin(x) nehmen')")


def test_a_name_of_several_letters_is_declared_by_a_button(page: Any) -> None:
    """speed is unknown until it is said to be one variable; the link keeps that."""
    page.fill("#formula", "speed^2")
    page.click("#formula-preview button:has-text('speed is one variable')")
    page.wait_for_selector("#formula-preview math")
    page.press("#formula", "Enter")
    page.wait_for_selector("#diff-verdict.good")
    assert "vars=speed" in page.url


def test_all_readings_are_offered(page: Any) -> None:
    """1/2x is shown both ways, and the one that is chosen is typed."""
    page.fill("#formula", "1/2x")
    page.wait_for_selector(".readings button")
    assert 2 == page.locator(".readings button").count()
    page.click(".readings button >> nth=1")
    page.wait_for_selector("#formula-preview .wide math")
    assert "1/(2*x)" == page.input_value("#formula")


def test_a_derivative_with_its_steps(page: Any) -> None:
    """The derivative comes with its verdict, and its steps open one by one."""
    differentiated(page)
    assert "Verified" in page.inner_text("#diff-verdict")
    page.click("#steps-part summary")
    page.wait_for_selector(".step")
    assert 1 == page.locator(".step").count()
    page.click("button:text-is('Next step')")
    assert 2 == page.locator(".step").count()
    page.click("button:text-is('All steps')")
    assert ["1. product rule", "2. power rule"] == texts(page, ".step h3")[:2]
    assert 4 == page.locator(".step .tick").count()


def test_it_can_be_copied_and_linked(page: Any, browser: Any, address: str) -> None:
    """LaTeX, Python, C and text are one button each; a link opens with the same formula."""
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    differentiated(page)
    page.click(".copies button:text-is('text')")
    assert SHOWN == page.evaluate("navigator.clipboard.readText()")
    for again in opened(browser, page.url):
        again.wait_for_selector("#diff-verdict.good")
        assert FORMULA == again.input_value("#formula")


def test_poles_are_not_crossed(page: Any) -> None:
    """tan is drawn in five pieces between four poles; the tangent moves by the keyboard."""
    differentiated(page, "tan x")
    page.wait_for_selector(".plot .f")
    assert 5 == page.get_attribute(".plot path.f", "d").count("M")
    assert 4 == page.locator(".plot .pole").count()
    says = page.locator("#plot .playing")
    says.get_by_text("At x = 1: f = 1.5574, f′ = 3.4255").wait_for()
    page.focus("#tangent-x")
    page.keyboard.press("ArrowLeft")
    says.get_by_text("At x = 0.96: f = 1.4284, f′ = 3.0402").wait_for()


def test_a_corner_has_no_tangent(page: Any) -> None:
    """At the corner of |x-1| the height is told, and no slope."""
    differentiated(page, "|x-1| + 2")
    page.locator("#plot .playing").get_by_text("At x = 1: f = 2; no finite derivative").wait_for()
    assert not page.locator("#plot line.tangent").is_visible()


def test_a_verdict_goes_with_its_answer(page: Any) -> None:
    """An edited answer or question has no verdict; a question with an error leaves no preview."""
    page.click("#tab-check")
    for box, text in (("#answer", "3x"), ("#question", "x^3"), ("#question", "")):
        page.fill("#question", "x^2")
        page.fill("#answer", "2x")
        page.click("#check-form button.main")
        page.wait_for_selector("#check-answer .verdict.good")
        page.fill(box, text)
        assert "" == page.inner_text("#check-answer")
    page.click("#check-form button.main")
    assert "" == page.inner_text("#check-answer")
    for question in ("1/2x", "x^"):
        page.fill("#question", question)
        page.fill("#answer", "7x")
        page.locator("#answer-preview math").get_by_text("7").wait_for()
        page.fill("#answer", "3x")
        page.locator("#answer-preview math").get_by_text("3").wait_for()


def test_both_sweeps_are_played(page: Any) -> None:
    """Step by step every value, then every += appears; the last gradient is the derivative."""
    differentiated(page, "x*x + 3x")
    page.click("#graph-part summary")
    page.wait_for_selector(".graph svg")
    grads = page.locator(".graph .variable .grad")
    assert [""] == grads.all_text_contents()
    told = []
    while page.is_enabled("button:text-is('Next')"):
        page.click("button:text-is('Next')")
        told.append(page.inner_text("#graph .playing"))
    assert 3 == sum("x.grad +=" in text for text in told)
    assert ["grad 7"] == grads.all_text_contents()


def test_an_answer_is_read_before_it_is_judged(page: Any) -> None:
    """The preview comes while typing; a hint comes before the place, each when asked for."""
    page.click("#tab-check")
    page.fill("#question", FORMULA)
    page.fill("#answer", "2x sin(3x) + x^2 cos(3x)")
    page.wait_for_selector("#answer-preview math")
    assert "" == page.inner_text("#check-answer")
    page.click("#check-form button.main")
    page.wait_for_selector("#check-answer .verdict.bad")
    assert "sin(3*x)" not in page.inner_text("#check-answer")
    page.click("button:text-is('A hint')")
    assert "chain rule" in page.inner_text("#check-answer").lower()
    assert "sin(3*x)" not in page.inner_text("#check-answer")
    page.click("button:text-is('Where?')")
    assert "sin(3*x)" in page.inner_text("#check-answer")
    page.fill("#answer", SHOWN)
    page.click("#check-form button.main")
    page.wait_for_selector("#check-answer .verdict.good")


def test_a_working_is_judged_line_by_line(page: Any) -> None:
    """Several lines are a working: each has its verdict."""
    page.click("#tab-check")
    page.fill("#question", "x^2")
    page.fill("#answer", "f'(x) = 2x\n= 3x")
    page.click("#check-form button.main")
    page.wait_for_selector("#check-answer .verdict.bad")
    assert 2 == page.locator("#check-answer .step").count()


def test_questions_of_other_kinds_are_checked(page: Any) -> None:
    """A tangent is asked for with its point, and a wrong one is told what is right about it."""
    page.click("#tab-check")
    page.select_option("#kind", "tangent")
    page.fill("#question", "x^2")
    page.fill("#kind-fields [name=at]", "x=3")
    page.fill("#answer", "y = 6x - 8")
    page.wait_for_selector("#answer-preview math")
    page.click("#check-form button.main")
    page.wait_for_selector("#check-answer .verdict.bad")
    page.fill("#answer", "y = 6x - 9")
    page.click("#check-form button.main")
    page.wait_for_selector("#check-answer .verdict.good")
    page.select_option("#kind", "extrema")
    page.fill("#question", "x^3 - 3x")
    page.fill("#answer", "max at -1, min at 1")
    page.click("#check-form button.main")
    page.wait_for_selector("#check-answer .verdict.good")


def test_a_link_to_a_question_keeps_its_fields(page: Any, browser: Any) -> None:
    """The point, the places and what is assumed: whoever opens it sees the same verdict."""
    page.click("#tab-check")
    page.select_option("#kind", "value")
    page.fill("#question", "e^x")
    typed = {"[name=at]": "x=1", "[name=places]": "2", "#check-assume": "x>0"}
    page.click(".options summary")
    for box, text in typed.items():
        page.fill(box, text)
    page.fill("#answer", "2.72")
    page.click("#check-form .main")
    page.wait_for_selector("#check-answer .verdict.good")
    for again in opened(browser, page.url):
        again.wait_for_selector("#check-answer .verdict.good")
        assert typed == {box: again.input_value(box) for box in typed}
        again.select_option("#language", "de")
        again.wait_for_selector("#kind option:text-is('Tangente')", state="attached")
        assert "x=1" == again.input_value("[name=at]")


def test_what_was_perhaps_meant_is_a_button(page: Any) -> None:
    """With its argument: sin(2*x) for sin2x, and sin alone where the argument is there."""
    for text, meant in (("sin2x", "sin(2*x)"), ("2 sine(x)", "2 sin(x)")):
        page.fill("#formula", text)
        page.click(f"#formula-preview button:has-text('Use {meant}')")
        assert meant == page.input_value("#formula")


def test_practice_goes_on(page: Any) -> None:
    """An exercise is asked and judged, its solution shown, and the score kept in the browser."""
    page.click("#tab-practise")
    page.select_option("#rule", "chain")
    page.wait_for_selector("#exercise math")
    page.fill("#exercise-answer", "1")
    page.click("#practise-form button.main")
    page.wait_for_selector("#exercise-result .verdict.bad")
    assert "0 of 1" in page.inner_text("#progress")
    page.click("#show-solution")
    page.wait_for_selector("#exercise-result .solution math")
    page.click("#new-exercise")
    page.wait_for_selector("#exercise-result:empty", state="attached")
    page.reload()
    page.click("#tab-practise")
    page.wait_for_selector("#exercise math")
    assert "0 of 1" in page.inner_text("#progress")


def test_the_keyboard_is_enough(page: Any) -> None:
    """Tab, arrows, Enter and Space reach and work everything that the pointer does."""
    page.focus("#tab-differentiate")
    page.keyboard.press("ArrowRight")
    assert "check" == page.evaluate("document.activeElement.id.slice(4)")
    page.keyboard.press("Home")
    page.keyboard.press("Tab")
    assert "formula" == page.evaluate("document.activeElement.id")
    page.keyboard.type(FORMULA)
    page.wait_for_selector("#formula-preview math")
    page.keyboard.press("Enter")
    page.wait_for_selector("#diff-verdict.good")
    reached = set()
    for _ in range(40):
        page.keyboard.press("Tab")
        here = page.evaluate("document.activeElement.closest('details')?.id ?? ''")
        if here and page.evaluate("document.activeElement.localName") == "summary":
            if here not in reached and here != "plot-part":
                page.keyboard.press("Space")
            reached.add(here)
    assert {"steps-part", "plot-part", "graph-part"} <= reached
    page.wait_for_selector(".graph svg")


def test_a_phone_has_keys_for_mathematics(browser: Any, address: str) -> None:
    """Where a finger types, a row of keys writes what a phone's keyboard hides."""
    for page in opened(browser, address, viewport={"width": 360, "height": 640}, has_touch=True,
                       is_mobile=True):  # fmt: skip
        page.fill("#formula", "x")
        page.tap("#diff-form .keys button:text-is('x²')")
        page.tap("#diff-form .keys button:text-is('·')")
        page.tap("#diff-form .keys button:text-is('sin')")
        page.keyboard.type("x)")
        assert "x^2*sin(x)" == page.input_value("#formula")
        page.wait_for_selector("#formula-preview math")


@pytest.mark.parametrize("text", ["<img src=x onerror=document.title='hacked'>", "x\"'><script>",
                                  "\\href{javascript:document.title='hacked'}{x}"])
def test_what_is_typed_never_becomes_markup(page: Any, text: str) -> None:
    """A text that looks like HTML is a text."""
    page.fill("#formula", text)
    page.wait_for_selector("#formula-preview .error")
    assert "symgrad" == page.title()
    assert 0 == page.locator("#formula-preview img, #formula-preview script").count()


def test_what_comes_before_the_first_preview_is_small(browser: Any, address: str) -> None:
    """Over a slow line a preview needs some 60 kB, not megabytes."""
    context = browser.new_context()
    page, sizes = context.new_page(), []
    page.on("requestfinished", lambda request: sizes.append(
        request.sizes()["responseBodySize"] + request.sizes()["responseHeadersSize"]))  # fmt: skip
    page.goto(address)
    page.fill("#formula", FORMULA)
    page.wait_for_selector("#formula-preview math")
    context.close()
    assert BYTES_BEFORE_A_PREVIEW > sum(sizes)


def test_nothing_sticks_out(page: Any) -> None:
    """At every width, and at 200 % of a phone's, the page itself never scrolls sideways."""
    differentiated(page, "x^2 sin(3x) e^(x^2) ln(x+7) tanh(1+x+x^2+x^3+x^4)")
    page.click("#steps-part summary")
    page.click("#graph-part summary")
    page.wait_for_selector(".step")
    page.wait_for_selector(".graph svg")
    wide = {}
    for width in (320, *WIDTHS):
        page.set_viewport_size({"width": width, "height": 800})
        wide[width] = page.evaluate("document.documentElement.scrollWidth")
    assert {width: width for width in wide} == wide
    page.set_viewport_size({"width": 320, "height": 800})
    for language in ("de", "es", "fr"):
        page.select_option("#language", language)
        for tab in ("check", "practise"):
            page.click(f"#tab-{tab}")
            page.wait_for_timeout(300)
            for kind in ("derivative", "monotonicity", "directional") if tab == "check" else ("",):
                if kind:
                    page.select_option("#kind", kind)
                wide = page.evaluate("document.documentElement.scrollWidth")
                assert 320 == wide, (language, tab, kind)


@pytest.mark.needs("axe_playwright_python")
@pytest.mark.parametrize(("scheme", "locale"), [("light", "en-GB"), ("dark", "de-DE")])
def test_axe_finds_nothing(browser: Any, address: str, scheme: str, locale: str) -> None:
    """WCAG 2.2 AA by axe-core: no violation, in any state of the page, light or dark."""
    from axe_playwright_python.sync_playwright import Axe

    found = []

    def look(page: Any, state: str) -> None:
        run = {"runOnly": {"type": "tag", "values": OWN_TAGS}}
        for v in Axe().run(page, options=run).response["violations"]:
            found.append((state, v["id"], [node["html"][:120] for node in v["nodes"]][:3]))

    context = browser.new_context(locale=locale, color_scheme=scheme)
    page = context.new_page()
    page.goto(address)
    look(page, "empty")
    page.fill("#formula", "x sni(2")
    page.wait_for_selector("#formula-preview .error")
    look(page, "error")
    page.fill("#formula", "1/2x")
    page.wait_for_selector(".readings")
    look(page, "readings")
    differentiated(page, "x y + tanh(x)")
    page.click("#steps-part summary")
    page.click("#graph-part summary")
    page.wait_for_selector(".graph svg")
    page.wait_for_selector(".step")
    page.wait_for_selector(".plot .f")
    look(page, "derivative")
    page.click("#tab-check")
    page.fill("#question", FORMULA)
    page.fill("#answer", "2x cos(3x)")
    page.click("#check-form button.main")
    page.wait_for_selector("#check-answer .verdict")
    page.click("#check-answer button")
    look(page, "check")
    page.click("#tab-practise")
    page.wait_for_selector("#exercise .asked")
    page.fill("#exercise-answer", "x")
    page.click("#practise-form button.main")
    page.wait_for_selector("#exercise-result .verdict")
    look(page, "practise")
    context.close()
    assert [] == found


# --- a class --------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def class_room(tmp_path_factory: Any) -> Iterator[tuple[str, str]]:
    """A server with a set and a database: its address, and the teacher's code."""
    folder = tmp_path_factory.mktemp("class")
    problems = Path(__file__).parents[1] / "examples" / "sets" / "chain_rule.toml"
    run = [sys.executable, "-m", "symgrad", "serve", "--port", "0", "--set", str(problems),
           "--db", str(folder / "attempts.sqlite")]  # fmt: skip
    process = subprocess.Popen(run, stdout=subprocess.PIPE, text=True)
    try:
        code = process.stdout.readline().split()[-1]
        yield process.stdout.readline().split()[3], code
    finally:
        process.terminate()
        process.wait()


@pytest.mark.needs("axe_playwright_python")
def test_a_class_works_on_a_set(browser: Any, class_room: tuple[str, str]) -> None:
    """The teacher makes codes; a student answers; the teacher sees it, and axe finds nothing."""
    from axe_playwright_python.sync_playwright import Axe

    address, code = class_room
    for page in opened(browser, address):
        page.click("#tab-practise")
        page.fill("#code", code)
        page.keyboard.press("Enter")
        page.fill("#names", "Ada\nEmmy")
        page.click("button:text-is('Make codes')")
        page.wait_for_selector("#codes pre")
        student = page.inner_text("#codes pre").splitlines()[0].split("\t")[1]
        for other in opened(browser, address):
            other.click("#tab-practise")
            other.fill("#code", student)
            other.keyboard.press("Enter")
            other.wait_for_selector(".problem")
            other.fill("#problem-0", "x")
            other.press("#problem-0", "Enter")
            other.wait_for_selector(".problem .verdict.bad")
            assert [] == Axe().run(other).response["violations"]
        page.reload()
        page.click("#tab-practise")
        page.wait_for_selector("#teacher table >> nth=1")
        assert "1" in texts(page, "#teacher table >> nth=1 >> td")
        page.click("button:text-is('Half')")
        page.wait_for_selector("td:has-text('50 %')")
        page.fill("#names", "\n".join(["Ada", *(f"student {k}" for k in range(40)), "Emmy"]))
        page.click("button:text-is('Make codes')")
        page.wait_for_selector("#codes pre")
        assert 40 == len(page.inner_text("#codes pre").splitlines())  # who has a code keeps it
        assert page.locator("#codes .hint:has-text('Ada, Emmy')").is_visible()
        assert [] == Axe().run(page).response["violations"]


# --- without a server -----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def static_site(tmp_path_factory: Any) -> Iterator[str]:
    """What `symgrad site` writes, on a host of static files."""
    folder = tmp_path_factory.mktemp("site")
    run = [sys.executable, "-m", "symgrad", "site", "--out", str(folder)]
    subprocess.run(run, check=True, stdout=subprocess.DEVNULL)

    class Quiet(http.server.SimpleHTTPRequestHandler):
        extensions_map = {**http.server.SimpleHTTPRequestHandler.extensions_map,
                          ".mjs": "text/javascript", ".wasm": "application/wasm"}  # fmt: skip

        def log_message(self, *about: Any) -> None:
            pass

    handler = functools.partial(Quiet, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


@pytest.mark.needs("npm")
def test_symgrad_runs_in_the_browser(browser: Any, static_site: str) -> None:
    """Without a server: preview, derivative, plot, check; what takes too long is ended; offline."""
    context = browser.new_context(locale="en-GB")
    page, asked = context.new_page(), []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(static_site)
    page.wait_for_selector("html[data-engine=ready]", timeout=60_000)
    differentiated(page)
    assert "Verified" in page.inner_text("#diff-verdict")
    page.wait_for_selector(".plot .f")
    page.click("#tab-check")
    page.fill("#question", FORMULA)
    page.fill("#answer", SHOWN)
    page.click("#check-form button.main")
    page.wait_for_selector("#check-answer .verdict.good")
    assert [] == [url for url in asked if not url.startswith((static_site, "blob:", "data:"))]
    ask = ("async ([expression, time]) => "
           "(await import('./engine.js')).ask('diff', {expression}, time)")  # fmt: skip
    late = page.evaluate(ask, ["tanh(x^3) sin(x^2) e^(x^5)", 1])  # its worker is ended
    assert ("LimitReached", "late") == (late["error"], late["message"])
    assert "verified" == page.evaluate(ask, [FORMULA, 60_000])["verdict"]
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    context.set_offline(True)
    page.reload()
    page.wait_for_selector("html[data-engine=ready]", timeout=60_000)
    context.close()


def test_the_site_is_small_enough_to_put_anywhere() -> None:
    """The page itself is a few files without a build step."""
    folder = Path(__file__).parents[1] / "symgrad" / "pages" / "static"
    assert 150_000 > sum(path.stat().st_size for path in folder.iterdir())
