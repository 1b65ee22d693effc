"""Access as a browser sees it: names that lead here, and the field for a token."""
from visits import open_form, speak

from secure import SecureServer, make


def test_rebinding_is_of_no_use(server, launch):
    """A page of evil.example whose name then leads here (the case of a real Chromium)."""
    page = launch("--host-resolver-rules=MAP evil.example 127.0.0.1").new_page()
    answer = page.goto(f"http://evil.example:{server.port}/")
    assert answer.status == 421
    statuses = page.evaluate("""async () => {
        const send = (path, options) => fetch(path, options).then((r) => r.status);
        const type = { 'Content-Type': 'application/json' };
        const socket = await new Promise((done) => {
            const one = new WebSocket(`ws://${location.host}/live`);
            one.onopen = () => done('open');
            one.onerror = () => done('refused');
        });
        return [await send('/api/planets'), await send('/api/discoveries', {
            method: 'POST', headers: type, body: '{"pl_name":"Evil b"}' }), socket];
    }""")
    assert statuses == [421, 421, "refused"]
    assert server.get("/api/planets").json()["total"] == 0


def test_the_page_asks_for_the_token(guarded, chromium):
    page = chromium.new_context(locale="en-GB").new_page()
    page.goto(guarded.url)
    page.wait_for_selector("html[data-ready]")
    open_form(page)
    page.fill("#report [name=pl_name]", "Paged b")
    page.click("#report button[type=submit]")
    page.wait_for_selector('[data-access="missing"]', state="attached")
    for text, state in [("plt_nobody", "unknown"), (guarded.tokens["read"], "role")]:
        page.fill("#access-token", text)
        page.click("#access button[type=submit]")
        page.click("#report button[type=submit]")
        page.wait_for_selector(f'[data-access="{state}"]')
    page.fill("#access-token", guarded.tokens["submit"])
    page.click("#access button[type=submit]")
    page.click("#report button[type=submit]")
    guarded.wait(lambda: guarded.get("/api/planets").json()["total"] == 1, 10, "the planet")
    page.reload()
    page.wait_for_selector('[data-access="kept"]')
    speak(page, "fr")
    assert "jeton" in page.inner_text("#access").lower()
    other = chromium.new_context().new_page()
    other.goto(guarded.url)
    other.wait_for_selector("html[data-ready]")
    assert other.input_value("#access-token") == ""


def test_the_page_is_live_over_https(tmp_path, chromium):
    page = chromium.new_context(ignore_https_errors=True, locale="en-GB").new_page()
    sockets = []
    page.on("websocket", lambda one: sockets.append(one.url))
    with SecureServer(tmp_path / "data", make(tmp_path)) as server:
        page.goto(server.url)
        page.wait_for_selector("#connection[data-connection=live]")
        assert sockets and sockets[0].startswith(f"wss://127.0.0.1:{server.port}/live")
        open_form(page)
        page.fill("#report [name=pl_name]", "Wired b")
        page.click("#report button[type=submit]")
        page.wait_for_selector("text=Wired b")
