"""Requests on which readers of HTTP/1.1 have disagreed; with the statuses that may come first (RFC 9110, RFC 9112).

`None` among the statuses: no answer, because the request never ends.
"""
HOST = "Host: localhost:8080\r\n"
BODY = '{"pl_name":"Frame-1 b"}'
SMUGGLED = "GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n"
N = len(BODY)
CHUNKED = f"{N:x}\r\n{BODY}\r\n0\r\n\r\n"
TE = "Transfer-Encoding: chunked\r\n"


def get(target="/livez", fields="", version="HTTP/1.1", method="GET", host=HOST):
    return f"{method} {target} {version}\r\n{host}{fields}\r\n"


def post(fields, body="", version="HTTP/1.1"):
    return f"POST /api/discoveries {version}\r\n{HOST}Content-Type: application/json\r\n{fields}\r\n{body}"


def cases():
    yield from lengths()
    yield from codings()
    yield from chunks()
    yield from lines()
    yield from requests()
    yield from hosts()
    yield from fields()
    yield from sequences()


def lengths():
    for value in ("+{n}", "-{n}", " {n} {n}", "0x17", "{n},{n}", "{n}, 24", "2_3", "{n};", "{n}.0", "1e1", "\x0b{n}",
                  "{n}\x0c", "{n}\x00", "", "'{n}'", "\xb2\xb3", "18446744073709551639", "9223372036854775807",
                  "99999999999999999999"):
        yield post(f"Content-Length: {value.format(n=N)}\r\n", BODY), {400, 413}
    yield post(f"Content-Length: 0000{N}\r\n", BODY), {400, 201}
    yield post(f"Content-Length: {N}\r\n" * 2, BODY), {400}
    yield post(f"Content-Length: {N}\r\nContent-Length: 0\r\n", BODY), {400}
    yield post(f"Content-Length: 0\r\nContent-Length: {len(SMUGGLED)}\r\n", SMUGGLED), {400}
    for colon in (" :", "\t:", ":\r\n "):
        yield post(f"Content-Length{colon} {N}\r\n", BODY), {400}
    yield post(f"Content-Length: 4\r\n{TE}", "0\r\n\r\n" + SMUGGLED), {400}
    yield post(f"{TE}Content-Length: 4\r\n", "0\r\n\r\n" + SMUGGLED), {400}
    yield post(f"Content-Length: {N}\r\n", BODY), {201}
    yield post(f"Transfer_Encoding: chunked\r\nContent-Length: {N}\r\n", BODY), {201}


def codings():
    for value in ("chunked", "Chunked", "CHUNKED", "chunked ", "\tchunked", "chunked,", ",chunked", ", ,chunked"):
        yield post(f"Transfer-Encoding: {value}\r\n", CHUNKED), {201, 400}
    for value in ("xchunked", "chunkedx", "chunked;q=1", "chunked;", '"chunked"', "'chunked'", "identity",
                  "identity, chunked", "chunked, identity", "gzip, chunked", "gzip", "chunked, chunked", "\x0bchunked",
                  "chunked\x0b", "\x00chunked", "chunked\x00", "ch unked", "", ",", "chunked\xa0", "\xa0chunked",
                  "chun\xe7ked", "chunked\x85", "cow", "x;chunked"):
        yield post(f"Transfer-Encoding: {value}\r\n", CHUNKED), {400, 501}
    yield post(TE + TE, CHUNKED), {400}
    yield post("Transfer-Encoding: identity\r\n" + TE, CHUNKED), {400, 501}
    yield post("Transfer-Encoding : chunked\r\n", CHUNKED), {400}
    yield post("Transfer-Encoding:\r\n chunked\r\n", CHUNKED), {400}
    yield post(TE[:-2] + "\r\n x\r\n", CHUNKED), {400}
    yield post(TE, CHUNKED, "HTTP/1.0"), {400, 501}
    yield post(f"X: \rx{TE}Content-Length: {N}\r\n", BODY), {400}
    yield post(f"X: a\n{TE}", CHUNKED), {400}


