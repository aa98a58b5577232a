#include "base/lane.h"

#include <time.h>

void lane_init(struct lane *lane, size_t max)
{
        *lane = (struct lane){.max = max, .ids = x_new(max, OP_ID_MAX)};
        pthread_mutex_init(&lane->lock, NULL);
        pthread_cond_init(&lane->filled, NULL);
}

void lane_release(struct lane *lane)
{
        pthread_cond_destroy(&lane->filled);
        pthread_mutex_destroy(&lane->lock);
        x_free(lane->ids);
        lane->ids = NULL;
}

bool lane_put(struct lane *lane, const char *id)
{
        pthread_mutex_lock(&lane->lock);
        bool room = !lane->closed && lane->len < lane->max;
        if (room) {
                char *at = lane->ids[(lane->first + lane->len) % lane->max];
                strncpy(at, id, OP_ID_MAX - 1);
                at[OP_ID_MAX - 1] = '\0';
                lane->len++;
                pthread_cond_signal(&lane->filled);
        }
        pthread_mutex_unlock(&lane->lock);
        return room;
}

bool lane_has_room(struct lane *lane)
{
        pthread_mutex_lock(&lane->lock);
        bool room = !lane->closed && lane->len < lane->max;
        pthread_mutex_unlock(&lane->lock);
        return room;
}

bool lane_take(struct lane *lane, int64_t until_mono_ms, char ret_id[OP_ID_MAX])
{
        struct timespec until = {until_mono_ms / 1000, (until_mono_ms % 1000) * 1000000};
        pthread_mutex_lock(&lane->lock);
        /* One sleep only: whoever nudges wants the caller to look at the store. */
        if (lane->len == 0 && !lane->closed)
                pthread_cond_clockwait(&lane->filled, &lane->lock, CLOCK_MONOTONIC, &until);
        bool taken = lane->len > 0;
        if (taken) {
                memcpy(ret_id, lane->ids[lane->first], OP_ID_MAX);
                lane->first = (lane->first + 1) % lane->max;
                lane->len--;
        }
        pthread_mutex_unlock(&lane->lock);
        return taken;
}

void lane_nudge(struct lane *lane)
{
        pthread_mutex_lock(&lane->lock);
        pthread_cond_signal(&lane->filled);
        pthread_mutex_unlock(&lane->lock);
}

void lane_close(struct lane *lane)
{
        pthread_mutex_lock(&lane->lock);
        lane->closed = true;
        pthread_cond_broadcast(&lane->filled);
        pthread_mutex_unlock(&lane->lock);
}

bool lane_is_closed(struct lane *lane)
{
        pthread_mutex_lock(&lane->lock);
        bool closed = lane->closed;
        pthread_mutex_unlock(&lane->lock);
        return closed;
}
