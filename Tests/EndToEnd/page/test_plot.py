# The arithmetic of plots, by the page's own modules: ticks, scales, bins, projections, the Explore view's address.
# Not here: what is drawn (test_page_explore.py).
import pytest

ASK = "async ([module, name, args]) => (await import(module))[name](...args)"


@pytest.fixture(scope="module")
def call(chromium, base_url):
    page = chromium.new_page()
    page.goto(base_url + "/favicon.svg")
    yield lambda module, name, *arguments: page.evaluate(ASK, [f"/js/{module}", name, list(arguments)])
    page.close()


@pytest.fixture(scope="module")
def scale(chromium, base_url):
    page = chromium.new_page()
    page.goto(base_url + "/favicon.svg")
    yield lambda code: page.evaluate(
        f"async () => {{ const {{Scale, extent}} = await import('/js/plot/scale.js'); return {code}; }}")
    page.close()


@pytest.mark.parametrize("low, high, count, values", [
    (0, 10, 5, [0, 2, 4, 6, 8, 10]), (0, 1, 5, [0, 0.2, 0.4, 0.6, 0.8, 1]), (-1, 1, 4, [-1, -0.5, 0, 0.5, 1]),
    (0.1, 0.3, 2, [0.1, 0.2, 0.3]), (1988, 2026, 4, [1990, 2000, 2010, 2020]), (0, 0, 5, [0]),
    (1e6, 1.00001e6, 5, [1e6, 1000002, 1000004, 1000006, 1000008, 1000010]),
])
def test_linear_ticks_are_round(call, low, high, count, values):
    assert call("plot/ticks.js", "linearTicks", low, high, count)["values"] == pytest.approx(values, rel=1e-12)


def test_whole_numbers_only(call):
    assert call("plot/ticks.js", "linearTicks", 0, 3, 10, True)["values"] == [0, 1, 2, 3]


@pytest.mark.parametrize("low, high, count, values", [
    (1, 1000, 5, [1, 10, 100, 1000]), (1, 100, 8, [1, 2, 5, 10, 20, 50, 100]), (0.02, 30, 4, [0.1, 1, 10]),
    (1e-9, 1e9, 6, [1e-9, 1e-6, 1e-3, 1, 1e3, 1e6, 1e9]), (2, 3, 5, [2, 2.2, 2.4, 2.6, 2.8, 3]),
])
def test_logarithmic_ticks(call, low, high, count, values):
    made = call("plot/ticks.js", "logTicks", low, high, count)
    assert made["values"] == pytest.approx(values, rel=1e-12)
    assert all(low <= one <= high for one in made["minor"])


def test_times_begin_at_round_times(call):
    hour = 3_600_000
    ticks = call("plot/ticks.js", "timeTicks", 1_700_000_123_456, 1_700_000_123_456 + 6 * hour, 6)
    assert ticks["step"] == hour and all(one % (hour / 2) == 0 for one in ticks["values"])
    years = call("plot/ticks.js", "timeTicks", 600_000_000_000, 1_700_000_000_000, 6)["values"]
    assert 3 <= len(years) <= 9


@pytest.mark.parametrize("step, least", [(1, 1), (2, 1.3), (5, 2.1), (10, 5.5), (0.2, 0.11), (0.05, 0.0499)])
def test_steps_are_1_2_5(call, step, least):
    assert call("plot/ticks.js", "roundStep", least) == pytest.approx(step)


def test_scales_there_and_back(scale):
    assert scale("new Scale('log', 1, 1000, 100, 400).pixel(10)") == pytest.approx(200)
    assert scale("new Scale('log', 1, 1000, 100, 400).value(300)") == pytest.approx(100)
    assert scale("new Scale('linear', -5, 5, 200, 0).pixel(0)") == pytest.approx(100)
    assert scale("Number.isNaN(new Scale('log', 1, 10, 0, 1).pixel(0))")
    assert scale("new Scale('log', 1, 100, 0, 200).zoomed(0.5, 100)") == pytest.approx([10 ** 0.5, 10 ** 1.5])
    assert scale("new Scale('linear', 0, 10, 0, 100).moved(10)") == pytest.approx([-1, 9])
    # What is under the pointer stays there.
    assert scale("(() => { const s = new Scale('linear', 3, 9, 50, 650);"
                 "const [a, b] = s.zoomed(0.3, 200); return new Scale('linear', a, b, 50, 650).value(200); })()"
                 ) == pytest.approx(4.5)
    # Zooming ends where doubles do.
    assert scale("new Scale('linear', 1, 1 + 1e-12, 0, 100).zoomed(0.5, 50)") == pytest.approx([1, 1 + 1e-12])


