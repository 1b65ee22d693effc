"""A lesson on the page: a teacher with the board, two pupils who join by address, undo and reset."""
import json
from urllib.parse import quote
from urllib.request import Request, urlopen

import pytest
from visits import landmarks, speak, too_wide, unnamed


def report(page, name, radius):
    page.goto(page.url.split("#")[0] + "#/submit")
    page.fill("#report [name=pl_name]", name)
    page.fill("#report [name=pl_rade]", str(radius))
    page.click("#report button[type=submit]")
    page.wait_for_selector(".receipt")


def planet(base_url, key):
    with urlopen(f"{base_url}/api/planets/{key}") as answer:
        return json.load(answer)["planet"]


def post(address, value, **headers):
    content = {"Content-Type": "application/json"}
    with urlopen(Request(address, json.dumps(value).encode(), content | headers)) as answer:
        return json.load(answer)


def send(base_url, code=None, pupil="", **values):
    headers = {"X-Planetarium-Class": code, "X-Planetarium-Pupil": quote(pupil)} if code else {}
    return post(f"{base_url}/api/discoveries", values, **headers)


def test_a_teacher_and_two_pupils(new_page, base_url):
    send(base_url, pl_name="Classroom-1 b", pl_rade=1)
    teacher = new_page("/?view=class")
    teacher.fill("#class-title", "7b, Tuesday")
    teacher.click(".class-open button[type=submit]")
    code = teacher.get_attribute("[data-class-code]", "data-class-code")
    assert f"code={code}" in teacher.url and teacher.title().startswith("7b, Tuesday")
    assert teacher.inner_text("[data-class-code]") == f"{code[:3]} {code[3:]}"
    join = teacher.get_attribute("[data-class-join]", "href").removeprefix(base_url)

    pupils = []
    for name in ("Élodie", "李雷"):
        pupil = new_page(join)
        assert "class=" not in pupil.url
        assert "7b, Tuesday" in pupil.inner_text("#class-join")
        pupil.fill("#class-name", name)
        pupil.click("#class-join button[type=submit]")
        assert f"{code} · {name}" in pupil.inner_text("#class-badge")
        pupils.append(pupil)
    first, second = pupils
    report(first, "Classroom-1 b", 2)
    assert "7b, Tuesday" in first.inner_text("[data-receipt=class]")
    assert first.inner_text("[data-receipt=pupil]") == "Élodie"
    report(second, "Classroom-2 b", 3)
    report(second, "Classroom-3 b", 3)

    # The board follows by itself.
    teacher.wait_for_selector("[data-pupil='李雷'] td:nth-child(2):text-is('2')")
    teacher.wait_for_selector("[data-pupil='Élodie'] td:nth-child(2):text-is('1')")
    row = teacher.locator("[data-record]", has_text="Classroom-1 b")
    assert "pl_rade" in row.inner_text() and "Élodie" in row.inner_text()
    row.locator("[data-undo-record]").click()
    teacher.wait_for_selector("tr.undone")
    assert planet(base_url, "classroom1b")["pl_rade"] == 1
    assert "Classroom-1 b" in teacher.inner_text("[data-class-status]")

    # Somebody else comes upon one of the two that are left.
    send(base_url, pl_name="Classroom-3 b", pl_rade=4)
    teacher.wait_for_function("""async (code) => (await (await fetch(`api/classes/${code}`)).json())
        .planets.changed_by_others === 1""", arg=code)
    teacher.reload()
    teacher.wait_for_selector("[data-record]")
    teacher.click("[data-reset-ask]")
    asked = teacher.inner_text("[data-reset]")
    assert "1 planet gets the value" in asked and "1 planet that others have changed since stays" in asked
    teacher.click("[data-reset-yes]")
    teacher.wait_for_selector("[data-reset-ask]:disabled")
    assert "1 planet is as it was before. 1 planet that others" in teacher.inner_text("[data-class-status]")
    assert planet(base_url, "classroom2b") is None and planet(base_url, "classroom3b")["pl_rade"] == 4

    # It is kept for the tab, and left with one click.
    first.reload()
    first.wait_for_selector("#class-badge button")
    speak(first, "fr")
    assert first.inner_text("[data-leave-class]") == "Quitter"
    first.click("[data-leave-class]")
    first.wait_for_selector("#class-badge", state="hidden")
    # The class is over: who sends for it is told so, and nothing is stored.
    teacher.click("[data-class-toggle]")
    teacher.wait_for_selector("[data-class-state=closed]")
    second.fill("#report [name=pl_name]", "Classroom-4 b")
    second.click("#report button[type=submit]")
    second.wait_for_selector("[data-form-errors]:visible")
    assert "over" in second.inner_text("[data-form-errors]")
    new_page.complaints.expect("403")


def test_a_class_that_is_not_there(new_page):
    page = new_page("/?class=222222")
    assert "222222" in page.inner_text("#class-join")
    page.click("#class-join button")
    page.wait_for_selector("#class-join", state="hidden")
    new_page.complaints.expect("404")


@pytest.mark.parametrize("width, locale, scheme", [(360, "fr-FR", "dark"), (1280, "en-GB", "light")])
def test_a_board_of_long_names_fits(new_page, base_url, width, locale, scheme):
    code = post(f"{base_url}/api/classes", {"title": "Donaudampfschifffahrtsgymnasium " * 2 + "7b"})["code"]
    for pupil in ("Maximiliane-Alexandrina-Konstantina", "אורי"):
        send(base_url, code, pupil, pl_name=f"Classroom-{width}{len(pupil)}{'0' * 30} b", pl_rade=2, disc_year=2020)
    page = new_page(f"/?view=class&code={code}", viewport={"width": width, "height": 800}, locale=locale,
                    color_scheme=scheme)
    page.wait_for_selector("[data-record]")
    page.click("[data-reset-ask]")
    for size in ("100%", "200%"):
        page.evaluate("size => { document.documentElement.style.fontSize = size; }", size)
        assert too_wide(page, width) == []
    assert unnamed(page) == []
    names = landmarks(page)
    assert len(names) == len(set(names)), names
    # A pupil who is asked for a name, and has given one, stands in the head of each view.
    pupil = new_page(f"/?class={code}", viewport={"width": width, "height": 800}, locale=locale, color_scheme=scheme)
    assert too_wide(pupil, width) == []
    pupil.fill("#class-name", "Maximiliane-Alexandrina-Konstantina")
    pupil.click("#class-join button[type=submit]")
    pupil.wait_for_selector("#class-badge button")
    assert too_wide(pupil, width) == [] and unnamed(pupil) == []
