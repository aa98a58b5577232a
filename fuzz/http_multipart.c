/* The multipart parser: the first byte says how long the pieces are. Pieces must give what the whole gives.
 */
#include "http/multipart.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

/* What was told, as sums that do not depend on the pieces. */
struct told {
        uint64_t parts;
        uint64_t sum;
};

static enum rc begin(void *ctx, const struct multipart_head *head)
{
        struct told *told = ctx;
        told->parts++;
        for (size_t i = 0; i < head->name.len; i++)
                told->sum = told->sum * 31 + (uint8_t)head->name.ptr[i];
        return RC_OK;
}

static enum rc data(void *ctx, struct str bytes)
{
        struct told *told = ctx;
        for (size_t i = 0; i < bytes.len; i++)
                told->sum = told->sum * 31 + (uint8_t)bytes.ptr[i];
        return RC_OK;
}

static enum rc end(void *ctx)
{
        struct told *told = ctx;
        told->sum ^= 0x5555;
        return RC_OK;
}

static enum rc parse(struct str body, size_t step, struct told *ret)
{
        static const struct multipart_events events = {begin, data, end};
        struct multipart parser;
        *ret = (struct told){0};
        multipart_init(&parser, STR("b"), &events, ret);
        for (size_t at = 0; at < body.len; at += step) {
                enum rc rc = multipart_feed(&parser, str_sub(body, at, step));
                if (rc != RC_OK)
                        return rc;
        }
        return multipart_finish(&parser);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
        if (len < 1)
                return 0;
        struct str body = str_from_bytes(bytes + 1, len - 1), boundary;
        struct told whole, pieces;
        enum rc rc = parse(body, body.len + 1, &whole);
        if (parse(body, (size_t)bytes[0] + 1, &pieces) != rc)
                abort();
        if (rc == RC_OK && (whole.parts != pieces.parts || whole.sum != pieces.sum))
                abort();
        if (multipart_boundary(body, &boundary) == RC_OK && boundary.len > MULTIPART_BOUNDARY_MAX)
                abort();
        return 0;
}
