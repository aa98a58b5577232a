#include "check/breaker.h"

#include "base/log.h"
#include "store/breaker.h"
#include "store/code.h"
#include "store/event.h"
#include "store/limit.h"

#include <math.h>

enum { LOOK_MS = 1000, TRIALS = 10, MEMORY_MAX = 64 * 1024 };
static const int64_t unknown = -1; /* in place of the time at which it opened */

static const char name[] = "sms_breaker";

/* What was counted, and what follows. */
struct judgement {
        bool change;
        int64_t sent, returned;
};

const char *breaker_state_name(enum breaker_state state)
{
        static const char *const names[] = {"closed", "open", "half_open"};
        return names[state];
}

static int64_t half_open_at(const struct conf *conf, int64_t opened_at_ms)
{
        return opened_at_ms + conf->sms_breaker_pause_minutes * 60000;
}

static struct breaker_view view_of(const struct conf *conf, const struct breaker_row *row, int64_t now_ms)
{
        struct breaker_view view = {.changed_at_ms = row->changed_at_ms};
        if (!row->open || conf->sms_breaker_window == 0)
                return view;
        view.half_open_at_ms = half_open_at(conf, row->changed_at_ms);
        view.state = now_ms < view.half_open_at_ms ? BREAKER_OPEN : BREAKER_HALF_OPEN;
        return view;
}

enum rc breaker_read(struct tx *tx, const struct conf *conf, int64_t now_ms, struct breaker_view *ret)
{
        struct breaker_row row;
        enum rc rc = breaker_load(tx, name, &row);
        if (rc == RC_OK)
                *ret = view_of(conf, &row, now_ms);
        return rc;
}

/* Closed: of the last codes since it closed, of today, that people had time for. */
static enum rc judge_closed(struct tx *tx, const struct conf *conf, const struct breaker_row *row,
                            int64_t now_ms, struct judgement *ret)
{
        int64_t day_ago_ms = now_ms - (int64_t)24 * 3600 * 1000;
        /* What closed it after now was a clock that was set back since. */
        int64_t from_ms = row->changed_at_ms > now_ms ? day_ago_ms : MAX(row->changed_at_ms, day_ago_ms);
        enum rc rc = code_count_returned(tx, CODE_PHONE, from_ms, now_ms - conf->sms_breaker_grace_s * 1000,
                                         conf->sms_breaker_window, &ret->sent, &ret->returned);
        ret->change = rc == RC_OK && ret->sent >= conf->sms_breaker_window &&
                      (double)ret->returned < conf->sms_breaker_share * (double)ret->sent;
        return rc;
}

/* Half open: of the trials, those that came back, and those that had time to and did not. */
static enum rc judge_trials(struct tx *tx, const struct conf *conf, int64_t from_ms, int64_t now_ms,
                            bool *ret_close, struct judgement *ret)
{
        int64_t settled, settled_returned;
        int64_t needed = MAX((int64_t)ceil(conf->sms_breaker_share * TRIALS), (int64_t)1);
        enum rc rc = code_count_returned(tx, CODE_PHONE, from_ms, now_ms, TRIALS, &ret->sent, &ret->returned);
        if (rc == RC_OK)
                rc = code_count_returned(tx, CODE_PHONE, from_ms, now_ms - conf->sms_breaker_grace_s * 1000,
                                         TRIALS, &settled, &settled_returned);
        if (rc != RC_OK)
                return rc;
        *ret_close = ret->returned >= needed;
        ret->change = *ret_close || settled - settled_returned > TRIALS - needed;
        return RC_OK;
}

/* *ret_open: what it changes to, where it does. */
static enum rc judge(struct tx *tx, const struct conf *conf, const struct breaker_row *row, int64_t now_ms,
                     bool *ret_open, struct judgement *ret)
{
        struct breaker_view view = view_of(conf, row, now_ms);
        bool close = false;
        enum rc rc = RC_OK;
        *ret = (struct judgement){0};
        if (view.state == BREAKER_CLOSED)
                rc = judge_closed(tx, conf, row, now_ms, ret);
        else if (view.state == BREAKER_HALF_OPEN)
                rc = judge_trials(tx, conf, view.half_open_at_ms, now_ms, &close, ret);
        else /* opened by a clock that was set back since: the pause must not last until it catches up */
                ret->change = row->changed_at_ms > now_ms;
        *ret_open = !close;
        return rc;
}

