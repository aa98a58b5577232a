/* Made by tools/calibrate. */
#include "vision/evidence.h"

/* clang-format off */
const float basis_weights[BASIS_SORTS][1 + BASIS_MEASURES] = {
    [BASIS_NUMBER] = {-1.257f, 0.911f, 3.205f, 1.379f, 2.637f, 1.586f, 2.201f, -3.000f, -1.201f, -1.494f, 1.112f},
    [BASIS_DATE] = {-1.456f, 0.072f, 2.017f, 0.874f, 3.115f, 1.806f, 2.456f, -2.356f, -1.473f, -2.034f, 2.006f},
    [BASIS_NAME] = {-1.782f, 0.905f, 3.245f, 1.401f, 2.210f, 1.225f, 2.000f, -3.000f, -1.673f, -1.499f, 1.218f},
    [BASIS_LATIN] = {-1.801f, 0.311f, 2.695f, 0.797f, 2.681f, 1.371f, 2.199f, -3.000f, -1.092f, -2.248f, 0.795f},
    [BASIS_ADDRESS] = {-0.979f, 1.521f, 2.744f, 1.655f, 1.282f, 1.349f, 0.575f, -0.797f, -1.500f, 0.000f, 1.000f},
    [BASIS_WORDS] = {-1.587f, 0.913f, 2.675f, 1.318f, 2.367f, 1.396f, 2.000f, -3.000f, -1.234f, -2.268f, 1.000f},
};
