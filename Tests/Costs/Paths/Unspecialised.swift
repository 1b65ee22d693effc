// What the check for unspecialised calls has to find: a generic function that the compiler may not specialise, called
// for each byte. No path of the product.

let unspecialised = HotPath(name: "unspecialised", records: 100) {
    let bytes = Inputs.json(Inputs.values(1))[0]
    return { range in range.reduce(0) { sum, _ in sum + total(bytes) } }
}

@_semantics("optimize.sil.specialize.generic.never")
@inline(never)
private func total(_ bytes: some Sequence<UInt8>) -> Int { bytes.reduce(0) { $0 + Int($1) } }
