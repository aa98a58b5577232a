#include "base/bell.h"

#include <stdio.h>
#include <time.h>

void bell_init(struct bell *bell)
{
        *bell = (struct bell){0};
        pthread_mutex_init(&bell->lock, NULL);
}

void bell_release(struct bell *bell)
{
        pthread_mutex_destroy(&bell->lock);
}

void bell_listen(struct bell *bell, const char *id, struct bell_wait *ret)
{
        *ret = (struct bell_wait){0};
        snprintf(ret->id, sizeof(ret->id), "%s", id);
        pthread_cond_init(&ret->rang, NULL);
        pthread_mutex_lock(&bell->lock);
        ret->next = bell->waits;
        bell->waits = ret;
        pthread_mutex_unlock(&bell->lock);
}

bool bell_wait(struct bell *bell, struct bell_wait *wait, int64_t until_mono_ms, int *ret_value)
{
        struct timespec until = {until_mono_ms / 1000, (until_mono_ms % 1000) * 1000000};
        pthread_mutex_lock(&bell->lock);
        while (!wait->rung)
                if (pthread_cond_clockwait(&wait->rang, &bell->lock, CLOCK_MONOTONIC, &until) != 0)
                        break;
        bool rung = wait->rung;
        wait->rung = false;
        if (rung && ret_value)
                *ret_value = wait->value;
        pthread_mutex_unlock(&bell->lock);
        return rung;
}

void bell_leave(struct bell *bell, struct bell_wait *wait)
{
        pthread_mutex_lock(&bell->lock);
        struct bell_wait **at = &bell->waits;
        while (*at && *at != wait)
                at = &(*at)->next;
        if (*at)
                *at = wait->next;
        pthread_mutex_unlock(&bell->lock);
        pthread_cond_destroy(&wait->rang);
}

void bell_ring(struct bell *bell, const char *id, int value)
{
        pthread_mutex_lock(&bell->lock);
        for (struct bell_wait *wait = bell->waits; wait; wait = wait->next) {
                if (strcmp(wait->id, id) != 0)
                        continue;
                wait->value = value;
                wait->rung = true;
                pthread_cond_signal(&wait->rang);
        }
        pthread_mutex_unlock(&bell->lock);
}
