#include "base/rc.h"

#include <assert.h>
#include <string.h>

static const struct {
        int status;
        const char *code;
        bool retry;
} table[] = {
#define X(name, status, code, retry) {status, code, retry},
    RC_TABLE(X)
#undef X
};

int rc_status(enum rc rc)
{
        assert(rc < RC_COUNT);
        return table[rc].status;
}

const char *rc_code(enum rc rc)
{
        assert(rc < RC_COUNT);
        return table[rc].code;
}

bool rc_may_retry(enum rc rc)
{
        assert(rc < RC_COUNT);
        return table[rc].retry;
}

enum rc rc_from_code(const char *code)
{
        for (size_t i = 0; i < LEN(table); i++)
                if (strcmp(table[i].code, code) == 0)
                        return (enum rc)i;
        return RC_COUNT;
}
