#include "api/api.h"

#include "http/addr.h"
#include "store/event.h"
#include "store/limit.h"

/* A flood of refusals must not become a flood of log entries: one a minute for an address. */
static const struct limit_rule note_rule = {.name = "rate_limited_noted", .gap_s = 60};

/* NULL: the op says why. */
static struct apikey *find_key(struct api *api, struct op *op, struct str key)
{
        struct apikey *apikey = arena_alloc(&op->arena, sizeof(*apikey));
        int64_t now = clock_wall_ms();
        if (apikey == NULL) {
                (void)!op_fail(op, RC_UNAVAILABLE, "request memory is full");
                return NULL;
        }
        {
                struct tx tx CLEANUP(tx_rollback) = {0};
                if (store_begin(api->svc->store, op, TX_READ, &tx) != RC_OK ||
                    apikey_find(&tx, key, apikey) != RC_OK)
                        return NULL;
        }
        if (apikey_touch_due(apikey, now)) {
                struct tx tx CLEANUP(tx_rollback) = {0};
                if (store_begin(api->svc->store, op, TX_WRITE, &tx) != RC_OK ||
                    apikey_touch(&tx, apikey, now) != RC_OK || tx_commit(&tx) != RC_OK)
                        return NULL;
        }
        return apikey;
}

static enum api_needs needs_of(const struct api *api, const struct api_route *route)
{
        if (route->needs != NEEDS_RP_UNLESS_PUBLIC)
                return route->needs;
        bool public = api->svc->conf->debug || api->svc->conf->public_sessions;
        return public ? NEEDS_NOBODY : NEEDS_RP;
}

static bool is_open(enum api_needs needs)
{
        return needs == NEEDS_NOBODY || needs == NEEDS_NOBODY_KNOWS_KEYS;
}

bool api_may_know_signs(const struct call *call, const struct session *session)
{
        return call->apikey &&
               (call->apikey->role != APIKEY_RP || str_equal(session->rp_id, str_from(call->apikey->id)));
}

static bool may(enum api_needs needs, enum apikey_role role)
{
        if (is_open(needs) || role == APIKEY_ADMIN)
                return true;
        return needs == NEEDS_RP         ? role == APIKEY_RP
               : needs == NEEDS_REVIEWER ? role == APIKEY_REVIEWER
                                         : false;
}

/* Whose calls are counted together: an IPv6 customer has a whole /64 to call from. */
static struct str caller_of(struct op *op)
{
        struct addr addr;
        char text[ADDR_TEXT_MAX];
        if (str_find(op->client.ip, ':') < 0 || !addr_parse(op->client.ip, &addr))
                return op->client.ip;
        memset(addr.bytes + 8, 0, 8);
        addr_text(&addr, text);
        return arena_copy(&op->arena, str_from(text));
}

/* One more call from this address. */
enum rc api_limit(struct api *api, struct http_request *request)
{
        struct op *op = &request->op;
        struct str caller = caller_of(op);
        const struct conf *conf = api->svc->conf;
        const struct limit_rule rule = {
            .name = "api", .per_hour = conf->api_per_hour, .per_day = conf->api_per_day};
        const struct limit_taking call = {&rule, caller}, note_once = {&note_rule, caller};
        struct tx tx CLEANUP(tx_rollback) = {0};
        struct limit_refusal refusal, unused;
        bool allowed, note;
        int64_t now = clock_wall_ms();
        if (conf->api_per_hour == 0 && conf->api_per_day == 0)
                return RC_OK;
        if (store_begin(api->svc->store, op, TX_WRITE, &tx) != RC_OK ||
            limit_take(&tx, &call, 1, now, &allowed, &refusal) != RC_OK)
                return op->rc;
        if (allowed)
                return tx_commit(&tx);
        if (limit_take(&tx, &note_once, 1, now, &note, &unused) != RC_OK ||
            (note &&
             (event_append(&tx, EVENT_RATE_LIMITED, NULL, STR("{\"limit_type\":\"ip\"}"), now) != RC_OK ||
              tx_commit(&tx) != RC_OK)))
                return op->rc;
        op->retry_after_s = refusal.retry_after_s;
        op->limit_type = "ip";
        return op_fail(op, RC_RATE_LIMIT_EXCEEDED, "limit of this address");
}

/* Guessing keys is no way around the limit. */
static enum rc refuse_key(struct api *api, struct http_request *request)
{
        op_forgive(&request->op);
        if (!api_route_of(api, request)->uncounted && api_limit(api, request) != RC_OK)
                return request->op.rc;
        return op_fail(&request->op, RC_UNAUTHORIZED, "no such API key");
}

enum rc api_guard(struct api *api, struct http_request *request, struct apikey **ret_apikey)
{
        struct op *op = &request->op;
        const struct api_route *route = api_route_of(api, request);
        enum api_needs needs = needs_of(api, route);
        struct str key = http_request_bearer(request);
        *ret_apikey = NULL;
        if (key.ptr && route->needs != NEEDS_NOBODY) {
                struct apikey *apikey = find_key(api, op, key);
                if (apikey == NULL)
                        return op->rc == RC_UNAUTHORIZED ? refuse_key(api, request) : op->rc;
                if (!may(needs, apikey->role))
                        return op_fail(op, RC_FORBIDDEN, "role %s", apikey_role_name(apikey->role));
                *ret_apikey = apikey;
                return RC_OK; /* who has a key is known, and counted by nobody's address */
        }
        if (!route->uncounted && api_limit(api, request) != RC_OK)
                return op->rc;
        return is_open(needs) ? RC_OK : op_fail(op, RC_UNAUTHORIZED, "no API key");
}
