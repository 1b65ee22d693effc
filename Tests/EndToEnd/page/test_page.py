# The page in a real browser against a real server: what a reader sees, hears and can do without a mouse.
# Not here: the server's own answers, which the other end-to-end tests ask for.
import gzip
import json
import re
import time
import uuid

import pytest
from playwright.sync_api import expect

from visits import VIEWS, open_form, root, see, to, too_wide, unnamed


def fresh_name():
    return f"Testbed-{uuid.uuid4().hex[:10]} b"


def counter(page, name):
    # The page is ready before its first frame has come.
    return int(page.wait_for_selector(f"[data-counter={name}][data-value]").get_attribute("data-value"))


def board(page):
    return json.loads(page.request.get(root(page) + "api/board").text())


def settled_board(page):
    """The server's board and the page's, at the same seq."""
    for _ in range(100):
        frame = board(page)
        if page.get_attribute("#connection", "data-seq") == str(frame["seq"]):
            return frame
        time.sleep(0.1)
    raise AssertionError("the page never reached the server's seq")


def open_table(page, panel):
    page.locator(f"#panel-{panel} .as-table summary").click()
    page.wait_for_selector(f"#panel-{panel} .as-table td")


def cells(page, panel):
    """Numbers of a panel's table by the board's group names."""
    found = page.eval_on_selector_all(
        f"#panel-{panel} .as-table td[data-group]",
        "cells => cells.map(cell => [cell.dataset.group, cell.dataset.value, cell.textContent])"
    )
    return {group: (float(value), text) for group, value, text in found if value != ""}


def report(page, **values):
    open_form(page)
    for name, value in values.items():
        control = page.locator(f"#field-{name}")
        if control.evaluate("element => element.tagName") == "SELECT":
            control.select_option(value)
        else:
            control.fill(value)
    page.click("#discovery-form button[type=submit]")


def drop_file(page, name, text, kind="text/csv"):
    transfer = page.evaluate_handle(
        """([name, text, kind]) => {
            const transfer = new DataTransfer();
            transfer.items.add(new File([text], name, {type: kind}));
            return transfer;
        }""",
        [name, text, kind],
    )
    for event in ("dragenter", "dragover", "drop"):
        page.dispatch_event("body", event, {"dataTransfer": transfer})


def busy(route, seconds):
    """Answers as a server that is busy does."""
    route.fulfill(status=503, headers={"Retry-After": str(seconds)}, content_type="application/problem+json",
                  body='{"title":"busy","status":503}')


def test_a_submission_changes_counter_and_chart(page):
    open_table(page, "methodsByYear")
    before_planets = counter(page, "planets")
    before = cells(page, "methodsByYear").get("Imaging/2019", (0, ""))[0]
    name = fresh_name()
    report(page, pl_name=name, discoverymethod="Imaging", disc_year="2019", pl_rade="11.2")
    expect(page.locator("[data-receipt=key]")).to_have_text(re.compile("testbed"))
    expect(page.locator("[data-receipt=offset]")).to_have_text(re.compile(r"^\d+$"))
    expect(page.locator("[data-counter=planets]")).to_have_attribute("data-value", str(before_planets + 1))
    expect(page.locator("#panel-methodsByYear td[data-group='Imaging/2019']")).to_have_attribute(
        "data-value", str(int(before) + 1))
    expect(page.locator("#panel-newest li").first).to_contain_text(name)
    assert page.input_value("#field-pl_name") == ""
    assert page.evaluate("document.activeElement.closest('.receipt') !== null")


def test_the_submission_carries_key_and_source(page):
    with page.expect_request(lambda request: request.method == "POST") as sent:
        report(page, pl_name=fresh_name(), discoverymethod="Transit", disc_year="2020")
    headers = sent.value.headers
    assert headers["x-planetarium-source"] == "form"
    assert re.fullmatch(r"[0-9a-f]{32}", headers["idempotency-key"])
    body = json.loads(sent.value.post_data)
    assert body["disc_year"] == 2020 and body["discoverymethod"] == "Transit"


