# What the page asks of the live feed: the aggregates of what is in view, and no others; what comes into view is right.
# Not here: the protocol (test_live.py), and a connection that is lost (test_page.py).
import json
import re
import uuid

import pytest
from playwright.sync_api import expect

from running import until
from visits import VIEWS, root, see, to
from websockets.sync.client import connect


class Frames(list):
    """All frames that a page gets, as text, and what it asked for over the connection."""

    def watch(self, page):
        self.sent = []

        def opened(socket):
            socket.on("framereceived", lambda text: self.append(text))
            socket.on("framesent", lambda text: self.sent.append(json.loads(text)))
        page.on("websocket", opened)

    def of(self, kind):
        return [frame for frame in map(json.loads, self) if frame["type"] == kind]

    @property
    def selected(self):
        return set(self.of("snapshot")[-1]["selected"])


def submit(page, count, **values):
    """New planets at once, of which the board makes some frames."""
    mark = uuid.uuid4().hex[:8]
    lines = [json.dumps({"pl_name": f"Testbed-{mark}-{i} b", "hostname": f"Testbed-{mark}-{i}", "disc_year": 2024,
                         "discoverymethod": "Transit", "disc_facility": "Kepler", "pl_rade": 1.5 + i / 9,
                         "pl_orbper": 3 + i, "st_teff": 5000 + i, **values}) for i in range(count)]
    answer = page.request.post(root(page) + "api/discoveries", data="\n".join(lines).encode(),
                               headers={"Content-Type": "application/x-ndjson"})
    assert answer.ok


def settled(page):
    """The server's board with all that the catalogue has, when the page is as far."""
    submit(page, 1)
    planets = page.request.get(root(page) + "api/planets?is_planet=true&limit=1").json()["total"]
    board = {}

    def is_as_far():
        board.update(page.request.get(root(page) + "api/board").json())
        return board["aggregates"]["totals"]["planets"] >= planets

    until(is_as_far, 30, f"a board of {planets} planets", lambda: board.get("seq"))
    page.wait_for_function("seq => Number(document.querySelector('#connection').dataset.seq) >= seq", arg=board["seq"])
    return board


def has(page, panel, aggregate):
    """Scrolls to the panel, whose table is open, and waits until it has what the server's board has."""
    see(page, panel)
    page.wait_for_function("""async ([panel, aggregate]) => {
        const { aggregates } = await (await fetch('api/board')).json();
        const shown = [...document.querySelectorAll(`#panel-${panel} .as-table td[data-group]`)]
            .filter((one) => one.dataset.value !== '' && one.dataset.group in aggregates[aggregate]);
        return shown.length > 1
            && shown.every((one) => Number(one.dataset.value) === aggregates[aggregate][one.dataset.group]);
    }""", arg=[panel, aggregate])


@pytest.mark.parametrize("view", VIEWS)
def test_one_snapshot_is_enough_for_the_first_screen(new_page, view):
    """What views/index.js asks for is what the panels in view turn out to need."""
    frames = Frames()
    page = new_page(f"/?view={view}", before=frames.watch, viewport={"width": 1280, "height": 720})
    page.locator(f".view-{view} :is([data-seq], tbody tr, canvas, form)").first.wait_for()
    expect(page.locator(f".view-{view}.waiting")).to_have_count(0)
    settled(page)
    first, *_ = frames.of("snapshot")
    # Later it needs less at most.
    assert all(set(one["aggregates"]) < set(first["selected"]) for one in frames.sent)
    assert not {"stats", "hosts"} & set(first["selected"])


def test_a_view_gets_what_its_panels_in_view_read_and_is_right_after_each_switch(new_page):
    frames = Frames()
    page = new_page(before=frames.watch, viewport={"width": 1280, "height": 720})
    page.locator("#panel-methodsByYear .as-table summary").click()
    has(page, "methodsByYear", "by_year")
    assert not {"hosts", "rate", "stats", "candidates"} & frames.selected
    # Out of view, behind the fold: nothing of it comes, and nothing is drawn.
    hosts = page.locator("#panel-hosts")
    assert hosts.get_attribute("data-seq") is None
    submit(page, 3)
    has(page, "methodsByYear", "by_year")
    assert hosts.get_attribute("data-seq") is None
    page.locator("#panel-facilities .as-table summary").click()
    has(page, "facilities", "by_facility")
    page.locator("#panel-hosts .as-table summary").click()
    has(page, "hosts", "hosts")
    # What is gone from view comes no more, and is of the present when it is back.
    page.evaluate("scrollTo(0, 0)")
    page.wait_for_function("() => document.querySelector('#panel-hosts').getBoundingClientRect().top > innerHeight")
    for view, panel, aggregate in [("quality", None, None), ("live", "hosts", "hosts"), ("habitable", None, None),
                                   ("live", "methodsByYear", "by_year"), ("live", "facilities", "by_facility")]:
        submit(page, 5)
        to(page, view)
        submit(page, 2, hostname="Testbed-common")
        if panel:
            has(page, panel, aggregate)


