# What names may do to the page: nothing hidden, nothing turned around, in words that say so.
# Not here: which characters the server refuses (test_texts.py).
import uuid

from playwright.sync_api import expect
from visits import open_form


def report(page, **values):
    open_form(page)
    for name, value in values.items():
        page.fill(f"#field-{name}", value)
    page.click("#discovery-form button[type=submit]")


def test_a_hidden_character_is_named_in_both_languages(new_page):
    for locale, words in [("en-GB", "U+200B, character 3"), ("fr-FR", "caractère invisible")]:
        page = new_page(locale=locale)
        report(page, pl_name=f"Te\u200bst-{uuid.uuid4().hex[:6]} b")
        expect(page.locator("#field-pl_name-error")).to_contain_text(words)
        new_page.complaints.expect("422")


def test_what_was_stored_before_turns_nothing_around(page):
    made = page.evaluate("""async () => {
        const [{h, setText}, {t}] = await Promise.all([import('/js/dom.js'), import('/js/i18n.js')]);
        const one = h('p', {title: 'a\\u202eb'}, 'x\\u202ey\\u001b[2J\\u2066z'), other = h('p');
        setText(other, 'a\\u202eb\\nc');
        return [one.textContent, one.title, other.textContent, t('import.running', {file: 'a\\u202eb\\u2069'}),
            t('import.running', {file: 'כוכב 1'}), t('import.running', {file: 'plain.csv'})];
    }""")
    assert made[:3] == ["x\ufffdy\ufffd[2J\ufffdz", "a\ufffdb", "a\ufffdb\nc"]
    assert "\u2068a\ufffdb\ufffd\u2069" in made[3] and "\u2068כוכב 1\u2069" in made[4]
    assert "\u2068" not in made[5]


def test_a_name_from_right_to_left_leaves_the_rest_in_place(page):
    name = f"כוכב-{uuid.uuid4().int % 10**6} b"
    report(page, pl_name=name, disc_year="2020")
    link = page.locator("#panel-newest li a").first
    expect(link).to_have_text(name)
    assert link.evaluate("one => getComputedStyle(one).unicodeBidi") == "isolate"


def test_numbers_read_as_intl_has_them(page):
    """The page writes them without it, as its first format takes a phone longer than the rest of the start."""
    different = page.evaluate("""async () => {
        const {asPercent, placesFor, rounded, toDigits, written} = await import('/js/numbers.js');
        const different = [];
        for (const [tag, french] of [['en-GB', false], ['fr-FR', true]]) {
            const compare = (own, options, value) => {
                const text = new Intl.NumberFormat(tag, options).format(value);
                if (own !== text) different.push([tag, value, own, text]);
            };
            for (const value of [0, 1, 0.5, 0.285, 0.9995, 0.001, 0.12345, 0.0004, -0.031, 12.3456, 1.005]) {
                if (rounded(value, 3) !== 0 || value === 0) {
                    compare(asPercent(value, french), {style: 'percent', maximumFractionDigits: 1}, value);
                }
            }
            for (const value of [0, 0.1, 1 / 3, -2 / 3, 123456789.123456, 1e20, 5e-9, 1.5, 100, 0.30000000000000004]) {
                compare(written(toDigits(value, 15), placesFor(value, 15), french),
                    {maximumSignificantDigits: 15}, value);
            }
            for (const value of [1.0005, 0.12345, 2.00005, 12345.6, -0.000123456, 9999.5, 0.99995, 1234567, 365.25]) {
                compare(written(toDigits(value, 4), 7, french), {maximumSignificantDigits: 4}, value);
                for (let places = 0; places < 10; places += 1) {
                    const own = rounded(value, places);
                    if (own === 0) continue;
                    compare(written(own, places, french), {maximumFractionDigits: places}, value);
                    compare(written(own, places, french, true),
                        {minimumFractionDigits: places, maximumFractionDigits: places}, value);
                }
            }
        }
        return different;
    }""")
    assert different == []
