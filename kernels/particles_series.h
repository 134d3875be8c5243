/* Made by kernels/particles_series.py, which says what these numbers are. */
#ifndef FORTYFOLD_KERNELS_PARTICLES_SERIES_H
#define FORTYFOLD_KERNELS_PARTICLES_SERIES_H

/* clang-format off */
enum { SERIES_TERMS = 8, SERIES_ORDERS = 6, SERIES_COEFFICIENTS = 8, TURN_COEFFICIENTS = 10 };

/* G(t) is the sum of series_sum[0][j]·t^(1/2 − j). */
static const double series_sum[1][8] = {
    {0x1.0000000000000p+1, 0x1.5555555555555p-3, -0x1.1111111111111p-7, -0x1.3813813813814p-10, 0x1.4514514514514p-11, 0x1.f07c1f07c1f08p-13, -0x1.f1708b65cda2bp-13, -0x1.3093093093093p-13},
};

/* Greatest A² of the next two tables. */
static const double series_most = 1.25;

/* [power of 1/n][power of A²]: g·cos θ, and g·sin θ/A. */
static const double series_cosine[6][8] = {
    {0x1.0000000000000p+0, -0x1.0000000000000p-1, 0x1.555555555541fp-5, -0x1.6c16c16bf7c2dp-10, 0x1.a01a017ae45ffp-16, -0x1.27e4e6303b71ep-22, 0x1.1ee10ee64d33cp-29, -0x1.8c4c204096a55p-37},
    {0x0.0p+0, 0x1.00000000000b1p-1, -0x1.b0befa5089c4cp-40, -0x1.5555554fec1aap-6, 0x1.6c16bfcc4175ap-10, -0x1.38130a46ca940p-15, 0x1.27c2059248f2fp-21, -0x1.5c7250ba1137ep-28},
    {0x0.0p+0, 0x1.4b505c568e955p-38, -0x1.55555588121d9p-5, 0x1.1c71cc2ffa20bp-6, 0x1.6c1690a40e144p-7, -0x1.2c249a42c7e09p-10, 0x1.537ecf70298c0p-15, -0x1.7b7a2d6128c82p-21},
    {0x0.0p+0, 0x1.010117684b75bp-31, -0x1.3ae21a760b80ep-25, 0x1.55574d94c1f2cp-6, -0x1.1c7b3fa8c563fp-6, -0x1.9942bf41d568ep-8, 0x1.d53f239ba9766p-11, -0x1.2bbf1c0a6548ep-15},
    {0x0.0p+0, 0x1.445667b77975ep-26, -0x1.8d71ceaf55faap-20, -0x1.0560bb73ef85dp-6, -0x1.3081cd6303754p-7, 0x1.f0831a064ab0ep-7, 0x1.b9e18fe24f586p-9, -0x1.2255c7b4f56b6p-11},
    {0x0.0p+0, 0x1.03ed0b1e280e7p-22, -0x1.3eb0863452d77p-16, 0x1.0019e89b7cb99p-12, 0x1.e49e3c5913b9fp-7, 0x1.91d79db088fa8p-8, -0x1.0377ba990e065p-6, -0x1.1644edea992dfp-14},
};

static const double series_sine[6][8] = {
    {0x1.0000000000000p+0, -0x1.5555555555555p-3, 0x1.11111111110c8p-7, -0x1.a01a01a00b662p-13, 0x1.71de3a43e35dbp-19, -0x1.ae64427180458p-26, 0x1.611899b85591bp-33, -0x1.a7a04eee54265p-41},
    {0x0.0p+0, 0x1.000000000001ap-2, 0x1.55555555516a8p-5, -0x1.99999998085acp-8, 0x1.0410408b9f80ap-12, -0x1.43a22e26d454cp-18, 0x1.e408649e957ecp-25, -0x1.d9bfb49aa4890p-32},
    {0x0.0p+0, -0x1.555555554dbb0p-4, -0x1.55555557a9749p-4, -0x1.c71c70d88f9f7p-7, 0x1.18a6d6cf4cc6cp-8, -0x1.f271ecc6a02cbp-13, 0x1.8a2631b2d8347p-18, -0x1.570ebd0cc7349p-24},
    {0x0.0p+0, 0x1.f4774205baa70p-35, 0x1.5555508b06b0ep-6, 0x1.80001eadce921p-5, 0x1.1c6d2b69ca349p-8, -0x1.80dd9bd2d00b6p-9, 0x1.b54d3e41552ecp-13, -0x1.8439983ba1721p-18},
    {0x0.0p+0, 0x1.c45492791ab18p-29, 0x1.99976f5c0fadfp-7, -0x1.49e6bfb2e6739p-6, -0x1.ee3ef757728edp-6, -0x1.d15731d678237p-12, 0x1.065183bebb8e8p-9, -0x1.404331c5ccaf7p-13},
    {0x0.0p+0, 0x1.3a6b2d4e00077p-24, -0x1.815eea2e5803bp-18, -0x1.30c8e6c406ad7p-7, 0x1.2bf3063a28cabp-6, 0x1.634231e93ecddp-6, -0x1.1d7b7e7dbe7c0p-9, -0x1.bfbdb172052bfp-11},
};

/* [power of θ²]: cos θ, and sin θ/θ, for |θ| ≤ π/2. */
static const double turn_cosine[1][10] = {
    {0x1.0000000000000p+0, -0x1.0000000000000p-1, 0x1.5555555555555p-5, -0x1.6c16c16c16bf2p-10, 0x1.a01a01a0179e0p-16, -0x1.27e4fb764f3dbp-22, 0x1.1eed8e4990afbp-29, -0x1.9396ceda488c4p-37, 0x1.ae4e329a9729fp-45, -0x1.5da45b004297bp-53},
};

static const double turn_sine[1][10] = {
    {0x1.0000000000000p+0, -0x1.5555555555555p-3, 0x1.1111111111111p-7, -0x1.a01a01a01a00cp-13, 0x1.71de3a556b89cp-19, -0x1.ae64567e64086p-26, 0x1.612460af990b8p-33, -0x1.ae7ee0087fd0bp-41, 0x1.950708f246c3ap-49, -0x1.2744c39ec9a76p-57},
};

/* clang-format on */

#endif