def test_a_server_error_stands_at_its_field(new_page):
    page = new_page()
    report(page, pl_name=fresh_name(), pl_rade="-3", disc_year="2020")
    field = page.locator("#field-pl_rade")
    expect(field).to_have_attribute("aria-invalid", "true")
    error = page.locator("#field-pl_rade-error")
    expect(error).to_be_visible()
    assert error.inner_text().strip() != ""
    assert "field-pl_rade-error" in field.get_attribute("aria-describedby").split()
    expect(page.locator("[data-form-errors]")).to_be_focused()
    assert field.input_value() == "-3" and page.input_value("#field-disc_year") == "2020"
    page.locator("[data-form-errors] a").first.click()
    expect(field).to_be_focused()
    field.fill("3")
    expect(error).to_be_hidden()
    new_page.complaints.expect("422")


def test_french(page):
    page.select_option("#language", "fr")
    expect(page.locator("html")).to_have_attribute("lang", "fr")
    expect(page.locator("h1")).to_have_text("Un catalogue vivant des découvertes de planètes")
    expect(page.locator(".light-text")).to_have_text("En direct")
    expect(page.locator("#panel-cumulative h2")).to_have_text("Planètes découvertes à ce jour")
    records = counter(page, "records")
    expect(page.locator("[data-counter=records]")).to_have_text(f"{records:,}".replace(",", "\u202f"))
    open_form(page)
    expect(page.locator("[data-field=pl_rade] label")).to_have_text("Rayon (rayon terrestre)")
    # Units of the schema that no French name is known for would show as they are.
    units = page.evaluate("""async () => {
        const {columns} = await (await fetch('api/schema')).json(), {known} = await import('/js/i18n.js');
        return [...new Set(columns.map((c) => c.unit).filter(Boolean))].map((u) => [u, known('unit', u)]);
    }""")
    assert [raw for raw, shown in units if raw == shown and re.search(r"[A-Za-z]{4}", raw)] == []
    # A decimal comma is a number in French.
    with page.expect_request(lambda request: request.method == "POST") as sent:
        report(page, pl_name=fresh_name(), pl_rade="1,5")
    assert json.loads(sent.value.post_data)["pl_rade"] == 1.5
    page.reload()
    expect(page.locator("html")).to_have_attribute("lang", "fr")
    for view in VIEWS:
        to(page, view)
        assert not re.search(r"\b(panel|planets|form|import|totals|light|nav|submit|view)\.\w+",
                             page.inner_text("body")), "a text's key shows"


def test_a_dropped_csv_with_one_bad_line(page):
    names = [fresh_name() for _ in range(4)]
    text = (
        "# an astronomer's comment, with a stray \" in it\r\n"
        "pl_name,discoverymethod,disc_year,pl_rade,comment\r\n"
        f"{names[0]},Transit,2021,1.5,\r\n"
        f'{names[1]},Transit,2021,2.5,"two\r\nlines"\r\n'
        f"{names[2]},Transit,2021,-7,\r\n"
        f"{names[3]},Transit,2021,3.5,\r\n"
    )
    drop_file(page, "few.csv", text)
    page.wait_for_selector("[data-import=done]")
    assert page.inner_text("[data-count=accepted]") == "3"
    assert page.inner_text("[data-count=rejected]") == "1"
    assert page.locator(".rejects li").first.get_attribute("data-line") == "6"
    with page.expect_download() as download:
        page.click("#import-box a[download]")
    kept = open(download.value.path(), encoding="utf-8", newline="").read()
    assert kept.startswith("line,field,value,rule,detail,record\r\n6,pl_rade,") and names[2] in kept


def test_a_long_file_goes_in_slices_with_its_header_and_true_line_numbers(page):
    mark = uuid.uuid4().hex[:8]
    lines = ["pl_name,discoverymethod,disc_year,pl_rade"]
    lines += [f"Testbed-{mark}-{i} b,Transit,2022,{-1 if i in (5, 1500) else 2}" for i in range(2, 2402)]
    bodies = []
    page.on("request", lambda request: bodies.append((request.headers["idempotency-key"], request.post_data))
            if request.method == "POST" and "dry_run" not in request.url else None)
    drop_file(page, "long.csv", "\n".join(lines) + "\n")
    page.wait_for_selector("[data-import=done]", timeout=60_000)
    assert [li.get_attribute("data-line") for li in page.locator(".rejects li").all()] == ["5", "1500"]
    assert len(bodies) == 3 and len({key for key, _ in bodies}) == 3
    assert all(body.startswith(lines[0] + "\n") for _, body in bodies)


