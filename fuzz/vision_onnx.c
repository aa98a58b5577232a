/* Files of networks. */
#include "vision/net_layers.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
        char why[ONNX_WHY_MAX];
        struct net_layers layers;
        if (net_layers_of(str_from_bytes(bytes, len), &layers, why))
                net_layers_release(&layers);
        return 0;
}