def test_ranges_leave_out_what_has_no_place(scale):
    assert scale("extent([NaN, 1, 100, -3], 'log', 0)") == pytest.approx([1, 100])
    assert scale("extent([NaN, Infinity], 'linear')") is None
    low, high = scale("extent([7], 'linear')")
    assert low < 7 < high


@pytest.mark.parametrize("ra, dec", [(0.5, 0), (90, 45), (180, 0), (266.4, -28.9), (359, -80), (12, 89)])
def test_aitoff_stays_within_its_ellipse(call, ra, dec):
    x, y = call("plot/project.js", "aitoff", ra, dec)
    assert (x / 2) ** 2 + y ** 2 <= 1 + 1e-9
    assert (x < 0) == (ra > 180) and (y < 0) == (dec < 0)


def test_aitoff_is_the_textbooks(call):
    # The equator is true to length; east is to the left, the middle is 12 h.
    assert call("plot/project.js", "aitoff", 180, 0) == pytest.approx([0, 0])
    assert call("plot/project.js", "aitoff", 270, 0) == pytest.approx([-1, 0])
    assert call("plot/project.js", "aitoff", 180, 90) == pytest.approx([0, 1])
    # 60 degrees north on the middle line: two thirds of the way up.
    assert call("plot/project.js", "aitoff", 180, 60) == pytest.approx([0, 2 / 3])


def test_the_milky_ways_plane(call):
    # The centre of the galaxy, and the point opposite (J2000).
    assert call("explore/sky.js", "galacticPlane", 0) == pytest.approx([266.405, -28.936], abs=0.01)
    assert call("explore/sky.js", "galacticPlane", 180) == pytest.approx([86.405, 28.936], abs=0.01)


@pytest.mark.parametrize("values, log, whole", [
    ([1990, 1995, 2026], False, True), ([0.1, 3, 12, 400], False, False), ([0.1, 3, 12, 4e5], True, False),
    ([5], False, True), ([-3, 0, 7.5], False, False), ([2, 2, 2], True, False),
])
def test_every_value_lies_in_one_bin(chromium, base_url, values, log, whole):
    page = chromium.new_page()
    page.goto(base_url + "/favicon.svg")
    counts = page.evaluate(
        """async ([values, log, whole]) => {
            const {binsOf, countIn} = await import('/js/explore/histogram.js');
            return countIn(binsOf(values, log, whole), values, () => true);
        }""", [values, log, whole])
    page.close()
    assert sum(counts) == len(values) and len(counts) <= 90


def test_an_address_holds_the_view(chromium, base_url):
    page = chromium.new_page()
    page.goto(base_url + "/favicon.svg")
    same, strange = page.evaluate(
        """async () => {
            const {read, write} = await import('/js/explore/state.js');
            const isNumber = (name) => name.startsWith('pl_') || name === 'disc_year';
            const open = (given) => read(given, isNumber, (name) => name === 'discoverymethod');
            const given = {x: 'pl_insol', y: 'pl_eqt', colour: 'none', size: 'pl_rade', hist: 'pl_dens',
              xscale: 'linear', errors: '1', forecasts: '1', zoom: '1,2,3,4', box: '-1,2,0.5,9',
              range: '1990,2000', only: 'a|b'};
            const strange = {x: 'nosuch', zoom: '1,2', box: '4,3,2,1', range: 'a,b', size: '<b>'};
            return [write(open(given)), write(open(strange))];
        }""")
    page.close()
    assert {name: value for name, value in same.items() if value} == {
        "x": "pl_insol", "y": "pl_eqt", "colour": "none", "size": "pl_rade", "hist": "pl_dens", "xscale": "linear",
        "errors": "1", "forecasts": "1", "zoom": "1,2,3,4", "box": "-1,2,0.5,9", "range": "1990,2000", "only": "a|b"}
    assert not any(strange.values())


def test_csv_is_read_as_it_is_written(chromium, base_url):
    text = '# a comment, with "quotes\nkey,pl_name,n\nab,"A, ""b""",1\ncd,plain,\r\nef,"two\nlines",3'
    page = chromium.new_page()
    page.goto(base_url + "/favicon.svg")
    pairs = page.evaluate("async (text) => [...await (await import('/js/explore/csv.js')).readCsv(text)]", text)
    page.close()
    assert dict(pairs) == {"key": ["ab", "cd", "ef"], "pl_name": ['A, "b"', "plain", "two\nlines"], "n": ["1", "", "3"]}
