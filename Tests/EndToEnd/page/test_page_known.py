# What the catalogue knows already: a report adds to it, a planet's solutions stand side by side, candidates are marked.
# Not here: what the server makes of it (test_patch.py, test_dispositions.py).
import uuid

import pytest
from playwright.sync_api import expect

from running import sample_server
from visits import open_form, root, speak, to


def fresh_host():
    return f"Testbed-{uuid.uuid4().hex[:10]}"


def api(page):
    return root(page) + "api/"


def submit(page, **record):
    answer = page.request.post(api(page) + "discoveries", data=record)
    assert answer.status == 201, answer.text()
    return answer.json()["key"]


def planet(page, key):
    return page.request.get(f"{api(page)}planets/{key}").json()


def name(page, text):
    open_form(page)
    page.fill("#field-pl_name", text)
    page.press("#field-pl_name", "Tab")


def send(page):
    page.click("#discovery-form button[type=submit]")


@pytest.fixture
def known(page):
    host = fresh_host()
    page.known = submit(page, pl_name=f"{host} b", hostname=host, pl_rade=1.5, disc_year=2020, st_teff=5000,
                        colour="blue")
    page.host = host
    return page


@pytest.mark.parametrize("language, added, undo", [("en", "Add to what is known", "Undo: a revision with the 5 values"),
                                                   ("fr", "Compléter ce qui est connu", "les 5 valeurs d’avant")])
def test_a_report_adds_by_default_and_replaces_by_choice(known, language, added, undo):
    page = known
    speak(page, language)
    # Any spelling of the name.
    name(page, f"{page.host.upper()} b".replace("-", " "))
    expect(page.locator("[data-known] a")).to_have_text(f"{page.host} b")
    expect(page.locator("[data-known]")).to_contain_text(added)
    assert page.locator("[data-known-values] dd").count() == 5
    page.fill("#field-pl_rade", "1.75")
    send(page)
    expect(page.locator("[data-receipt=revision]")).to_have_text("2")
    now = planet(page, page.known)["planet"]
    assert now == {"pl_name": f"{page.host} b", "hostname": page.host, "pl_rade": 1.75, "disc_year": 2020,
                   "st_teff": 5000, "extra": '{"colour":"blue"}'}
    # All of it, and back.
    name(page, f"{page.host} b")
    page.check("[data-known] input[value=replace]")
    page.fill("#field-pl_rade", "3")
    send(page)
    expect(page.locator("[data-receipt=revision]")).to_have_text("3")
    expect(page.locator("[data-dropped]")).to_have_attribute("data-dropped", "4")
    expect(page.locator("[data-dropped]")).to_contain_text("5,000" if language == "en" else "5\u202f000")
    assert planet(page, page.known)["planet"] == {"pl_name": f"{page.host} b", "pl_rade": 3}
    expect(page.locator("[data-undo]")).to_contain_text(undo)
    page.click("[data-undo]")
    expect(page.locator("[data-receipt=revision]")).to_have_text("4")
    assert planet(page, page.known)["planet"] == now


def test_an_undo_takes_nothing_from_a_later_change(known):
    page = known
    name(page, f"{page.host} b")
    page.fill("#field-pl_rade", "2")
    send(page)
    expect(page.locator("[data-undo]")).to_be_visible()
    submit(page, pl_name=f"{page.host} b", pl_rade=9)
    page.click("[data-undo]")
    expect(page.locator(".receipt [role=alert]")).to_be_visible()
    assert planet(page, page.known)["planet"]["pl_rade"] == 9


def test_what_was_filled_in_and_is_gone_goes(known):
    page = known
    name(page, f"{page.host} b")
    page.click("[data-fill]")
    expect(page.locator("#field-pl_rade")).to_have_value("1.5")
    expect(page.locator("[data-known] input[value=add]")).to_be_checked()
    page.fill("#field-disc_year", "")
    page.fill("#field-pl_rade", "1.6")
    with page.expect_request(lambda request: request.method == "PATCH") as sent:
        send(page)
    assert sent.value.post_data_json == {"pl_rade": 1.6, "disc_year": None}
    expect(page.locator("[data-dropped]")).to_contain_text("2020")
    assert planet(page, page.known)["planet"] == {
        "pl_name": f"{page.host} b", "hostname": page.host, "pl_rade": 1.6, "st_teff": 5000,
        "extra": '{"colour":"blue"}'}


def test_an_alias_means_its_planet(known):
    page = known
    other = f"KOI-{uuid.uuid4().int % 10**6 + 10**5}.01"
    page.request.post(api(page) + "aliases", data={"alias": other, "canonical": f"{page.host} b"})
    name(page, other)
    expect(page.locator("[data-known]")).to_contain_text(f"{other} is another name of {page.host} b.")
    # Sent at once, the form asks who is meant before it sends.
    page.fill("#field-pl_orbper", "10")
    send(page)
    expect(page.locator("[data-receipt=key]")).to_have_text(page.known)
    values = planet(page, page.known)["planet"]
    assert (values["pl_orbper"], values["pl_rade"], values["pl_name"]) == (10, 1.5, f"{page.host} b")


def test_a_name_that_is_sent_at_once_is_looked_up_first(known):
    page = known
    open_form(page)
    page.fill("#field-pl_rade", "4")
    page.fill("#field-pl_name", f"{page.host}b")
    page.press("#field-pl_name", "Enter")
    expect(page.locator("[data-receipt=revision]")).to_have_text("2")
    assert planet(page, page.known)["planet"]["st_teff"] == 5000


