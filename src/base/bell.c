#include "base/bell.h"

#include <stdio.h>

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
        pthread_mutex_lock(&bell->lock);
        ret->next = bell->waits;
        bell->waits = ret;
        pthread_mutex_unlock(&bell->lock);
}

bool bell_wait(struct bell_wait *wait, int64_t until_mono_ms, int *ret_value)
{
        if (!park_wait(&wait->rung, until_mono_ms))
                return false;
        if (ret_value)
                *ret_value = wait->value;
        return true;
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
}

void bell_ring(struct bell *bell, const char *id, int value)
{
        pthread_mutex_lock(&bell->lock);
        for (struct bell_wait *wait = bell->waits; wait; wait = wait->next) {
                if (strcmp(wait->id, id) != 0 || park_happened(&wait->rung))
                        continue;
                wait->value = value;
                park_wake(&wait->rung);
        }
        pthread_mutex_unlock(&bell->lock);
}
