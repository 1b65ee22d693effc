"""Checks a lake's manifests as docs/LAKE-FILES.md describes them: every chain, and the SHA-256 of every file. Knows
nothing else."""
import hashlib, json, pathlib, sys

lake, files, wrong = pathlib.Path(sys.argv[1]), {}, []
for folder in sorted((lake / "_manifest").iterdir()):
    chains, seq = {}, 0
    for segment in sorted(folder.glob("*.jsonl")):
        head, *entries = [json.loads(line) for line in segment.read_text().splitlines()]
        if head["chains"] != chains or head["seq"] != seq: wrong.append(f"{segment}: head")
        for entry in entries:
            if entry["seq"] != seq: wrong.append(f"{segment}: seq {entry['seq']}")
            seq += 1
            for sign, file in [("-", f) for f in entry["removed"]] + [("+", f) for f in entry["files"]]:
                rows = "null" if file["rows"] is None else file["rows"]
                before = chains.get(file["table"], "0" * 64)
                text = f"{before}\n{sign}\n{file['path']}\n{rows}\n{file['bytes']}\n{file['sha256']}\n"
                chains[file["table"]] = hashlib.sha256(text.encode()).hexdigest()
                if chains[file["table"]] != file["chain"]: wrong.append(f"{segment}: chain at {file['path']}")
                files[file["path"]] = file["sha256"] if sign == "+" else None
files = {path: digest for path, digest in files.items() if digest}
wrong += [path for path, digest in files.items() if hashlib.sha256((lake / path).read_bytes()).hexdigest() != digest]
print(f"{len(files)} files", *wrong, sep="\n")
sys.exit(bool(wrong))