/* In a transaction of its own; whoever changes it tells. */
static enum rc change(struct op *op, struct service *svc, struct breaker_row *row, bool open, int64_t now_ms,
                      const struct judgement *why)
{
        struct tx tx CLEANUP(tx_rollback) = {0};
        bool won;
        struct str metadata =
            arena_printf(&op->arena, "{\"channel\":\"phone\",\"sent\":%lld,\"returned\":%lld}",
                         (long long)why->sent, (long long)why->returned);
        if (store_begin(svc->store, op, TX_WRITE, &tx) != RC_OK ||
            breaker_change(&tx, name, row, open, now_ms, &won) != RC_OK)
                return op->rc;
        if (!won) { /* another was first: the next one looks again */
                atomic_store(&svc->sms_breaker.look_at_ms, 0);
                return RC_OK;
        }
        if (event_append(&tx, open ? EVENT_SENDING_STOPPED : EVENT_SENDING_RESUMED, NULL, metadata, now_ms) !=
                RC_OK ||
            tx_commit(&tx) != RC_OK)
                return op->rc;
        *row = (struct breaker_row){open, now_ms};
        log_line(open ? LOG_WARN : LOG_INFO, name, LOG_WORD("state", open ? "open" : "closed"),
                 LOG_INT("sent", why->sent), LOG_INT("returned", why->returned));
        return RC_OK;
}

static enum rc look(struct op *op, struct service *svc)
{
        struct breaker_row row;
        struct judgement judgement;
        bool open;
        int64_t now = clock_wall_ms();
        {
                struct tx tx CLEANUP(tx_rollback) = {0};
                if (store_begin(svc->store, op, TX_READ, &tx) != RC_OK ||
                    breaker_load(&tx, name, &row) != RC_OK ||
                    judge(&tx, svc->conf, &row, now, &open, &judgement) != RC_OK)
                        return op->rc;
        }
        if (judgement.change && change(op, svc, &row, open, now, &judgement) != RC_OK)
                return op->rc;
        atomic_store(&svc->sms_breaker.opened_at_ms, row.open ? row.changed_at_ms : 0);
        return RC_OK;
}

void breaker_init(struct breaker_seen *seen)
{
        atomic_init(&seen->look_at_ms, 0);
        atomic_init(&seen->opened_at_ms, unknown);
}

/* Whether it is this thread's turn. Where nothing is known yet it is everybody's. */
static bool my_turn(struct breaker_seen *seen)
{
        int64_t now = clock_mono_ms(), due = atomic_load(&seen->look_at_ms);
        if (atomic_load(&seen->opened_at_ms) == unknown)
                return true;
        return now >= due && atomic_compare_exchange_strong(&seen->look_at_ms, &due, now + LOOK_MS);
}

enum rc breaker_look(struct op *op, struct service *svc)
{
        if (svc->conf->sms_breaker_window == 0 || !my_turn(&svc->sms_breaker))
                return RC_OK;
        /* Its own op: the event is nobody's request. */
        struct op own;
        op_init(&own, op->id, MEMORY_MAX, op_left_ms(op));
        enum rc rc = look(&own, svc);
        if (rc != RC_OK) {
                atomic_store(&svc->sms_breaker.opened_at_ms, unknown);
                (void)!op_fail(op, rc, "%s", own.why);
        }
        op_release(&own);
        return rc;
}

enum rc breaker_pass(struct tx *tx, struct service *svc, int64_t now_ms, const char **ret_refused)
{
        const struct conf *conf = svc->conf;
        struct breaker_row row = {.changed_at_ms = atomic_load(&svc->sms_breaker.opened_at_ms)};
        row.open = row.changed_at_ms != 0;
        if (conf->sms_breaker_window && row.changed_at_ms == unknown)
                return op_fail(tx->op, RC_UNAVAILABLE, "%s: the store could not be asked", name);
        struct breaker_view view = view_of(conf, &row, now_ms);
        bool allowed = view.state == BREAKER_CLOSED;
        int64_t wait_ms = view.half_open_at_ms - now_ms;
        if (view.state == BREAKER_HALF_OPEN) {
                /* As many again after an hour: some may come to nothing, and cannot be judged. */
                static const struct limit_rule trials = {.name = "sms_trials", .per_hour = TRIALS};
                const struct limit_taking one = {
                    &trials, arena_printf(&tx->op->arena, "%lld", (long long)row.changed_at_ms)};
                struct limit_refusal refusal;
                if (limit_take(tx, &one, 1, now_ms, &allowed, &refusal) != RC_OK)
                        return tx->op->rc;
                wait_ms = conf->sms_breaker_grace_s * 1000; /* by then they are judged */
        }
        if (allowed)
                return RC_OK;
        tx->op->retry_after_s = MAX((wait_ms + 999) / 1000, (int64_t)1);
        tx->op->limit_type = "sms";
        *ret_refused = name;
        return op_fail(tx->op, RC_RATE_LIMIT_EXCEEDED, "%s: too few codes came back", name);
}
