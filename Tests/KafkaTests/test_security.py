"""TLS with a private authority's certificate, and SASL: they work, and errors name the cause, never the password."""
import certificates as certificate_files
import planetarium
import pytest

TLS_OPTIONS = ["--kafka-property", "security.protocol=ssl"]


@pytest.fixture(scope="module")
def certificates(tmp_path_factory):
    return certificate_files.make(tmp_path_factory.mktemp("certificates"))


def test_tls(kafka, planets, certificates):
    address = kafka(tls=certificates).address_of("SSL")
    trusted = ["--kafka-property", f"ssl.ca.location={certificates / 'ca.pem'}"]
    serve = planets(address, *TLS_OPTIONS, *trusted)
    assert serve.submit("Tls b") == 201
    serve.wait_stored(1)
    serve.stop()
    with pytest.raises(AssertionError, match="certificate verify failed"):
        planets(address, *TLS_OPTIONS, folder="untrusted")


def test_tls_asked_of_a_plain_listener(kafka, planets, certificates):
    cluster = kafka(tls=certificates)
    with pytest.raises(AssertionError, match=f"{cluster.address} does not speak TLS: set security.protocol to plain"):
        planets(cluster.address, *TLS_OPTIONS)


def test_a_tls_listener_asked_in_plain(kafka, planets, certificates):
    address = kafka(tls=certificates).address_of("SSL")
    with pytest.raises(AssertionError, match=f"{address} is a TLS listener: set security.protocol to ssl"):
        planets(address)
    made = planetarium.run("topics create", "--log", f"kafka://{address}")
    assert made.returncode == 1 and "is a TLS listener" in made.stderr, made.stderr


def test_sasl(kafka, planets):
    address = kafka(sasl=True).address_of("SASL_PLAINTEXT")
    properties = ["security.protocol=sasl_plaintext", "sasl.mechanism=PLAIN", "sasl.username=desk"]
    options = sum((["--kafka-property", text] for text in properties), [])
    serve = planets(address, *options, "--kafka-property", "sasl.password=desk-secret")
    assert serve.submit("Sasl b") == 201
    serve.wait_stored(1)
    serve.stop()
    with pytest.raises(AssertionError, match="(?i)authentication") as refused:
        planets(address, *options, "--kafka-property", "sasl.password=wrong-one", folder="refused")
    assert "wrong-one" not in str(refused.value)


def test_a_listener_asked_with_and_without_sasl(kafka):
    cluster = kafka(sasl=True)
    with_sasl, without = cluster.address_of("SASL_PLAINTEXT"), cluster.address
    shown = planetarium.run("topics", "--log", f"kafka://{with_sasl}")
    assert shown.returncode == 1 and f"{with_sasl} asks for SASL: set security.protocol" in shown.stderr, shown.stderr
    options = [f"--kafka-property={text}" for text in [
        "security.protocol=sasl_plaintext", "sasl.mechanism=PLAIN", "sasl.username=desk", "sasl.password=desk-secret"]]
    shown = planetarium.run("topics", "--log", f"kafka://{without}", *options)
    assert shown.returncode == 1 and f"{without} knows no SASL: set security.protocol" in shown.stderr, shown.stderr
    assert planetarium.run("topics", "--log", f"kafka://{with_sasl}", *options).returncode == 0
