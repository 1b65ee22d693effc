# Planetarium under /planetarium/ behind Varnish. docs/DEPLOY.md, "Behind a proxy".
# planetarium serve --trusted-proxy 127.0.0.1 --public-url https://planets.example

vcl 4.1;

backend default {
    .host = "127.0.0.1";
    .port = "8080";
    .between_bytes_timeout = 60s; # live connections say something every 15 s
}

sub vcl_recv {
    set req.http.X-Forwarded-For = client.ip;
    set req.http.X-Forwarded-Host = req.http.Host;
    set req.http.X-Forwarded-Proto = "http";
    set req.http.X-Forwarded-Prefix = "/planetarium";
    set req.url = regsub(req.url, "^/planetarium/", "/");
    if (req.http.Upgrade ~ "(?i)websocket" || req.url ~ "^/api/live") {
        return (pipe);
    }
    # A token's answers are its own.
    if (req.http.Authorization) {
        return (pass);
    }
}

sub vcl_backend_response {
    # Kept is only what says for how long.
    if (!beresp.http.Cache-Control) {
        set beresp.uncacheable = true;
    }
}

sub vcl_pipe {
    if (req.http.Upgrade) {
        set bereq.http.Upgrade = req.http.Upgrade;
        set bereq.http.Connection = req.http.Connection;
    }
}
