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
            0xF2A7_4DE4_52E6_B438, 0x6513_270E_269E_0D37, 0x0C5C_7FD0_A6A3_A450, 0xD23F_0824_128B_2F33,
            0x1818_E811_892F_902B, 0x9531_985D_5D9D_C9F8, 0xE8E2_5D94_0ED9_0475, 0x36F6_75CC_81E7_4EF5,
            0x1600_A35A_0999_50D8, 0x6B0D_549B_6F03_675A, 0x3D9C_1724_11E2_0B8F, 0x8D11_6ECE_1738_F7D9,
            0x0F21_DDB6_6CAD_4A26, 0x90C1_92CF_D3AC_94AF, 0xF28C_105D_1FB1_7C23, 0xA170_B338_3926_3059,
            0x953F_48F1_A09F_76B5, 0x0FD6_30F1_F29D_0DA9, 0x95E6_0AF5_93BD_04CF, 0x0CB1_E29C_658C_DA14,
            0x3898_D190_F9EB_DACC, 0x8E81_973E_0BEC_D7B0, 0x2217_BEAD_DBC4_96CB, 0x6B4C_B242_4A23_D596,
        ],
        sum: 0xF2AE_51FB_9AD3_1341, squares: 0x7FF0_0000_0000_0000, mean: 0xF264_36A7_BC8C_B780,
        sampleDeviation: 0x7283_A1AB_A111_3AFF,
        populationDeviation: 0x7283_37DA_E07A_080A),
    ExactCase(
        name: "cancels to a subnormal",
        values: [
            0x7FE1_CCF3_85EB_C8A0, 0x0000_0000_0000_0001, 0xFFE1_CCF3_85EB_C8A0, 0x7C90_0889_6BCF_54FA,
            0xFC90_0889_6BCF_54FA,
        ],
        sum: 0x0000_0000_0000_0001, squares: 0x7FF0_0000_0000_0000, mean: 0x0000_0000_0000_0000,
        sampleDeviation: 0x7FD9_2C80_954C_51F5,
        populationDeviation: 0x7FD6_8423_588E_3BE1),
    ExactCase(
        name: "greatest twice minus once",
        values: [
            0x7FEF_FFFF_FFFF_FFFF, 0x7FEF_FFFF_FFFF_FFFF, 0xFFEF_FFFF_FFFF_FFFF,
        ],
        sum: 0x7FEF_FFFF_FFFF_FFFF, squares: 0x7FF0_0000_0000_0000, mean: 0x7FD5_5555_5555_5555,
        sampleDeviation: 0x7FF0_0000_0000_0000,
        populationDeviation: 0x7FEE_2B7D_DDFE_FA65),
    ExactCase(
        name: "smallest",
        values: [
            0x0000_0000_0000_0001, 0x0000_0000_0000_0001, 0x0000_0000_0000_0001,
        ],
        sum: 0x0000_0000_0000_0003, squares: 0x0000_0000_0000_0000, mean: 0x0000_0000_0000_0001,
        sampleDeviation: 0x0000_0000_0000_0000,
        populationDeviation: 0x0000_0000_0000_0000),
    ExactCase(
        name: "offset 1e9",
        values: [
            0x41CD_CD65_0000_0000, 0x41CD_CD65_000C_CCCD, 0x41CD_CD65_0019_999A, 0x41CD_CD65_0026_6666,
            0x41CD_CD65_0033_3333, 0x41CD_CD65_0040_0000, 0x41CD_CD65_004C_CCCD, 0x41CD_CD65_0059_999A,
            0x41CD_CD65_0066_6666, 0x41CD_CD65_0073_3333, 0x41CD_CD65_0080_0000, 0x41CD_CD65_008C_CCCD,
        ],
        sum: 0x4206_5A0B_C034_CCCD, squares: 0x43E4_D112_0DDD_6F01, mean: 0x41CD_CD65_0046_6666,
        sampleDeviation: 0x3FD7_1355_CD66_4D04,
        populationDeviation: 0x3FD6_17D7_C32D_FFBF),
    ExactCase(
        name: "ties to even",
        values: [
            0x3FF0_0000_0000_0000, 0x3CA0_0000_0000_0000, 0x3CA0_0000_0000_0000, 0x3C90_0000_0000_0000,
        ],
        sum: 0x3FF0_0000_0000_0001, squares: 0x3FF0_0000_0000_0000, mean: 0x3FD0_0000_0000_0001,
        sampleDeviation: 0x3FDF_FFFF_FFFF_FFFF,
        populationDeviation: 0x3FDB_B67A_E858_4CAA),
    ExactCase(
        name: "tie down",
        values: [
            0x3FF0_0000_0000_0000, 0x3CA0_0000_0000_0000,
        ],
        sum: 0x3FF0_0000_0000_0000, squares: 0x3FF0_0000_0000_0000, mean: 0x3FE0_0000_0000_0000,
        sampleDeviation: 0x3FE6_A09E_667F_3BCC,
        populationDeviation: 0x3FDF_FFFF_FFFF_FFFF),
    ExactCase(
        name: "above tie",
        values: [
            0x3FF0_0000_0000_0000, 0x3CA0_0000_0000_0000, 0x0000_0000_0000_0001,
        ],
        sum: 0x3FF0_0000_0000_0001, squares: 0x3FF0_0000_0000_0000, mean: 0x3FD5_5555_5555_5556,
        sampleDeviation: 0x3FE2_79A7_4590_331C,
        populationDeviation: 0x3FDE_2B7D_DDFE_FA66),
    ExactCase(
        name: "subnormal tie",
        values: [
            0x0000_0000_0000_0001, 0x0000_0000_0000_0001, 0x0000_0000_0000_0001, 0x0000_0000_0000_0000,
        ],
        sum: 0x0000_0000_0000_0003, squares: 0x0000_0000_0000_0000, mean: 0x0000_0000_0000_0001,
        sampleDeviation: 0x0000_0000_0000_0001,
        populationDeviation: 0x0000_0000_0000_0000),
    ExactCase(
        name: "negative",
        values: [
            0xBFB9_9999_9999_999A, 0xBFC9_9999_9999_999A, 0xBFD3_3333_3333_3333, 0xBC67_0EF5_4646_D497,
        ],
        sum: 0xBFE3_3333_3333_3333, squares: 0x3FC1_EB85_1EB8_51EB, mean: 0xBFC3_3333_3333_3333,
        sampleDeviation: 0x3FC0_8654_A2D4_F6DA,
        populationDeviation: 0x3FBC_9F25_C5BF_EDD9),
    ExactCase(
        name: "equal",
        values: [
            0x3FB9_9999_9999_999A, 0x3FB9_9999_9999_999A, 0x3FB9_9999_9999_999A, 0x3FB9_9999_9999_999A,
            0x3FB9_9999_9999_999A, 0x3FB9_9999_9999_999A, 0x3FB9_9999_9999_999A, 0x3FB9_9999_9999_999A,
            0x3FB9_9999_9999_999A, 0x3FB9_9999_9999_999A,
        ],
        sum: 0x3FF0_0000_0000_0000, squares: 0x3FB9_9999_9999_999A, mean: 0x3FB9_9999_9999_999A,
        sampleDeviation: 0x0000_0000_0000_0000,
        populationDeviation: 0x0000_0000_0000_0000),
    ExactCase(
        name: "planets",
        values: [
            0x3FF0_0000_0000_0000, 0x4026_6666_6666_6666, 0x4002_CCCC_CCCC_CCCD, 0x3FE8_F5C2_8F5C_28F6,
            0x4031_4CCC_CCCC_CCCD, 0x4009_21F9_F01B_866E, 0x4053_55C2_8F5C_28F6,
        ],
        sum: 0x405C_4724_4A62_23E2, squares: 0x40B9_1734_C22A_544C, mean: 0x4030_28A7_05EE_EFEF,
        sampleDeviation: 0x403B_ACD1_B8AC_042C,
        populationDeviation: 0x4039_9F44_9E54_D68C),
    ExactCase(
        name: "one",
        values: [
            0x4004_0000_0000_0000
        ],
        sum: 0x4004_0000_0000_0000, squares: 0x4019_0000_0000_0000, mean: 0x4004_0000_0000_0000,
        sampleDeviation: 0x0000_0000_0000_0000,
        populationDeviation: 0x0000_0000_0000_0000),
]
