"""TLS with a private authority's certificate, and SASL, by a file of properties as README has it; what is wrong is told
in a sentence, never the password."""
import certificates
import pytest

import compare
import records
from kafka import Cluster
from sides import Job, Topic


@pytest.fixture(scope="module")
def secure(tmp_path_factory):
    folder = certificates.make(tmp_path_factory.mktemp("certificates"))
    certificates.truststore(folder)
    made = Cluster(tmp_path_factory.mktemp("secure") / "cluster", sasl=True, tls=folder).start()
    yield made
    made.stop()


def properties(folder, secure, **changed):
    place = folder / "client.properties"
    place.write_text("".join(f"{name}={value}\n" for name, value in ({
        "security.protocol": "SASL_SSL", "sasl.mechanism": "PLAIN",
        "sasl.jaas.config": "org.apache.kafka.common.security.plain.PlainLoginModule required username=\"desk\" "
                            "password=\"desk-secret\";",
        "ssl.truststore.location": secure.tls / "truststore.p12", "ssl.truststore.password": certificates.PASSWORD,
    } | {name.replace("_", "."): value for name, value in changed.items()}).items()))
    return "--kafka-properties", place


def test_tls_and_sasl(secure, tmp_path, version):
    topic = Topic(secure.address, f"secure-{version.name}", tmp_path)
    topic.produce(records.plain(0, 60))
    topic.address = secure.address_of("SASL_SSL")
    job = Job(version, topic).run(*properties(tmp_path, secure), "--group", "lag")
    assert len(compare.rows_of(job.lake, "discoveries")) == 60
    assert "desk-secret" not in job.text
    jaas = ("org.apache.kafka.common.security.plain.PlainLoginModule required username=\"desk\" "
            "password=\"wrong-one\";")
    reason = Job(version, topic, tmp_path / "wrong").refuse(*properties(tmp_path, secure, sasl_jaas_config=jaas))
    assert "Authentication failed" in reason and "wrong-one" not in reason
    refused = Job(version, topic, tmp_path / "untrusted").refuse(*properties(
        tmp_path, secure, ssl_truststore_location="/etc/ssl/certs/java/cacerts", ssl_truststore_type="JKS",
        ssl_truststore_password="changeit"))
    assert "SSL handshake failed" in refused or "certification path" in refused, refused