def test_other_kinds_of_file_are_read_strictly_or_named(new_page):
    page = new_page()
    names = [fresh_name() for _ in range(6)]
    lines = f"pl_name\tcomment\n{names[0]}\tBo\u00f6tis\n"
    files = [
        ("unicode.txt", lines.encode("utf-16")), ("packed.csv.gz", gzip.compress(f"pl_name\n{names[1]}\n".encode())),
        ("mac.csv", f"pl_name,comment\r{names[2]},x\r".encode()),
        ("array.json", json.dumps([{"pl_name": names[3]}]).encode()),
        ("hash.csv", f"# name,pl_rade\n{names[4]},2\n".encode()),
        ("table.tbl", f"|pl_name{' ' * 30}|\n {names[5]}\n".encode()),
    ]
    for name, content in files:
        page.set_input_files("#import-file", {"name": name, "mimeType": "", "buffer": content})
        page.wait_for_function("name => document.querySelector('.import-view .note')?.textContent.includes(name) &&"
                               " document.querySelector('[data-import=done]')", arg=name)
        assert page.inner_text("[data-count=accepted]") == "1", name
    page.click("#open-submit")
    page.click("[data-part=import]")
    latin = "pl_name,comment\nX-1 b,Bo\u00f6tis\n".encode("latin-1")
    for name, content, said in [("latin.csv", latin, "UTF-8"),
                                ("book.xlsx", b"PK\x03\x04xl/workbook.xml", "Excel workbook"),
                                ("empty.csv", b"pl_name\n", "no record")]:
        page.set_input_files("#import-file", {"name": name, "mimeType": "", "buffer": content})
        page.wait_for_function("name => document.querySelector('.import-view .note')?.textContent.includes(name) ||"
                               " document.querySelector('[data-import=failed]')", arg=name)
        page.wait_for_selector("[data-import=failed]")
        expect(page.locator(".import-view .note").first).to_contain_text(said)
    new_page.complaints.expect("415")


def test_a_file_that_takes_values_away_is_shown_before_it_is_sent(new_page):
    page = new_page()
    names = [fresh_name() for _ in range(12)]
    drop_file(page, "full.csv", "pl_name,pl_rade,pl_orbper,disc_year\n" + "".join(f"{n},2,3,2020\n" for n in names))
    page.wait_for_selector("[data-import=done]")
    drop_file(page, "less.csv", "pl_name,disc_year\n" + "".join(f"{n},2021\n" for n in names))
    page.wait_for_selector("[data-preview]")
    expect(page.locator("[data-preview]")).to_contain_text("12")
    expect(page.locator("[data-preview]")).to_contain_text("pl_rade")
    assert page.inner_text("[data-count=accepted]") == "0"
    expect(page.locator("[data-would]")).to_have_text("What it changes: revised: 12.")
    page.click("[data-confirm]")
    page.wait_for_selector("[data-import=done]")
    assert page.inner_text("[data-count=accepted]") == "12"


def test_the_template_is_a_table_that_is_taken(page):
    page.goto(root(page) + "#/submit/file")
    with page.expect_download() as download:
        page.click("[data-template]")
    template = open(download.value.path(), encoding="utf-8", newline="").read()
    assert "# pl_rade: Radius (R⊕)" in template
    *_, header = template.strip().split("\r\n")
    row = ",".join({"pl_name": fresh_name(), "pl_rade": "1.5"}.get(name, "") for name in header.split(","))
    drop_file(page, download.value.suggested_filename, f"{template}{row}\r\n")
    page.wait_for_selector("[data-import=done]")
    assert page.inner_text("[data-count=accepted]") == "1"


def test_an_unclosed_quote_costs_one_record_only(new_page):
    page = new_page()
    names = [fresh_name() for _ in range(4)]
    drop_file(page, "quote.csv", f'pl_name,pl_rade\n{names[0]},1\n{names[1]},"oops\n{names[2]},2\n{names[3]},3\n')
    page.wait_for_selector("[data-import=done]")
    assert page.inner_text("[data-count=accepted]") == "3"
    assert [li.get_attribute("data-line") for li in page.locator(".rejects li").all()] == ["3"]
    new_page.complaints.expect("422")


