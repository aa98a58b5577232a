/*
 * For those who watch the process: is it alive, can it serve, what does it measure, which keys sign.
 */
#include "api/api.h"
#include "check/breaker.h"
#include "check/otp_limit.h"

enum rc api_healthz(struct call *call)
{
        buf_add(&call->reply->body, STR("{\"status\":\"ok\",\"version\":\"" BONIN_VERSION "\"}"));
        call->reply->status = 200;
        return RC_OK;
}

static const char *ask_store(struct call *call)
{
        struct tx tx CLEANUP(tx_rollback) = {0};
        int64_t queued, leased, next;
        if (store_begin(call->svc->store, call->op, TX_READ, &tx) == RC_OK &&
            job_count(&tx, &queued, &leased, &next) == RC_OK)
                return "ok";
        op_forgive(call->op);
        return "unavailable";
}

static const char *ask_blobs(struct call *call)
{
        if (blob_ready(call->op, call->svc->blobs) == RC_OK)
                return "ok";
        op_forgive(call->op);
        return "unavailable";
}

enum rc api_readyz(struct call *call)
{
        const char *store = ask_store(call), *blobs = ask_blobs(call);
        bool ready = strcmp(store, "ok") == 0 && strcmp(blobs, "ok") == 0;
        struct emit emit = emit_to(&call->reply->body);
        emit_open(&emit, NULL);
        emit_text(&emit, "status", ready ? "ready" : "unavailable");
        emit_open(&emit, "checks");
        emit_text(&emit, "store", store);
        emit_text(&emit, "blobs", blobs);
        if (call->api->vision_ready)
                emit_text(&emit, "vision",
                          call->api->vision_ready(call->api->vision_ctx) ? "ok" : "warming up");
        emit_close(&emit);
        emit_close(&emit);
        call->reply->status = ready ? 200 : 503;
        return RC_OK;
}

/* What stands between an attack and the bill; nothing where the store does not answer. */
static void write_sending(struct call *call, struct buf *buf)
{
        const struct conf *conf = call->svc->conf;
        struct tx tx CLEANUP(tx_rollback) = {0};
        struct breaker_view breaker;
        int64_t left, now = clock_wall_ms();
        if (store_begin(call->svc->store, call->op, TX_READ, &tx) != RC_OK ||
            breaker_read(&tx, conf, now, &breaker) != RC_OK ||
            otp_limit_budget_left(&tx, conf, now, &left) != RC_OK) {
                op_forgive(call->op);
                return;
        }
        buf_addf(buf,
                 "# HELP bonin_sms_breaker Whether SMS are sent: closed, they are; open, too few codes came "
                 "back.\n# TYPE bonin_sms_breaker gauge\n");
        for (int i = 0; i < BREAKER_STATE_COUNT; i++)
                buf_addf(buf, "bonin_sms_breaker{state=\"%s\"} %d\n",
                         breaker_state_name((enum breaker_state)i), breaker.state == (enum breaker_state)i);
        if (conf->sms_budget_per_hour)
                buf_addf(buf,
                         "# HELP bonin_sms_budget_left SMS that may still be sent within the hour.\n"
                         "# TYPE bonin_sms_budget_left gauge\nbonin_sms_budget_left %lld\n",
                         (long long)left);
}

enum rc api_metrics(struct call *call)
{
        struct buf *buf = &call->reply->body;
        struct tx tx CLEANUP(tx_rollback) = {0};
        int64_t queued = 0, leased = 0, next = 0, commits, transactions;
        bool up = store_begin(call->svc->store, call->op, TX_READ, &tx) == RC_OK &&
                  job_count(&tx, &queued, &leased, &next) == RC_OK;
        op_forgive(call->op);
        db_count_commits(call->svc->store->db, &commits, &transactions);
        buf_addf(buf,
                 "# HELP bonin_store_up Whether the store answers.\n# TYPE bonin_store_up "
                 "gauge\nbonin_store_up %d\n",
                 up);
        buf_addf(
            buf,
            "# HELP bonin_jobs Unfinished jobs.\n# TYPE bonin_jobs gauge\nbonin_jobs{state=\"queued\"} %lld\n"
            "bonin_jobs{state=\"leased\"} %lld\n",
            (long long)queued, (long long)leased);
        buf_addf(
            buf,
            "# HELP bonin_store_commits_total Commits on disk.\n# TYPE bonin_store_commits_total counter\n"
            "bonin_store_commits_total %lld\n",
            (long long)commits);
        buf_addf(buf,
                 "# HELP bonin_store_transactions_total Write transactions that they carried.\n"
                 "# TYPE bonin_store_transactions_total counter\nbonin_store_transactions_total %lld\n",
                 (long long)transactions);
        tx_rollback(&tx);
        write_sending(call, buf);
        verdicts_write(&call->svc->verdicts, buf);
        struct http_server *server = atomic_load(&call->api->server);
        if (server) /* the first request may be quicker than who opened the server */
                http_server_metrics(server, buf);
        call->reply->content_type = "text/plain; version=0.0.4; charset=utf-8";
        call->reply->status = 200;
        return RC_OK;
}

enum rc api_jwks(struct call *call)
{
        jws_jwks(call->svc->keyring, &call->reply->body);
        call->reply->cache_control = "public, max-age=300";
        call->reply->status = 200;
        return RC_OK;
}