def test_frames_are_smaller_than_those_of_the_whole(new_page, base_url):
    frames = Frames()
    page = new_page(before=frames.watch, viewport={"width": 1280, "height": 720})
    page.wait_for_selector("#panel-massRadius[data-seq]")
    with connect(f"ws{base_url.removeprefix('http')}/live?patches=true", max_size=None) as whole:
        first = json.loads(whole.recv(timeout=10))["seq"]
        for _ in range(20):
            submit(page, 2)
        last = settled(page)["seq"]
        sizes = {}
        while max(sizes, default=first) < last:
            text = whole.recv(timeout=10)
            sizes[json.loads(text)["seq"]] = len(text)
    ours = {frame["seq"]: len(text) for text in frames for frame in [json.loads(text)] if frame["type"] == "delta"}
    both = sorted(set(sizes) & set(ours))
    # A third of it, and less where the board changes more; of so few records the frames are small themselves.
    assert both and sum(ours[seq] for seq in both) < 0.6 * sum(sizes[seq] for seq in both), (ours, sizes)


def test_paper_has_what_was_never_in_view(new_page):
    page = new_page(viewport={"width": 1280, "height": 720})
    page.wait_for_selector("#panel-massRadius[data-seq]")
    assert page.locator("#panel-hosts[data-seq]").count() == 0
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    for panel in page.locator("[data-panel]").all():
        expect(panel).to_have_attribute("data-seq", re.compile(r"^\d+$"))
        expect(panel).not_to_have_attribute("aria-busy", "true")


def test_a_board_that_lacks_an_aggregate_brings_all(new_page):
    """A stream of an older version: its web server refuses a choice that names what its board has not."""
    asked = []

    def old(socket):
        asked.append(socket.url)
        if "aggregates=" in socket.url:
            socket.close(code=1011)
            return
        server = socket.connect_to_server()
        refusal = {"type": "refused", "errors": [{"field": "aggregates", "rule": "unknown_aggregate"}]}
        socket.on_message(lambda message: socket.send(json.dumps(refusal)))
        server.on_message(socket.send)
    page = new_page(before=lambda page: page.route_web_socket(re.compile(r"/live(\?|$)"), old))
    page.locator("#panel-hosts").scroll_into_view_if_needed()
    page.wait_for_selector("#panel-hosts[data-seq]")
    assert "aggregates=" in asked[0]


# A connection that is slow to open: `opening.done()` is when.
SLOW = """(() => {
    const opening = { count: 0, isOver: false };
    Object.assign(window, { opening, WebSocket: class extends WebSocket {
        constructor(address) { super(address); opening.count += 1; }
        get readyState() { return opening.isOver ? super.readyState : WebSocket.CONNECTING; }
        set onopen(listener) {
            super.onopen = (event) => {
                opening.done = () => { opening.isOver = true; listener?.(event); };
                if (opening.isOver) listener?.(event);
            };
        }
    } });
})()"""


def test_a_connection_that_is_opening_stays(chromium, base_url):
    """What comes into view meanwhile is asked for once it is open."""
    context = chromium.new_context(viewport={"width": 1280, "height": 720})
    try:
        page, frames = context.new_page(), Frames()
        page.add_init_script(SLOW)
        frames.watch(page)
        page.goto(base_url)
        page.wait_for_function("() => opening.done")
        to(page, "quality")
        panels = page.locator(".view-quality [data-panel]")
        for panel in panels.all():
            panel.scroll_into_view_if_needed()
        page.evaluate("opening.done()")
        for panel in panels.all():
            panel.scroll_into_view_if_needed()
            expect(panel).to_have_attribute("data-seq", re.compile(r"^\d+$"))
        assert page.evaluate("opening.count") == 1 and frames.sent
    finally:
        context.close()