def test_an_import_waits_while_the_server_is_busy_and_sends_the_same_key_again(new_page):
    keys = []

    def busy_once(route):
        keys.append(route.request.headers["idempotency-key"])
        busy(route, 1) if len(keys) == 1 else route.continue_()

    page = new_page(before=lambda page: page.route("**/api/discoveries", busy_once))
    drop_file(page, "one.ndjson", json.dumps({"pl_name": fresh_name(), "disc_year": 2020}) + "\n",
              "application/x-ndjson")
    page.wait_for_selector("[data-import=done]")
    assert len(keys) == 2 and keys[0] == keys[1]
    assert page.inner_text("[data-count=accepted]") == "1"
    new_page.complaints.expect("503")


def test_an_import_can_be_cancelled(new_page):
    page = new_page(before=lambda page: page.route("**/api/discoveries", lambda route: busy(route, 30)))
    drop_file(page, "one.csv", f"pl_name\n{fresh_name()}\n")
    page.click("[data-cancel]")
    page.wait_for_selector("[data-import=cancelled]")
    new_page.complaints.expect("503")


def test_a_dropped_socket_is_resumed(new_page):
    sockets = []

    def relay(socket):
        server = socket.connect_to_server()
        sockets.append({"url": socket.url, "client": socket, "server": server, "frames": []})
        frames = sockets[-1]["frames"]
        server.on_message(lambda message: (frames.append(json.loads(message)), socket.send(message)))

    page = new_page(before=lambda page: page.route_web_socket(re.compile(r"/live(\?|$)"), relay))
    assert sockets[0]["frames"][0]["type"] == "snapshot"
    seq = page.get_attribute("#connection", "data-seq")
    sockets[0]["client"].close(code=1012)
    sockets[0]["server"].close()
    expect(page.locator("#connection")).to_have_attribute("data-connections", "2")
    expect(page.locator("#connection")).to_have_attribute("data-connection", "live")
    assert "resume=" in sockets[1]["url"]
    before = counter(page, "planets")
    report(page, pl_name=fresh_name(), discoverymethod="Transit", disc_year="2023")
    expect(page.locator("[data-counter=planets]")).to_have_attribute("data-value", str(before + 1))
    assert all(frame["type"] != "snapshot" for frame in sockets[1]["frames"]), "the server still had every delta"
    assert page.get_attribute("#connection", "data-resumed") == "true"
    assert int(page.get_attribute("#connection", "data-seq")) > int(seq)


def test_a_gap_in_seq_reconnects(new_page):
    sockets = []

    def relay(socket):
        server = socket.connect_to_server()
        number = len(sockets)
        sockets.append(socket)

        def pass_on(message):
            frame = json.loads(message)
            if number == 0 and frame["type"] == "delta":
                frame["seq"] += 5
            socket.send(json.dumps(frame))

        server.on_message(pass_on)

    page = new_page(before=lambda page: page.route_web_socket(re.compile(r"/live(\?|$)"), relay))
    before = counter(page, "planets")
    report(page, pl_name=fresh_name(), discoverymethod="Transit", disc_year="2023")
    expect(page.locator("[data-counter=planets]")).to_have_attribute("data-value", str(before + 1))
    assert len(sockets) >= 2


def test_server_sent_events_where_web_sockets_fail(new_page):
    page = new_page(before=lambda page: page.route_web_socket(re.compile(r"/live(\?|$)"),
                                                              lambda socket: socket.close(code=1011)))
    expect(page.locator("#connection")).to_have_attribute("data-transport", "sse")
    before = counter(page, "planets")
    report(page, pl_name=fresh_name(), discoverymethod="Transit", disc_year="2023")
    expect(page.locator("[data-counter=planets]")).to_have_attribute("data-value", str(before + 1))


def test_the_light_says_offline_and_comes_back(new_page):
    page = new_page()
    page.context.set_offline(True)
    expect(page.locator("#connection")).to_have_attribute("data-connection", "offline")
    expect(page.locator(".light-text")).to_have_text("Offline")
    page.context.set_offline(False)
    expect(page.locator("#connection")).to_have_attribute("data-connection", "live", timeout=15_000)
    new_page.complaints.expect("ERR_INTERNET_DISCONNECTED")


def test_a_known_planet_is_pointed_out_before_it_is_replaced(page):
    name = fresh_name()
    report(page, pl_name=name, pl_rade="1.5", disc_year="2020")
    page.wait_for_selector("[data-receipt=key]")
    page.fill("#field-pl_name", name)
    page.press("#field-pl_name", "Tab")
    page.click("[data-known] button")
    expect(page.locator("#field-pl_rade")).to_have_value("1.5")
    expect(page.locator("#field-disc_year")).to_have_value("2020")