def chunks():
    size = f"{N:x}"
    last = "0\r\n\r\n"
    for first in (size.upper(), "0000" + size):
        yield post(TE, f"{first}\r\n{BODY}\r\n{last}"), {201}
    for first in ("0x" + size, "+" + size, "1_7", " " + size, size + " ", size + "\t", "", ";a", "f" * 15, "f" * 16,
                  "1" + "0" * 15 + size, "8" + "0" * 15):
        yield post(TE, f"{first}\r\n{BODY}\r\n{last}"), {400, 413}
    for end in ("\n", "\r", "\r\r\n"):
        yield post(TE, f"{size}{end}{BODY}\r\n{last}"), {400}
        yield post(TE, f"{size}\r\n{BODY}{end}{last}"), {400}
    yield post(TE, f"{size}\r\n{BODY}XX{last}"), {400}
    yield post(TE, f"5\r\n{BODY}\r\n{last}"), {400}
    yield post(TE, f"{size}\r\n{BODY}{last}"), {400}
    yield post(TE, f"{size}\r\n{BODY}\r\n-0\r\n\r\n"), {400}
    for extension in (";a=b", ";a", ' ; a = "b;c"', ';a="b\\"c"', ";a;b=c;d"):
        yield post(TE, f"{size}{extension}\r\n{BODY}\r\n0;x\r\n\r\n"), {201}
    for extension in (";", ";a=", ";=b", ";bad[=x", ';a="b', ";a\nb", ";a\rb", ";a\x00b", ';a="\r\nb"', ";a=b c",
                      ";" + "a" * 5000):
        yield post(TE, f"{size}{extension}\r\n{BODY}\r\n{last}"), {400}
    whole = f"{size}\r\n{BODY}\r\n"
    yield post(TE, whole + "0\r\nX-Sum: 1\r\n\r\n"), {201}
    for trailer in ("Content-Length: 5", TE[:-2], "Host: evil"):
        yield post(TE, whole + f"0\r\n{trailer}\r\n\r\n"), {201, 400}
    for trailer in ("X Sum: 1", "abc", "A: b\r\n c", "A: b\nC: d", ": x"):
        yield post(TE, whole + f"0\r\n{trailer}\r\n\r\n"), {400}
    yield post(TE, whole + f"0\r\nA: {'b' * 9000}\r\n\r\n"), {431, 400}
    yield post(TE, whole + "0\r\n" + "A: b\r\n" * 3000), {431}
    yield post(TE, whole + "0\r\nXX"), {400, None}
    for end in ("0\n\n", "0\r\n\n"):
        yield post(TE, whole + end), {400}
    for unfinished in ("0\r\n", ""):
        yield post(TE, whole + unfinished), {None}


def lines():
    yield "GET /livez HTTP/1.1\nHost: a\n\n", {400}
    yield "GET /livez HTTP/1.1\rHost: a\r\r", {400, None}
    yield "GET /livez HTTP/1.1\r\nHo\rst: a\r\n\r\n", {400}
    yield "GET /livez HTTP/1.1\r\r\nHost: a\r\n\r\n", {400}
    yield "GET /livez HTTP/1.1\r\nHost: a\r\nX: y\r\r\n\r\n", {400}
    yield "\r\n" + get(), {200}
    yield "\r\n" * 4 + get(), {200, 400}
    yield "\r\n" * 400 + get(), {400}
    for first in ("\n", " ", "\x00"):
        yield first + get(), {400}
    yield "GET /livez HTTP/1.1\r\n Host: a\r\n\r\n", {400}
    for fold in (" ", "\t"):
        yield get(fields=f"X: a\r\n{fold}b\r\n"), {400}


