#include "api/api.h"
#include "base/log.h"
#include "check/ledger.h"
#include "cmd/app.h"
#include "work/workers.h"

#include <malloc.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { OPEN_MS = 15000, MEMORY_MAX = 1024 * 1024, STORY_THREADS = 4 };

struct serving {
        struct app app;
        struct api api;
        struct sms_provider *sms;
        struct mail_backend *mail;
        struct ocr_provider *ocr;
        struct vision_pool *vision;
        struct workers *workers;
        struct http_server *server;
};

static bool vision_ready(void *ctx)
{
        return vision_pool_ready(ctx);
}

static enum rc open_providers(struct op *op, struct serving *s)
{
        if (sms_provider_new(op, &s->app.conf, &s->sms) != RC_OK ||
            ocr_provider_new(op, &s->app.conf, &s->ocr) != RC_OK)
                return op->rc;
        return mail_backend_new(op, &s->app.conf, &s->mail);
}

static enum rc open_workers(struct op *op, struct serving *s)
{
        const struct conf *conf = &s->app.conf;
        long cores = sysconf(_SC_NPROCESSORS_ONLN);
        size_t threads = conf->workers >= 0 ? (size_t)conf->workers : (size_t)MAX(cores, 1L);
        char models[PATH_MAX];
        if (threads == 0)
                return RC_OK;
        app_model_dir(conf, models);
        struct vision_options options = {.model_dir = models, .children = threads};
        s->vision = vision_pool_open(&options);
        s->api.vision_ready = vision_ready;
        s->api.vision_ctx = s->vision;
        struct workers_deps deps = {
            .svc = &s->app.svc, .sms = s->sms, .mail = s->mail, .ocr = s->ocr, .vision = s->vision};
        return workers_open(op, &deps, threads, &s->workers);
}

static enum rc open_http(struct op *op, struct serving *s)
{
        const struct conf *conf = &s->app.conf;
        struct http_app app;
        struct http_config config = {
            .listen = str_from(conf->listen),
            .trusted_proxies = str_from(conf->trusted_proxies),
            .cors_origins = str_from(conf->cors_allowed_origins),
            .connections_max = (unsigned)conf->max_connections,
            .per_ip_max = conf->max_connections_per_ip ? (unsigned)conf->max_connections_per_ip
                                                       : (unsigned)conf->max_connections,
        };
        config.story_threads = db_is_remote(s->app.store.db) ? 0 : STORY_THREADS;
        api_app(&s->api, &app);
        if (http_server_open(op, &config, &app, &s->server) != RC_OK)
                return op->rc;
        atomic_store(&s->api.server, s->server);
        return RC_OK;
}

static enum rc open_all(struct op *op, struct serving *s)
{
        s->api.svc = &s->app.svc;
        s->app.svc.on_change = api_session_changed;
        s->app.svc.on_change_ctx = &s->api;
        if (ledger_open(op, &s->app.svc) != RC_OK || open_providers(op, s) != RC_OK ||
            open_workers(op, s) != RC_OK)
                return op->rc;
        return open_http(op, s);
}

static void close_all(struct serving *s)
{
        /* Requests hand jobs to the workers, and workers wake requests: stop both before either is freed. */
        http_server_stop(s->server);
        workers_close(s->workers);
        http_server_close(s->server);
        vision_pool_close(s->vision);
        ocr_provider_free(&s->ocr);
        mail_backend_free(&s->mail);
        sms_provider_free(&s->sms);
        app_close(&s->app);
}

/* The host of LISTEN with the port that was really taken. */
static void print_address(const struct serving *s)
{
        const struct conf *conf = &s->app.conf;
        const char *colon = strrchr(conf->listen, ':');
        int host = colon ? (int)(colon - conf->listen) : 0;
        unsigned port = http_server_port(s->server);
        printf("bonin " BONIN_VERSION " is listening on http://%.*s:%u\n", host, conf->listen, port);
        if (conf->debug)
                printf("\n  Demo mode: anybody may open a session, and codes appear here.\n"
                       "  Page:  http://%.*s:%u/          verify yourself\n"
                       "  API:   http://%.*s:%u/api/docs  read and try every call\n"
                       "  Data:  %s\n"
                       "  Stop:  Ctrl-C\n\n",
                       host, conf->listen, port, host, conf->listen, port, conf->data_dir);
        fflush(stdout);
}