def test_by_keyboard_alone(page):
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    name = fresh_name()
    for _ in range(20):
        if page.evaluate("document.activeElement.id") == "open-submit":
            break
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#field-pl_name")).to_be_focused()
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
    page.keyboard.type(name)
    page.keyboard.press("Enter")
    expect(page.locator("[data-receipt=revision]")).to_have_text("1")
    for _ in range(3):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('.receipt a')"):
            break
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text(name)
    expect(page.locator("h1")).to_be_focused()


def test_a_planet_is_revised_and_withdrawn(page):
    name = fresh_name()
    report(page, pl_name=name, discoverymethod="Transit", pl_rade="1.5")
    page.click(".receipt a")
    expect(page.locator(".planet-view")).to_have_attribute("data-revision", "1")
    expect(page).to_have_url(re.compile("view=planet&key="))
    expect(page).to_have_title(f"{name} – Planetarium")
    page.click("[data-revise]")
    expect(page.locator("#field-pl_name")).to_have_value(name)
    report(page, pl_rade="1.75")
    expect(page.locator("[data-receipt=revision]")).to_have_text("2")
    page.click(".receipt a")
    expect(page.locator("[data-value-of=pl_rade] .figure-value")).to_have_text("1.75")
    expect(page.locator(".history > li")).to_have_count(2)
    before = board(page)["aggregates"]["totals"]["planets"]
    page.click("[data-withdraw]")
    page.click("[data-confirm]")
    expect(page.locator(".planet-view")).to_have_attribute("data-withdrawn", "true")
    to(page, "live")
    expect(page.locator("[data-counter=planets]")).to_have_attribute("data-value", str(before - 1))


@pytest.mark.parametrize("given, badges", [
    ({"pl_radj": 1.2}, {"pl_radj": "Forecast", "pl_rade": "Forecast"}),
    ({"pl_radj": 1.2, "pl_radjerr1": 0.1, "pl_bmassj": 2, "pl_bmassprov": "Msini"},
     {"pl_bmassj": "Minimum (m sin i)", "pl_bmasse": "Minimum (m sin i)"}),
    ({"pl_bmasse": 5, "pl_bmasselim": 1, "pl_orbper": 3, "pl_orbperlim": -1},
     {"pl_bmasse": "Bound", "pl_orbper": "Bound"}),
])
def test_values_that_nobody_measured_have_a_badge_in_either_unit(page, given, badges):
    name = fresh_name()
    receipt = page.request.post(page.url + "api/discoveries", data={"pl_name": name} | given).json()

    def shown():
        page.wait_for_selector(f".planet-view[data-key='{receipt['key']}'] [data-value-of=pl_name]")
        return dict(page.eval_on_selector_all(
            ".planet-view [data-value-of]:has(.badge)",
            "values => values.map(value => [value.dataset.valueOf, value.querySelector('.badge').textContent])"))

    page.goto(root(page) + f"#/planet/{receipt['key']}")
    assert shown() == badges
    # The last values of a withdrawn planet, too.
    page.click("[data-withdraw]")
    page.click("[data-confirm]")
    expect(page.locator(".planet-view")).to_have_attribute("data-withdrawn", "true")
    assert shown() == badges


@pytest.mark.parametrize("address, path", [
    ("#/records/by_method/Transit", "**/api/aggregates/by_method/**"),
])
def test_a_late_answer_does_not_open_a_closed_dialog(page, address, path):
    held = []
    page.route(path, lambda route: held.append(route))
    with page.expect_request(path):
        page.goto(page.url + address)
    dialog = page.locator("dialog[open]")
    expect(dialog).to_have_count(1)
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    with page.expect_response(path):
        held[0].continue_()
    # The page has handled the answer when it has handled what comes after it.
    page.evaluate("fetch('/livez').then(answer => answer.text()).then(() => new Promise(requestAnimationFrame))")
    expect(dialog).to_have_count(0)


