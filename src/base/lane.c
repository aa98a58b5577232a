#include "base/lane.h"

#include <time.h>

void lane_init(struct lane *lane, size_t max)
{
        *lane = (struct lane){.max = max, .items = x_new(max, sizeof(void *))};
        pthread_mutex_init(&lane->lock, NULL);
        pthread_cond_init(&lane->filled, NULL);
}

void lane_release(struct lane *lane)
{
        pthread_cond_destroy(&lane->filled);
        pthread_mutex_destroy(&lane->lock);
        x_free(lane->items);
        lane->items = NULL;
}

bool lane_put(struct lane *lane, void *item)
{
        pthread_mutex_lock(&lane->lock);
        bool room = !lane->closed && lane->len < lane->max;
        if (room) {
                lane->items[(lane->first + lane->len) % lane->max] = item;
                lane->len++;
        }
        pthread_mutex_unlock(&lane->lock);
        if (room) /* after the lock, so that who wakes does not run into it */
                pthread_cond_signal(&lane->filled);
        return room;
}

bool lane_has_room(struct lane *lane)
{
        pthread_mutex_lock(&lane->lock);
        bool room = !lane->closed && lane->len < lane->max;
        pthread_mutex_unlock(&lane->lock);
        return room;
}

void *lane_take(struct lane *lane, int64_t until_mono_ms)
{
        struct timespec until = {until_mono_ms / 1000, (until_mono_ms % 1000) * 1000000};
        void *item = NULL;
        pthread_mutex_lock(&lane->lock);
        /* One sleep only: whoever nudges wants the caller to look at the store. */
        if (lane->len == 0 && !lane->closed)
                pthread_cond_clockwait(&lane->filled, &lane->lock, CLOCK_MONOTONIC, &until);
        if (lane->len > 0) {
                item = lane->items[lane->first];
                lane->first = (lane->first + 1) % lane->max;
                lane->len--;
        }
        pthread_mutex_unlock(&lane->lock);
        return item;
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
