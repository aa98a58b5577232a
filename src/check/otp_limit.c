#include "check/otp_limit.h"

enum { BLOCK_DIGITS = 4, NOTE_MEMORY = 64 * 1024 };

/* What one message takes. */
struct takings {
        struct limit_rule rules[LIMIT_TAKINGS_MAX];
        struct limit_taking list[LIMIT_TAKINGS_MAX];
        size_t len;
};

static void add(struct takings *takings, struct limit_rule rule, struct str key)
{
        takings->rules[takings->len] = rule;
        takings->list[takings->len] = (struct limit_taking){&takings->rules[takings->len], key};
        takings->len++;
}

static int64_t number_at(const struct conf *conf, size_t offset)
{
        int64_t number;
        memcpy(&number, (const char *)conf + offset, sizeof(number));
        return number;
}

/* The address without regard to case. Mail goes to one box however its name is written, and is proved as
 * written, but each spelling must not have limits of its own. In the op's arena; STR_NULL past it. */
static struct str key_of(struct op *op, struct str address)
{
        struct str key = arena_copy(&op->arena, address);
        char *at = (char *)key.ptr;
        for (size_t i = 0; i < key.len; i++)
                if (at[i] >= 'A' && at[i] <= 'Z')
                        at[i] = (char)(at[i] | 0x20);
        return key;
}

static struct limit_rule destination(const struct conf *conf, enum code_channel channel)
{
        const struct otp_channel *ch = otp_channel(channel);
        return (struct limit_rule){.name = ch->limit_type,
                                   .gap_s = number_at(conf, ch->gap_at),
                                   .per_hour = number_at(conf, ch->hour_at),
                                   .per_day = number_at(conf, ch->day_at)};
}

static const char of_session_name[] = "session_sends";

static struct limit_rule of_session(const struct conf *conf)
{
        return (struct limit_rule){.name = of_session_name,
                                   .per_hour = conf->session_sends_per_hour,
                                   .per_day = conf->session_sends_per_day};
}

static struct limit_rule of_block(const struct conf *conf)
{
        return (struct limit_rule){.name = "sms_block", .per_hour = conf->sms_per_block_hour};
}

static struct limit_rule budget(const struct conf *conf)
{
        return (struct limit_rule){
            .name = "sms_budget", .per_hour = conf->sms_budget_per_hour, .shared = true};
}

static void fill(struct op *op, const struct conf *conf, enum code_channel channel, struct str address,
                 struct str session_id, struct takings *ret)
{
        size_t block_len = MAX(address.len, (size_t)BLOCK_DIGITS) - BLOCK_DIGITS;
        ret->len = 0;
        add(ret, destination(conf, channel), key_of(op, address));
        add(ret, of_session(conf), session_id);
        if (channel != CODE_PHONE)
                return;
        add(ret, of_block(conf), str_sub(address, 0, block_len));
        add(ret, budget(conf), session_id);
}

static enum rc take(struct tx *tx, const struct otp_channel *ch, const struct limit_taking *list, size_t len,
                    int64_t now_ms, const char **ret_refused)
{
        struct limit_refusal refusal;
        bool allowed;
        enum rc rc = limit_take(tx, list, len, now_ms, &allowed, &refusal);
        if (rc != RC_OK || allowed)
                return rc;
        static const char *const windows[] = {"a gap", "an hour", "a day"};
        const char *name = list[refusal.index].rule->name;
        bool session = strcmp(name, of_session_name) == 0;
        tx->op->retry_after_s = refusal.retry_after_s;
        tx->op->limit_type = session ? "session" : ch->limit_type;
        *ret_refused = name;
        return op_fail(tx->op, refusal.window == LIMIT_GAP ? ch->cooldown_rc : RC_RATE_LIMIT_EXCEEDED,
                       "limit %s, %s", name, windows[refusal.window]);
}

enum rc otp_limit_send(struct tx *tx, const struct conf *conf, enum code_channel channel, struct str address,
                       struct str session_id, int64_t now_ms, const char **ret_refused)
{
        struct takings takings;
        fill(tx->op, conf, channel, address, session_id, &takings);
        return take(tx, otp_channel(channel), takings.list, takings.len, now_ms, ret_refused);
}

enum rc otp_limit_give_back(struct tx *tx, const struct conf *conf, enum code_channel channel,
                            struct str address, struct str session_id)
{
        struct takings takings;
        fill(tx->op, conf, channel, address, session_id, &takings);
        return limit_give_back(tx, takings.list, takings.len);
}

enum rc otp_limit_check(struct tx *tx, const struct conf *conf, enum code_channel channel, struct str address,
                        int64_t now_ms, const char **ret_refused)
{
        const struct otp_channel *ch = otp_channel(channel);
        const struct limit_rule rule = {.name = ch->limit_checks,
                                        .per_hour = conf->code_checks_per_hour,
                                        .per_day = conf->code_checks_per_day};
        const struct limit_taking taking = {&rule, key_of(tx->op, address)};
        return take(tx, ch, &taking, 1, now_ms, ret_refused);
}

int64_t otp_limit_gap_ms(const struct conf *conf, enum code_channel channel)
{
        return number_at(conf, otp_channel(channel)->gap_at) * 1000;
}

enum rc otp_limit_gap_left(struct tx *tx, const struct conf *conf, enum code_channel channel,
                           struct str address, int64_t now_ms, int64_t *ret_wait_s)
{
        const struct limit_rule rule = destination(conf, channel);
        const struct limit_taking taking = {&rule, key_of(tx->op, address)};
        int64_t left;
        return limit_peek(tx, &taking, LIMIT_GAP, now_ms, &left, ret_wait_s);
}

enum rc otp_limit_budget_left(struct tx *tx, const struct conf *conf, int64_t now_ms, int64_t *ret_left)
{
        const struct limit_rule rule = budget(conf);
        const struct limit_taking taking = {&rule, STR("")};
        int64_t wait_s;
        return limit_peek(tx, &taking, LIMIT_HOUR, now_ms, ret_left, &wait_s);
}

void otp_limit_note(const struct op *op, struct service *svc, const char *session_id, const char *refused)
{
        static const struct limit_rule rule = {.name = "rate_limited_noted", .gap_s = 60};
        const struct limit_taking once = {&rule, str_from(session_id)};
        int64_t now = clock_wall_ms();
        struct op own;
        op_init(&own, op->id, NOTE_MEMORY, op_left_ms(op));
        own.client = op->client;
        {
                struct tx tx CLEANUP(tx_rollback) = {0};
                struct limit_refusal refusal;
                bool allowed;
                /* The destination's own limit needs no other name than its type. */
                bool named = strcmp(refused, op->limit_type) != 0;
                struct str metadata =
                    named ? arena_printf(&own.arena, "{\"limit_type\":\"%s\",\"limit\":\"%s\"}",
                                         op->limit_type, refused)
                          : arena_printf(&own.arena, "{\"limit_type\":\"%s\"}", op->limit_type);
                if (store_begin(svc->store, &own, TX_WRITE, &tx) == RC_OK &&
                    limit_take(&tx, &once, 1, now, &allowed, &refusal) == RC_OK && allowed &&
                    event_append(&tx, EVENT_RATE_LIMITED, session_id, metadata, now) == RC_OK)
                        (void)!tx_commit(&tx);
        }
        op_release(&own);
}