@pytest.mark.parametrize("width", [360, 1200])
def test_a_long_name_in_a_chart_is_cut_at_its_end_and_whole_in_the_tooltip(new_page, width):
    page = new_page(viewport={"width": width, "height": 900})
    see(page, "facilities")
    plot = page.locator("#panel-facilities .plot")
    plot.scroll_into_view_if_needed()
    names = plot.locator("svg text").evaluate_all("texts => texts.map(text => text.textContent)")
    assert "Kepler" in names and any(name.startswith("Transiting") and name.endswith("…") for name in names)
    # None begins left of the plot.
    assert plot.evaluate("plot => Math.min(...[...plot.querySelectorAll('text')].map(text => text.getBBox().x))") >= 0
    plot.focus()
    for _ in range(20):
        page.keyboard.press("ArrowDown")
        if "Transiting" in page.inner_text("#announcer"):
            break
    expect(plot.locator(".plot-tip strong")).to_have_text("Transiting Exoplanet Survey Satellite (TESS)")


def test_a_group_that_the_server_removes_is_gone(page):
    facility = f"Testbed Observatory {uuid.uuid4().hex[:6]}"
    open_table(page, "facilities")
    report(page, pl_name=fresh_name(), disc_facility=facility)
    row = page.locator(f"#panel-facilities td[data-group='{facility}']")
    expect(row).to_have_attribute("data-value", "1")
    page.click(".receipt a")
    page.click("[data-withdraw]")
    page.click("[data-confirm]")
    expect(row).to_have_count(0)


def test_the_table_of_planets_searches_and_sorts(page):
    name = fresh_name()
    report(page, pl_name=name, discoverymethod="Imaging", disc_year="2018")
    page.wait_for_selector("[data-receipt=key]")
    to(page, "planets")
    page.fill("#planets-table input[name=q]", name.split()[0])
    expect(page.locator("[data-planets-total]")).to_have_attribute("data-planets-total", "1")
    expect(page.locator("#planets-table tbody tr th")).to_have_text(name)
    page.fill("#planets-table input[name=q]", "")
    page.click("#planets-table thead th:first-child button")
    expect(page.locator("#planets-table thead th:first-child")).to_have_attribute("aria-sort", "ascending")


def test_a_name_that_nothing_has_leads_to_those_that_are_near(new_page):
    page = new_page("/?view=planets&q=Keplar-22+b")
    expect(page.locator("[data-planets-total]")).to_have_attribute("data-planets-total", "0")
    page.click("[data-nearest] >> text='Kepler-22 b'")
    expect(page.locator("#planets-table tbody th a")).to_have_text("Kepler-22 b")
    expect(page.locator("[data-nearest]")).to_have_count(0)


@pytest.mark.parametrize("scheme,language", [("light", "en-GB"), ("dark", "fr-FR")])
def test_a_phone_needs_no_sideways_scrolling(new_page, scheme, language):
    page = new_page(viewport={"width": 360, "height": 740}, color_scheme=scheme, locale=language, has_touch=True)
    for view in VIEWS:
        to(page, view)
        page.locator(".as-table summary").evaluate_all("all => all.forEach(summary => summary.click())")
        page.wait_for_timeout(500)
        assert too_wide(page, 360) == [], view
    open_form(page)
    page.locator("#discovery-form details").evaluate_all("all => all.forEach(one => { one.open = true; })")
    assert too_wide(page, 360) == []


def test_every_table_has_the_board_s_numbers(page):
    for name in ("Transit", "Radial Velocity", "Imaging"):
        report(page, pl_name=fresh_name(), hostname="Testbed", discoverymethod=name, disc_year="2017",
               disc_facility="Kepler", pl_rade="2", pl_bmasse="5", pl_orbper="10")
        page.wait_for_selector("[data-receipt=key]")
    panels = page.eval_on_selector_all(".panel[data-panel]:has(.plot)", "all => all.map(panel => panel.dataset.panel)")
    assert {"methodsByYear", "cumulative", "facilities", "massRadius", "periodRadius", "rate", "hosts"} <= set(panels)
    for panel in panels:
        assert page.locator(f"#panel-{panel} .as-table").count() == 1, f"{panel} has a chart without a table"
        open_table(page, panel)
    page.check("#panel-massRadius input[value=all]", force=True)
    aggregates = settled_board(page)["aggregates"]
    page.wait_for_timeout(1200)

    def same(panel, expected):
        shown = {group: value for group, (value, _) in cells(page, panel).items() if value != 0}
        assert shown == {group: value for group, value in expected.items() if value != 0}, panel

    same("methodsByYear", {**aggregates["by_method_year"], **aggregates["by_year"]})
    same("facilities", aggregates["by_facility"])
    same("massRadius", {group: n for group, n in aggregates["mass_radius"].items() if group.startswith("all/")})
    same("periodRadius",
         {group: n for group, n in aggregates["period_radius"].items() if group.startswith("measured/")})
    same("hosts", {group: n for group, n in aggregates["hosts"].items() if group.startswith("planets_per_host/")})
    same("rate", {group: n for group, n in aggregates["rate"].items() if group.startswith("minute/")})
    running = cells(page, "cumulative")
    for name, points in aggregates["cumulative"].items():
        for year, total in points:
            assert running[f"{name}/{year}"][0] == total
    for name, value in aggregates["totals"].items():
        if page.locator(f"[data-counter={name}]").count():
            assert counter(page, name) == value, name
    to(page, "quality")
    page.wait_for_selector("#panel-stats td[data-group]")
    shown = page.eval_on_selector_all("#panel-stats td[data-group]",
                                      "all => all.map(cell => [cell.dataset.group, cell.dataset.value])")
    assert shown
    for group, value in shown:
        name, figure = group.split("#")
        expected = aggregates["stats"][name][figure]
        assert (None if value == "" else float(value)) == expected, group


