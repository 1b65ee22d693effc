"""A private authority and a broker's certificate from it, for the tests with TLS."""
import subprocess
from pathlib import Path

PASSWORD = "planetarium"


def make(folder) -> Path:
    """`folder` with ca.pem, and kafka.p12 for 127.0.0.1."""
    folder = Path(folder)

    def openssl(*arguments):
        subprocess.run(["openssl", *arguments], cwd=folder, check=True, capture_output=True)

    (folder / "names").write_text("subjectAltName=IP:127.0.0.1,DNS:localhost")
    authority = ["-keyout", "ca.key", "-out", "ca.pem", "-days", "30", "-subj", "/CN=tests"]
    openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", *authority)
    openssl("req", "-newkey", "rsa:2048", "-nodes", "-keyout", "key", "-out", "request", "-subj", "/CN=127.0.0.1")
    signed = ["-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "30", "-extfile", "names"]
    openssl("x509", "-req", "-in", "request", "-out", "certificate", *signed)
    store = ["-inkey", "key", "-out", "kafka.p12", "-passout", f"pass:{PASSWORD}"]
    openssl("pkcs12", "-export", "-in", "certificate", *store)
    return folder


def truststore(folder) -> Path:
    """truststore.p12, for Java's clients."""
    made = Path(folder) / "truststore.p12"
    subprocess.run(["keytool", "-importcert", "-noprompt", "-alias", "ca", "-file", made.with_name("ca.pem"),
                    "-keystore", made, "-storetype", "PKCS12", "-storepass", PASSWORD], check=True, capture_output=True)
    return made