def requests():
    for line in ("GET  /livez HTTP/1.1", "GET /livez  HTTP/1.1", "GET\t/livez\tHTTP/1.1", "GET /livez HTTP/1.1 ",
                 " GET /livez HTTP/1.1", "GET /livez HTTP/1.1x", "GET /livez HTTP/1.10", "GET /livez http/1.1",
                 "GET /livez HTTP /1.1", "GET /livez HTTP/01.1", "GET /livez HTTP/1.+1", "GET /livez HTTP/1,1",
                 "GET /livez", "GET /livez HTTP/", "GET /li vez HTTP/1.1", "GET\x0b/livez HTTP/1.1",
                 "GET /\x00 HTTP/1.1", "GET /\x7f HTTP/1.1", "GET livez HTTP/1.1", "GET ?x HTTP/1.1",
                 "GET \\livez HTTP/1.1", "GET /a#b HTTP/1.1", "GET * HTTP/1.1", "G(T /livez HTTP/1.1",
                 "G\xc9T /livez HTTP/1.1", "GET / HTTP/1.1\x00", "GET /%zz HTTP/1.1", "GET /livez\xe9 HTTP/1.1"):
        yield f"{line}\r\n{HOST}\r\n", {400}
    for version, statuses in (("HTTP/0.9", {400, 505}), ("HTTP/2.0", {505}), ("HTTP/1.2", {200, 505})):
        yield get(version=version), statuses
    yield "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", {400, 505}
    yield "\x16\x03\x01\x00\xc8\x01\x00\x00\xc4\x03\x03" + "\x00" * 60, {400, None}
    yield "PROXY TCP4 1.2.3.4 5.6.7.8 1 2\r\n" + get(), {400}
    for method, statuses in (("get", {405, 501}), ("TRACE", {405}), ("BREW", {501}), ("CONNECT", {400, 501})):
        yield get(method=method), statuses
    for target, statuses in (("http://localhost:8080/livez", {200}), ("HTTP://LOCALHOST/livez", {200}),
                             ("http:///livez", {400}), ("http://u:p@localhost/livez", {400}), ("//livez", {404, 400}),
                             ("/a/../livez", {404, 400}), ("/livez%00", {400, 404}), ("/" + "a" * 8300, {414})):
        yield get(target), statuses


def hosts():
    for host, statuses in (("", {400}), ("Host: a\r\nHost: b\r\n", {400}), ("Host:\r\n", {400}),
                           ("Host: :80\r\n", {400}),
                           ("Host: a b\r\n", {400}), ("Host: a/b\r\n", {400}), ("Host: a,b\r\n", {400}),
                           ("Host: u@a\r\n", {400}), ("Host: a:b\r\n", {400}), ("Host: [::1\r\n", {400}),
                           ("Host: a\x00\r\n", {400}), ("Host : a\r\n", {400}), ("Host: a\r\n b\r\n", {400})):
        yield get(host=host), statuses
    yield "GET http://a/livez HTTP/1.1\r\n\r\n", {400}


def fields():
    for line in ("A B: c", "A(: c", "A\x00: c", "\xe9: c", ": c", "novalue", "A: \x01", "A: \x00", "A\t: b"):
        yield get(fields=line + "\r\n"), {400}
    for line in ("A:", "A:b", "A:\t b \t", "A: \xff"):
        yield get(fields=line + "\r\n"), {200}
    for many in ("X: " + "y" * 33000 + "\r\n", "".join(f"X{i}: y\r\n" for i in range(101)), "A" * 33000 + ": b\r\n"):
        yield get(fields=many), {431}


def sequences():
    inside = f"Content-Length: {len(SMUGGLED)}\r\n"
    yield get(fields=inside) + SMUGGLED, {200}
    for method, target, status in (("POST", "/nothing", {404, 405}), ("POST", "/livez", {405}), ("GET", "/", {200}),
                                   ("DELETE", "/api/planets/none", {404}), ("OPTIONS", "*", {204})):
        yield get(target, inside, method=method) + SMUGGLED, status
    yield post("Content-Length: 99999999\r\n", SMUGGLED), {413}
    yield post("Expect: y 100-continue\r\n" + inside, SMUGGLED), {417}
    yield get() * 3, {200}
    yield get() + post(f"Content-Length: {N}\r\n", BODY) + get() + post(TE, CHUNKED) + get(), {200}
    yield get(fields="Connection: close\r\n") + get(), {200}
    yield get(version="HTTP/1.0", fields="Connection: keep-alive\r\n") * 2, {200}
    yield get(version="HTTP/1.0") * 2, {200}