static void wait_for_signal(const sigset_t *set)
{
        int signal_number;
        sigwait(set, &signal_number);
        fprintf(stderr, "bonin: stopping; what is under way comes to its end\n");
        /* A second Ctrl-C does not wait. */
        signal(SIGINT, SIG_DFL);
        signal(SIGTERM, SIG_DFL);
        pthread_sigmask(SIG_UNBLOCK, set, NULL);
}

static void warn(const struct conf *conf)
{
        if (!conf->debug &&
            (conf->sms_provider == CONF_SMS_CONSOLE || conf->email_backend == CONF_EMAIL_CONSOLE))
                log_line(LOG_WARN, "codes_go_to_the_console",
                         LOG_WORD("mend", "set SMS_PROVIDER and EMAIL_BACKEND, or DEBUG=true for a demo"));
}

static int run(int argc, char **argv)
{
        static const struct app_option options[] = {
            APP_COMMON_OPTIONS, {"listen", "LISTEN", NULL, NULL}, {"workers", "WORKERS", NULL, NULL}};
        struct app_args args;
        struct serving *s = x_new(1, sizeof(*s));
        sigset_t set;
        sigemptyset(&set);
        sigaddset(&set, SIGINT);
        sigaddset(&set, SIGTERM);
        int status = app_parse(&cmd_serve, argc, argv, options, LEN(options), &args);
        if (status == EXIT_DONE && args.rest_len > 0)
                status = cmd_usage(&cmd_serve, "`%s` is not expected", args.rest[0]);
        if (status != EXIT_DONE) {
                x_free(s);
                return status;
        }
        /* Many threads that mostly sleep: an arena each would keep more memory than it saves in waiting. */
        mallopt(M_ARENA_MAX, 3);
        /* Who wakes another thread is about to sleep himself: let him finish first. At 64 clients that made a
         * fifth more flows for a fifth less CPU. The vision processes inherit it, and work in batches anyway.
         */
        (void)!sched_setscheduler(0, SCHED_BATCH, &(struct sched_param){0});
        /* Before any thread starts, so that all inherit it and only wait_for_signal is woken. */
        pthread_sigmask(SIG_BLOCK, &set, NULL);
        status = app_open(&cmd_serve, &args, APP_SERVICE, true, &s->app);
        if (status == EXIT_DONE) {
                struct op op;
                op_init(&op, NULL, MEMORY_MAX, OPEN_MS);
                if (open_all(&op, s) == RC_OK) {
                        warn(&s->app.conf);
                        print_address(s);
                        wait_for_signal(&set);
                } else {
                        status = app_failed(&cmd_serve, &op);
                }
                op_release(&op);
        }
        close_all(s);
        x_free(s);
        return status;
}

const struct cmd cmd_serve = {
    .name = "serve",
    .run = run,
    .summary = "the HTTP API, the web pages and the job workers",
    .help =
        "Usage: bonin serve [--listen HOST:PORT] [--data DIR] [--env-file FILE] [--workers N]\n\n"
        "Serves the API and the applicant's page, and does the jobs: sending codes, reading documents, "
        "comparing\n"
        "faces. Stops at Ctrl-C or SIGTERM when what is under way has come to its end.\n\n"
        "  --listen HOST:PORT  where to listen (LISTEN; 127.0.0.1:8080)\n"
        "  --data DIR          folder of everything that is written (DATA_DIR; ./data)\n"
        "  --env-file FILE     configuration file (./.env where there is one); the environment wins over it\n"
        "  --workers N         pictures read at the same time (WORKERS; as many as cores); 0: no workers "
        "here\n\n"
        "DEBUG=true serves in demo mode: codes appear on the console. `bonin help env` tells every key.\n",
};
