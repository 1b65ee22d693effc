"""Servers that speak HTTPS, with certificates as `planetarium certificate` makes them."""
import socket
import ssl

from access import run
from running import Server


class SecureServer(Server):
    """A server with a certificate of its own making; `files` is (certificate, key)."""

    def __init__(self, data, files, *arguments, **kw):
        super().__init__(data, "--tls-cert", str(files[0]), "--tls-key", str(files[1]), *arguments, **kw)
        self.files = files
        self.session.verify = str(files[0])
        self.session.trust_env = False  # a variable with other certificates would win

    def socket(self, context=None, name="localhost"):
        context = context or ssl.create_default_context(cafile=str(self.files[0]))
        raw = socket.create_connection(("127.0.0.1", self.port), timeout=30)
        return context.wrap_socket(raw, server_hostname=name)


def make(folder, name="server", *arguments):
    files = folder / f"{name}.crt", folder / f"{name}.key"
    made = run("certificate", "--cert", files[0], "--key", files[1], *arguments)
    assert made.returncode == 0, made.stderr
    return files