def test_the_page_lists_what_the_board_has(page):
    """Names that the page has lists of, in an order of its own."""
    to(page, "quality")
    open_table(page, "quality")
    see(page, "stats", "quality")
    aggregates = board(page)["aggregates"]
    values = lambda places, of: set(page.eval_on_selector_all(places, f"all => all.map(one => {of})"))
    figures = values("#panel-stats td[data-group]", "one.dataset.group.split('#')[1]")
    assert len(figures) == 10 and figures <= next(iter(aggregates["stats"].values())).keys()
    assert values("#panel-stats option", "one.value") == {group.split("/")[0] for group in aggregates["stats"]}
    kinds = values("#panel-quality td[data-group]", "one.dataset.group.split('#')[1]")
    assert kinds == next(iter(aggregates["quality"].values())).keys()
    to(page, "live")
    page.wait_for_selector("[data-counter][data-value]")
    assert values("[data-counter]", "one.dataset.counter") - {"per-second"} == aggregates["totals"].keys()
    page.select_option("#panel-massRadius [data-choice=relation]", "all")
    relations = page.locator("#panel-massRadius ul.legend li")
    expect(relations).to_have_count(len(aggregates["mass_radius_relation"]))
    to(page, "habitable")
    page.wait_for_selector("[data-limit]")
    limits = values("[data-limit]", "`limit/${one.dataset.limit}`")
    assert limits == {group for group in aggregates["hz_diagram"] if group.startswith("limit/")}
    see(page, "predictedCounts")
    counts = values("#panel-predictedCounts [data-counts]", "one.dataset.counts")
    assert counts | {"by_zone_type"} <= aggregates.keys()


def test_data_is_text_never_markup(page):
    name = f"Testbed-{uuid.uuid4().hex[:6]} <img src=x onerror=alert(1)> b"
    report(page, pl_name=name, discoverymethod="Transit")
    expect(page.locator("#panel-newest li a").first).to_have_text(name)
    assert page.locator("#panel-newest img").count() == 0
    to(page, "planets")
    page.fill("#planets-table input[name=q]", name.split()[0])
    page.wait_for_selector("[data-planets-total='1']")
    expect(page.locator("#planets-table tbody th a")).to_have_text(name)
    assert page.locator("main img").count() == 0


@pytest.mark.parametrize("view", VIEWS)
def test_what_a_panel_offers_has_a_name_before_it_is_drawn(new_page, view):
    """None but the first is in view here; a panel is drawn when it is."""
    page = new_page(viewport={"width": 1280, "height": 200})
    to(page, view)
    expect(page.locator(f".view-{view} > *").first).to_be_attached()
    assert unnamed(page) == []


@pytest.mark.parametrize("view", VIEWS)
def test_landmarks_headings_and_names(page, view):
    to(page, view)
    open_form(page)
    assert page.locator("main").count() == 1 and page.locator("h1").count() == 1
    assert page.locator("header, nav[aria-label], aside[aria-label], footer").count() >= 4
    assert unnamed(page) == []
    doubles = page.evaluate(
        "(() => { const ids = [...document.querySelectorAll('[id]')].map(e => e.id); return ids.filter((id, i) => "
        "ids.indexOf(id) !== i); })()")
    assert doubles == []
