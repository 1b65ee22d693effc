// Sums computed with Python's fractions (exact rationals, one rounding at the end), as bit patterns.
// Not computed by this program: an outside oracle for Numerics/.

struct ExactCase: Sendable {
    let name: String
    let values: [UInt64]
    let sum, squares, mean, sampleDeviation, populationDeviation: UInt64
}

let exactCases: [ExactCase] = [
    ExactCase(
        name: "whole range",
        values: [
            0xF2A74DE452E6B438, 0x6513270E269E0D37, 0x0C5C7FD0A6A3A450, 0xD23F0824128B2F33,
            0x1818E811892F902B, 0x9531985D5D9DC9F8, 0xE8E25D940ED90475, 0x36F675CC81E74EF5,
            0x1600A35A099950D8, 0x6B0D549B6F03675A, 0x3D9C172411E20B8F, 0x8D116ECE1738F7D9,
            0x0F21DDB66CAD4A26, 0x90C192CFD3AC94AF, 0xF28C105D1FB17C23, 0xA170B33839263059,
            0x953F48F1A09F76B5, 0x0FD630F1F29D0DA9, 0x95E60AF593BD04CF, 0x0CB1E29C658CDA14,
            0x3898D190F9EBDACC, 0x8E81973E0BECD7B0, 0x2217BEADDBC496CB, 0x6B4CB2424A23D596,
        ],
        sum: 0xF2AE51FB9AD31341, squares: 0x7FF0000000000000, mean: 0xF26436A7BC8CB780, sampleDeviation: 0x7283A1ABA1113AFF,
        populationDeviation: 0x728337DAE07A080A),
    ExactCase(
        name: "cancels to a subnormal",
        values: [
            0x7FE1CCF385EBC8A0, 0x0000000000000001, 0xFFE1CCF385EBC8A0, 0x7C9008896BCF54FA,
            0xFC9008896BCF54FA,
        ],
        sum: 0x0000000000000001, squares: 0x7FF0000000000000, mean: 0x0000000000000000, sampleDeviation: 0x7FD92C80954C51F5,
        populationDeviation: 0x7FD68423588E3BE1),
    ExactCase(
        name: "greatest twice minus once",
        values: [
            0x7FEFFFFFFFFFFFFF, 0x7FEFFFFFFFFFFFFF, 0xFFEFFFFFFFFFFFFF,
        ],
        sum: 0x7FEFFFFFFFFFFFFF, squares: 0x7FF0000000000000, mean: 0x7FD5555555555555, sampleDeviation: 0x7FF0000000000000,
        populationDeviation: 0x7FEE2B7DDDFEFA65),
    ExactCase(
        name: "smallest",
        values: [
            0x0000000000000001, 0x0000000000000001, 0x0000000000000001,
        ],
        sum: 0x0000000000000003, squares: 0x0000000000000000, mean: 0x0000000000000001, sampleDeviation: 0x0000000000000000,
        populationDeviation: 0x0000000000000000),
    ExactCase(
        name: "offset 1e9",
        values: [
            0x41CDCD6500000000, 0x41CDCD65000CCCCD, 0x41CDCD650019999A, 0x41CDCD6500266666,
            0x41CDCD6500333333, 0x41CDCD6500400000, 0x41CDCD65004CCCCD, 0x41CDCD650059999A,
            0x41CDCD6500666666, 0x41CDCD6500733333, 0x41CDCD6500800000, 0x41CDCD65008CCCCD,
        ],
        sum: 0x42065A0BC034CCCD, squares: 0x43E4D1120DDD6F01, mean: 0x41CDCD6500466666, sampleDeviation: 0x3FD71355CD664D04,
        populationDeviation: 0x3FD617D7C32DFFBF),
    ExactCase(
        name: "ties to even",
        values: [
            0x3FF0000000000000, 0x3CA0000000000000, 0x3CA0000000000000, 0x3C90000000000000,
        ],
        sum: 0x3FF0000000000001, squares: 0x3FF0000000000000, mean: 0x3FD0000000000001, sampleDeviation: 0x3FDFFFFFFFFFFFFF,
        populationDeviation: 0x3FDBB67AE8584CAA),
    ExactCase(
        name: "tie down",
        values: [
            0x3FF0000000000000, 0x3CA0000000000000,
        ],
        sum: 0x3FF0000000000000, squares: 0x3FF0000000000000, mean: 0x3FE0000000000000, sampleDeviation: 0x3FE6A09E667F3BCC,
        populationDeviation: 0x3FDFFFFFFFFFFFFF),
    ExactCase(
        name: "above tie",
        values: [
            0x3FF0000000000000, 0x3CA0000000000000, 0x0000000000000001,
        ],
        sum: 0x3FF0000000000001, squares: 0x3FF0000000000000, mean: 0x3FD5555555555556, sampleDeviation: 0x3FE279A74590331C,
        populationDeviation: 0x3FDE2B7DDDFEFA66),
    ExactCase(
        name: "subnormal tie",
        values: [
            0x0000000000000001, 0x0000000000000001, 0x0000000000000001, 0x0000000000000000,
        ],
        sum: 0x0000000000000003, squares: 0x0000000000000000, mean: 0x0000000000000001, sampleDeviation: 0x0000000000000001,
        populationDeviation: 0x0000000000000000),
    ExactCase(
        name: "negative",
        values: [
            0xBFB999999999999A, 0xBFC999999999999A, 0xBFD3333333333333, 0xBC670EF54646D497,
        ],
        sum: 0xBFE3333333333333, squares: 0x3FC1EB851EB851EB, mean: 0xBFC3333333333333, sampleDeviation: 0x3FC08654A2D4F6DA,
        populationDeviation: 0x3FBC9F25C5BFEDD9),
    ExactCase(
        name: "equal",
        values: [
            0x3FB999999999999A, 0x3FB999999999999A, 0x3FB999999999999A, 0x3FB999999999999A,
            0x3FB999999999999A, 0x3FB999999999999A, 0x3FB999999999999A, 0x3FB999999999999A,
            0x3FB999999999999A, 0x3FB999999999999A,
        ],
        sum: 0x3FF0000000000000, squares: 0x3FB999999999999A, mean: 0x3FB999999999999A, sampleDeviation: 0x0000000000000000,
        populationDeviation: 0x0000000000000000),
    ExactCase(
        name: "planets",
        values: [
            0x3FF0000000000000, 0x4026666666666666, 0x4002CCCCCCCCCCCD, 0x3FE8F5C28F5C28F6,
            0x40314CCCCCCCCCCD, 0x400921F9F01B866E, 0x405355C28F5C28F6,
        ],
        sum: 0x405C47244A6223E2, squares: 0x40B91734C22A544C, mean: 0x403028A705EEEFEF, sampleDeviation: 0x403BACD1B8AC042C,
        populationDeviation: 0x40399F449E54D68C),
    ExactCase(
        name: "one",
        values: [
            0x4004000000000000,
        ],
        sum: 0x4004000000000000, squares: 0x4019000000000000, mean: 0x4004000000000000, sampleDeviation: 0x0000000000000000,
        populationDeviation: 0x0000000000000000),
]
