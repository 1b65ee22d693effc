"""Case `tls` of bench.py: HTTPS beside nginx's, by what a request costs the server's processor."""
import os
import shutil
import statistics
import subprocess

from bench import BINARY, CPUS, RUNS, Peer, free_port, ours, spread, table, wrk

CASES = [("Answer of 100 bytes, 64 connections kept", "/small.txt", []),
         ("File of 100 KB, 64 connections kept", "/file.js", []),
         ("A new connection a request (whole handshake, EC P-256), 64 at a time", "/small.txt",
          ["-H", "Connection: close"])]


def case_tls(folder):
    site = folder / "site"
    site.mkdir()
    folder.chmod(0o755)  # nginx's workers are another user
    (site / "index.html").write_text("<!doctype html>")
    (site / "small.txt").write_text("x" * 100)
    (site / "file.js").write_bytes(os.urandom(50_000).hex().encode())
    certificate, key = folder / "crt.pem", folder / "key.pem"
    subprocess.run([BINARY, "certificate", "--cert", certificate, "--key", key], check=True, capture_output=True)
    port = free_port()
    # The same versions, ciphers and curves as ours; nginx's own defaults else.
    (folder / "nginx.conf").write_text(f"""
        worker_processes {CPUS}; daemon off; error_log /dev/null; pid {folder}/nginx.pid;
        events {{ worker_connections 1024; }}
        http {{ access_log off; sendfile on; keepalive_requests 1000000; include /etc/nginx/mime.types;
            server {{ listen 127.0.0.1:{port} ssl; root {site}; ssl_certificate {certificate};
                ssl_certificate_key {key}; ssl_protocols TLSv1.2 TLSv1.3; ssl_ecdh_curve X25519:P-256:P-384;
                ssl_prefer_server_ciphers on; ssl_conf_command Ciphersuites TLS_AES_128_GCM_SHA256; }} }}""")
    peers = [ours(folder, "--public", str(site), "--tls-cert", certificate, "--tls-key", key),
             Peer("nginx", [shutil.which("nginx") or "/usr/sbin/nginx", "-c", folder / "nginx.conf"], port)]
    for title, path, arguments in CASES:
        rates, costs = {p.name: [] for p in peers}, {p.name: [] for p in peers}
        for run in range(RUNS + 1):  # the first is the warm-up
            for p in peers:
                before = p.cpu_seconds()
                out = wrk(f"https://127.0.0.1:{p.port}{path}", *arguments)
                spent = p.cpu_seconds() - before
                assert "Non-2xx" not in out
                count = int(out.split(" requests in ")[0].split()[-1])
                if run:
                    rates[p.name].append(float(out.split("Requests/sec:")[1].split()[0]))
                    costs[p.name].append(count / spent)
        best = statistics.median(costs["planetarium"])
        table("HTTPS: " + title, ["server", "requests/s", "requests a second of its processor", "ours is"],
              [[n, spread(rates[n]), spread(costs[n]), f"{best / statistics.median(costs[n]):.2f}x"] for n in rates])
    for p in peers:
        p.stop()
