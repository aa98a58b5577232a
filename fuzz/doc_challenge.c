/* A challenge as it is kept in text, and the times of frames: the first byte says which. */
#include "doc/challenge.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static void check_text(struct str text)
{
        struct challenge challenge;
        char again[CHALLENGE_TEXT_MAX];
        if (!challenge_parse(text, &challenge))
                return;
        if (challenge.len < CHALLENGE_ACTIONS_MIN || challenge.len > CHALLENGE_ACTIONS_MAX)
                abort();
        for (size_t i = 1; i < challenge.len; i++)
                for (size_t k = 0; k < i; k++)
                        if (challenge.actions[i] == challenge.actions[k])
                                abort();
        challenge_format(&challenge, again);
        if (!str_equal(str_from(again), text))
                abort();
}

static void check_drawn(struct str random)
{
        struct challenge drawn, back;
        uint8_t eight[8] = {0};
        char text[CHALLENGE_TEXT_MAX];
        memcpy(eight, random.ptr, MIN(random.len, sizeof(eight)));
        challenge_draw(eight, &drawn);
        challenge_format(&drawn, text);
        if (!challenge_parse(str_from(text), &back))
                abort();
}

static void check_times(struct str raw)
{
        int64_t times[2 * FRAMES_MAX];
        size_t len = MIN(raw.len / sizeof(times[0]), LEN(times));
        memcpy(times, raw.ptr, len * sizeof(times[0]));
        if (!frame_times_plausible(times, len))
                return;
        if (len < FRAMES_MIN || len > FRAMES_MAX || times[0] < 0 || times[len - 1] > CHALLENGE_MS)
                abort();
        for (size_t i = 1; i < len; i++)
                if (times[i] <= times[i - 1])
                        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
        static void (*const checks[])(struct str) = {check_text, check_drawn, check_times};
        if (len > 0)
                checks[bytes[0] % LEN(checks)](str_from_bytes(bytes + 1, len - 1));
        return 0;
}
