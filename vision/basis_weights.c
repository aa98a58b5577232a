/* Made by tools/calibrate. */
#include "vision/evidence.h"

/* clang-format off */
const float basis_weights[BASIS_SORTS][1 + BASIS_MEASURES] = {
    [BASIS_NUMBER] = {-1.532f, 0.968f, 3.166f, 1.321f, 2.411f, 1.387f, 2.126f, -3.000f, -1.288f, -1.495f, 1.085f},
    [BASIS_DATE] = {-1.637f, 0.566f, 1.770f, 0.773f, 2.691f, 0.377f, 2.418f, -2.257f, -0.386f, -1.306f, 2.547f},
    [BASIS_NAME] = {-1.821f, 0.679f, 3.158f, 1.179f, 2.151f, 1.158f, 2.000f, -3.000f, -1.500f, -1.488f, 1.179f},
    [BASIS_LATIN] = {-2.223f, 0.724f, 3.168f, 1.215f, 1.671f, 0.991f, 1.777f, -3.000f, -1.932f, -1.493f, 1.211f},
    [BASIS_ADDRESS] = {-0.717f, 0.237f, 2.429f, 1.264f, 2.195f, 1.174f, 0.350f, -0.291f, -0.862f, -0.579f, 1.000f},
    [BASIS_WORDS] = {-1.943f, 0.557f, 2.984f, 0.999f, 2.496f, 1.389f, 2.000f, -3.000f, -1.271f, -2.284f, 1.000f},
};
