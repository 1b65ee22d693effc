"""Instructions of the hot paths, which don't depend on how busy the machine is: a test fails where a record has become
dearer by more than 5 %, and where a path calls what is not specialised. costs.py says what to do then."""
import os

import pytest

import callgrind
import costs
import unspecialised

PATHS = list(costs.record()["instructions"])

# What a path may do at run time, as (path, part of the function's name), and why.
ALLOWED = {
    ("fingerprint", "swift_getCanonicalPrespecializedGenericMetadata"):
        "the standard library's own code makes the array of the digest",
}


@pytest.fixture(scope="module")
def profiles():
    if not callgrind.BINARY.exists():
        pytest.fail("there is no program to measure: make costs")
    return costs.measure_all([*PATHS, costs.DELIBERATE])


@pytest.fixture(scope="module")
def comparable():
    """Skips where figures can't be compared; CI has to write them anew instead."""
    why = costs.difference(costs.record()["made_with"], costs.here())
    if why and os.environ.get("PLANETARIUM_COSTS") == "strict":
        pytest.fail(f"{why}: python3 Tests/Costs/costs.py --accept")
    if why:
        pytest.skip(why)


def test_every_path_is_recorded():
    assert set(callgrind.paths()) == {*PATHS, costs.DELIBERATE}


@pytest.mark.parametrize("path", PATHS)
def test_a_record_costs_no_more_than_it_did(path, profiles, comparable):
    objection = costs.objection(path, costs.record()["instructions"][path], profiles[path].a_record)
    assert objection is None, objection


@pytest.mark.parametrize("path", PATHS)
def test_nothing_is_left_to_the_run_time(path, profiles):
    found = [finding for finding in unspecialised.findings(profiles[path]) if not is_allowed(path, finding)]
    assert not found, "\n".join([
        f"{path} works on types that are known only at run time:", *map(str, found),
        "Make it concrete, or `@inlinable` of a `public` type (of a `package` one no body is kept for other modules)."])


@pytest.mark.parametrize("path, part", ALLOWED)
def test_what_is_allowed_is_still_there(path, part, profiles):
    assert any(part in finding.function for finding in unspecialised.findings(profiles[path]))


def is_allowed(path, finding):
    return any(where == path and part in finding.function for where, part in ALLOWED)


# MARK: That both checks can fail

def test_an_unspecialised_call_is_found(profiles):
    found = unspecialised.findings(profiles[costs.DELIBERATE])
    assert any("Costs.(total" in finding.function for finding in found), "\n".join(map(str, found))
    kinds = {finding.kind for finding in found}
    assert {"not specialised", "call through a protocol's table", "look-up at run time"} <= kinds


@pytest.mark.parametrize("recorded, measured, words", [
    (1000, 1049, None), (1000, 1051, "more than the 1,000 recorded"), (1000, 851, None),
    (1000, 849, "fewer than the 1,000"), (None, 1000, "none are recorded"),
])
def test_a_figure_that_changed_is_found(recorded, measured, words):
    objection = costs.objection("json_decode", recorded, measured)
    assert objection is None if words is None else words in objection and "--accept json_decode" in objection


def test_a_record_that_grew_is_found_among_what_was_measured(profiles, comparable):
    doctored = costs.record()["instructions"]["json_write"] / 1.2
    assert "more than" in costs.objection("json_write", doctored, profiles["json_write"].a_record)


def test_figures_of_another_compiler_are_not_compared():
    recorded = costs.record()["made_with"]
    assert costs.difference(recorded, dict(recorded)) is None
    assert costs.difference(recorded, recorded | {"swift": "7.0"}) == (
        f"the record is of swift {recorded['swift']}, and here it is 7.0")