def test_a_slip_of_the_pen_is_pointed_out(page):
    name(page, "Kepler-442 c")
    expect(page.locator("[data-nearest]").first).to_be_visible()
    first = page.locator("[data-nearest]").first.inner_text()
    page.locator("[data-nearest]").first.click()
    expect(page.locator("#field-pl_name")).to_have_value(first)


def test_candidates_are_marked_and_apart(page):
    host = fresh_host()
    key = submit(page, pl_name=f"{host} b", disposition="CANDIDATE")
    expect(page.locator("[data-counter=candidates]")).to_be_visible()
    to(page, "planets")
    page.fill("#planets-table input[name=q]", host)
    row = page.locator(f"#planets-table [data-key={key}]")
    # Who looks for a name finds it.
    expect(row.locator("[data-disposition]")).to_have_text("Candidate")
    submit(page, pl_name=f"{host} c")
    page.select_option("#planets-table select[name=disposition]", "CANDIDATE")
    expect(row).to_be_visible()
    expect(page.locator("[data-planets-total]")).to_have_attribute("data-planets-total", "1")
    page.select_option("#planets-table select[name=disposition]", "planets")
    expect(row).to_have_count(0)
    expect(page.locator(f"#planets-table [data-key={key[:-1]}c]")).to_be_visible()
    speak(page, "fr")
    assert page.locator("#planets-table select[name=disposition] option").all_inner_texts() == [
        "Planètes", "Candidate", "Faux positif", "Réfutée", "Rétractée", "Toutes"]
    page.goto(f"{root(page)}?view=planet&key={key}")
    expect(page.locator(".planet-view [data-disposition]").first).to_have_text("Candidate")


def test_solutions_side_by_side(page):
    host = fresh_host()
    link = "<a refstr=X href=https://ui.adsabs.harvard.edu/abs/2019A target=ref>Benneke et al. 2019</a>"
    rows = [{"default_flag": 0, "pl_refname": "Somebody 2015", "pl_rade": 2.24},
            {"default_flag": 1, "pl_refname": link, "pl_rade": 2.61, "pl_radeerr1": 0.09, "pl_radeerr2": -0.09},
            {"default_flag": 0, "pl_refname": "<a href=javascript:alert(1)>Evil 2020</a>", "pl_rade": 2.37}]
    key = [submit(page, pl_name=f"{host} b", **row) for row in rows][0]
    page.goto(root(page) + f"#/planet/{key}")
    section = page.locator(".planet-view [data-solutions]")
    expect(section).to_have_attribute("data-solutions", "3")
    assert [head.split("\n")[0].strip() for head in section.locator("thead th").all_inner_texts()][1:] == [
        "Benneke et al. 2019 the planet’s", "Evil 2020", "Somebody 2015"]
    cells = section.locator("[data-solution-value=pl_rade] td").all_inner_texts()
    assert cells == ["2.61 ± 0.09", "2.37", "2.24"]
    assert section.locator("a").evaluate_all("links => links.map(a => a.href)") == [
        "https://ui.adsabs.harvard.edu/abs/2019A"]
    # The planet's own values have the reference, not its markup.
    expect(page.locator("[data-value-of=pl_refname]")).to_have_text("Benneke et al. 2019")


def test_names_are_offered_by_identity(page):
    open_form(page)
    page.fill("#field-pl_name", "kepler22")
    names = page.locator("#field-pl_name-names option")
    expect(names.first).to_have_attribute("value", "Kepler-22 b")
    page.fill("#field-hostname", "trappist 1")
    expect(page.locator("#field-hostname-names option")).to_have_count(1)
    page.focus("#field-disc_facility")
    expect(page.locator("#field-disc_facility-names option[value=Kepler]")).to_have_count(1)


@pytest.mark.parametrize("language, values, said", [
    ("en", {"pl_orbper": 2, "st_teff": 5800, "st_rad": 1, "st_mass": 1, "pl_rade": 1.1}, "Too hot"),
    ("fr", {"pl_orbper": 90000, "st_teff": 5800, "st_rad": 1, "st_mass": 1, "pl_rade": 1.1}, "Trop froide"),
    ("en", {"pl_rade": 1.1}, "not known well enough")])
def test_the_receipt_says_in_words_what_was_found(page, language, values, said):
    speak(page, language)
    planets = int(page.get_attribute("[data-counter=planets]", "data-value"))
    name(page, f"{fresh_host()} b")
    page.click("#discovery-form .more-columns > summary")
    for column, value in values.items():
        page.locator(f"#field-{column}").evaluate("(control, value) => { control.value = value; }", str(value))
    send(page)
    expect(page.locator("[data-words]")).to_contain_text(said)
    number = f"{planets + 1:,}".replace(",", "," if language == "en" else "\u202f")
    expect(page.locator("[data-words]")).to_contain_text(number)


def test_the_way_of_a_submission_lights_up(chromium, tmp_path):
    with sample_server(tmp_path / "data", "--roll-age", "1") as server, chromium.new_context(locale="en-GB") as context:
        page = context.new_page()
        page.goto(server.url + "/#/submit")
        page.fill("#field-pl_name", f"{fresh_host()} b")
        send(page)
        for station in ("log", "board", "file", "rebuilt"):
            expect(page.locator(f"[data-station={station}][data-lit]")).to_be_visible(timeout=20_000)
        offset = int(page.inner_text("[data-receipt=offset]"))
        digest = page.request.get(f"{server.url}/api/board?as_of={offset + 1}").json()["digest"]
        expect(page.locator("[data-station=rebuilt]")).to_contain_text(digest.split(":")[-1][:8])
