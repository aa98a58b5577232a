/* The template of a face: what is taken for one comes back as the same bytes, and compares. */
#include "vision/template.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
        static struct face_template template;
        CLEANUP(buf_release) struct buf again = {0};
        if (!template_parse(str_from_bytes(bytes, len), &template))
                return 0;
        buf_init(&again, TEMPLATE_MAX);
        template_format(&template, &again);
        if (!str_equal(buf_str(&again), str_from_bytes(bytes, len)))
                abort();
        float cosine = template_cosine(&template, &template);
        if (!(cosine >= -1 && cosine <= 1))
                abort();
        return 0;
}
