"""The job's arguments, without Spark: nonsense is refused, and where the client's properties come from."""
import pytest

import planetarium_job

NEEDED = ["--bootstrap-servers", "a:1", "--lake", "l", "--checkpoint", "c"]


def test_properties_come_from_the_file_and_then_from_the_command_line(tmp_path):
    file = tmp_path / "client.properties"
    file.write_text("# a comment\n! another\n\nsasl.jaas.config=a b=\"c=d\";\nx = 1 \n")
    options = planetarium_job.arguments([*NEEDED, "--kafka-properties", str(file), "--kafka", "x=2"])
    assert options.client == {"isolation.level": "read_committed", "sasl.jaas.config": 'a b="c=d";', "x": "2",
                              "bootstrap.servers": "a:1"}
    given = planetarium_job.arguments([*NEEDED, "--kafka", "isolation.level=read_uncommitted"])
    assert given.client["isolation.level"] == "read_uncommitted"


@pytest.mark.parametrize("more,said", [
    (["--kafka", "nonsense"], "not NAME=VALUE"), (["--source", "=x"], "not NAME=VALUE"),
    (["--topics", "x"], "--topics"),
    (["--max-records", "many"], "invalid int"),
    (["--key-partitions", "0"], "at least 1"), (["--kafka-properties", "/no/such/file"], "/no/such/file")])
def test_nonsense_is_refused_in_a_sentence(more, said, capsys):
    with pytest.raises(SystemExit) as status:
        planetarium_job.arguments([*NEEDED, *more])
    assert status.value.code == 2 and said in capsys.readouterr().err


def test_a_line_of_the_file_that_is_no_property_is_named(tmp_path, capsys):
    file = tmp_path / "client.properties"
    file.write_text("a=b\nnonsense\n")
    with pytest.raises(SystemExit):
        planetarium_job.arguments([*NEEDED, "--kafka-properties", str(file)])
    assert f"{file}:2" in capsys.readouterr().err


def test_of_what_spark_says_the_reason_is_told():
    text = "[STREAM_FAILED] Query [id] terminated\npy4j.Py4JException: ...\nplanetarium.topic.LogError: it is ahead"
    assert planetarium_job.sentence(text) == "it is ahead"
    assert planetarium_job.sentence("java.lang.X: a\n  at b\nCaused by: c.D: deepest\n  at e") == "c.D: deepest"
