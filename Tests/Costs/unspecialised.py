"""Which functions of a path work on types that are known only at run time: generic ones that the compiler did not
specialise, calls through a protocol's table, and the runtime's look-ups of types and conformances. A generic function
of another module is specialised only if its body may be inlined there (`@inlinable`)."""
import re
import subprocess
from collections import defaultdict
from dataclasses import dataclass

# Of a path's instructions, for one function.
SHARE = 0.01
# Entries of Swift's runtime that ask what a type is, and by which table it conforms. What they call counts with them.
RUNTIME = re.compile(
    r"_?swift_(get(Generic|Canonical|Singleton|Foreign|Opaque|Tuple|Function|Existential|Metatype)\w*"
    r"|getTypeBy\w+|getAssociated\w+|getWitnessTable\w*|checkMetadataState\w*|dynamicCast\w*|conformsTo\w+"
    r"|allocateGeneric\w+|initClassMetadata\w*|initStructMetadata\w*|initEnumMetadata\w*)")


@dataclass
class Finding:
    function: str
    kind: str
    share: float

    def __str__(self):
        return f"{self.share:6.1%}  {self.kind}: {self.function}"


def findings(profile, share=SHARE):
    """The functions that take more than `share` of the path, dearest first."""
    found = []
    for function, instructions in profile.own.items():
        if instructions > share * profile.total and function.startswith("$s"):
            found.append((function, instructions / profile.total))
    trees = demangled([function for function, _ in found])
    result = [Finding(plain, kind, part) for (_, part), (plain, kind) in zip(found, trees) if kind]
    entries = defaultdict(int)
    for (caller, callee), instructions in profile.calls.items():
        # The outermost entry: a look-up may make others.
        if RUNTIME.fullmatch(callee) and not RUNTIME.fullmatch(caller):
            entries[callee] += instructions
    result += [
        Finding(entry, "look-up at run time", instructions / profile.total)
        for entry, instructions in entries.items() if instructions > share * profile.total]
    return sorted(result, key=lambda finding: -finding.share)


def demangled(functions):
    """For each its name as Swift writes it, and its kind; None: nothing is wrong with it."""
    if not functions:
        return []
    plain = demangle("--compact", functions).splitlines()
    trees = demangle("--tree-only", functions).split("Demangling for ")[1:]
    return [(name, kind(tree)) for name, tree in zip(plain, trees, strict=True)]


def demangle(option, functions):
    return subprocess.run(
        ["swift", "demangle", option, *functions], check=True, capture_output=True, text=True).stdout


def kind(tree):
    # The children of the root, which say what has been made of the function that comes last.
    made = re.findall(r"^  kind=(\w+)", tree, re.MULTILINE)
    if any(node.startswith("GenericSpecialization") for node in made):
        return None
    if "ProtocolWitness" in made:
        return "call through a protocol's table"
    if any(node.startswith("Outlined") for node in made):
        return None
    return "not specialised" if "DependentGenericParamType" in tree else None
