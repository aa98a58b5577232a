#include "crypto/random.h"
#include "store/internal.h"

#include <stdio.h>

void id_make(char ret[ID_MAX])
{
        random_id(ret);
}

void id_make_ordered(int64_t now_ms, char ret[ID_MAX])
{
        char time[13];
        random_id(ret);
        snprintf(time, sizeof(time), "%012llx", (unsigned long long)now_ms & 0xffffffffffff);
        memcpy(ret, time, 12);
}

bool id_valid(struct str id)
{
        return random_id_valid(id);
}

void id_copy(char ret[ID_MAX], struct str id)
{
        size_t len = id.len <= ID_LEN ? id.len : 0;
        if (len)
                memcpy(ret, id.ptr, len);
        ret[len] = '\0';
}
