#include "check/audit.h"
#include "cmd/app.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

static enum rc read_file(struct op *op, const char *path, struct buf *ret)
{
        char chunk[4096];
        FILE *file = fopen(path, "re");
        if (file == NULL)
                return op_fail(op, RC_CONFIG, "--checkpoint: %s: %s", path, strerror(errno));
        for (size_t n; (n = fread(chunk, 1, sizeof(chunk), file)) > 0;)
                buf_add_bytes(ret, chunk, n);
        bool ok = !ferror(file) && buf_ok(ret);
        fclose(file);
        return ok ? RC_OK : op_fail(op, RC_CONFIG, "--checkpoint: %s is too long, or cannot be read", path);
}

static void print_fault(void *ctx, const char *text)
{
        printf("broken: %s\n", text);
}

static void print_progress(void *ctx, int64_t done, int64_t total)
{
        if (done % 65536 == 0)
                fprintf(stderr, "\r%lld of %lld entries", (long long)done, (long long)total);
}

static int verify(struct op *op, struct app *app, const char *checkpoint)
{
        CLEANUP(buf_release) struct buf note, root;
        struct audit_report report;
        buf_init(&note, NOTE_MAX);
        buf_init(&root, 64);
        if (checkpoint && read_file(op, checkpoint, &note) != RC_OK)
                return app_failed(&cmd_audit, op);
        bool on_terminal = isatty(STDERR_FILENO);
        struct audit_options options = {.checkpoint = checkpoint ? buf_str(&note) : STR_NULL,
                                        .fault = print_fault,
                                        .progress = on_terminal ? print_progress : NULL};
        if (audit_verify(op, &app->svc, &options, &report) != RC_OK)
                return app_failed(&cmd_audit, op);
        if (on_terminal)
                fprintf(stderr, "\r%40s\r", "");
        buf_add_base64(&root, report.root.bytes, HASH_LEN);
        printf("%s: %lld entries, root %s", report.faults ? "NOT as it was" : "as it was",
               (long long)report.entries, buf_text(&root));
        if (report.redacted)
                printf(", %lld of them without what was personal", (long long)report.redacted);
        if (report.waiting)
                printf(", %lld more since the last checkpoint", (long long)report.waiting);
        printf("\n");
        return report.faults ? EXIT_NEGATIVE : EXIT_DONE;
}

/* The last checkpoint, or the key, for whoever keeps it elsewhere. */
static int print_one(struct op *op, struct app *app, bool key)
{
        CLEANUP(buf_release) struct buf text;
        buf_init(&text, 512);
        struct str checkpoint = STR("");
        enum rc rc = key ? ledger_key(op, &app->svc, &text) : ledger_checkpoint(op, &app->svc, &checkpoint);
        if (rc != RC_OK)
                return app_failed(&cmd_audit, op);
        if (key)
                puts(buf_text(&text));
        else
                printf("%.*s", STR_FMT(checkpoint));
        return EXIT_DONE;
}

static int run(int argc, char **argv)
{
        const char *checkpoint = NULL;
        const struct app_option options[] = {APP_COMMON_OPTIONS, {"checkpoint", NULL, &checkpoint, NULL}};
        struct app_args args;
        struct app app;
        int status = app_parse(&cmd_audit, argc, argv, options, LEN(options), &args);
        if (status != EXIT_DONE)
                return status;
        const char *verb = args.rest_len == 1 ? args.rest[0] : "";
        bool is_verify = strcmp(verb, "verify") == 0, is_key = strcmp(verb, "key") == 0;
        if (!is_verify && !is_key && strcmp(verb, "checkpoint") != 0)
                return cmd_usage(&cmd_audit, "say verify, checkpoint or key");
        status = app_open(&cmd_audit, &args, APP_SERVICE, false, &app);
        if (status == EXIT_DONE)
                status = is_verify ? verify(&app.op, &app, checkpoint) : print_one(&app.op, &app, is_key);
        app_close(&app);
        return status;
}

const struct cmd cmd_audit = {
    .name = "audit",
    .run = run,
    .summary = "prove that the log was not rewritten",
    .help = "Usage: bonin audit verify [--checkpoint FILE]\n"
            "       bonin audit checkpoint\n"
            "       bonin audit key\n\n"
            "verify compares every entry of the log with the Merkle tree that was signed over it, and ends "
            "with 1 "
            "if\n"
            "anything was changed, removed, put in or reordered. Keep checkpoints elsewhere from time to "
            "time: with "
            "one of\n"
            "them it also finds that the end was cut off, or that everything was made anew. What is personal "
            "in an\n"
            "entry may be gone where its session was erased, or where it is older than LOG_RETENTION_DAYS: "
            "where that\n"
            "was raised, verify with the former value as well.\n\n"
            "checkpoint prints the last one, key the public key that verifies them (as /log/checkpoint and "
            "/log/key "
            "do).\n\n"
            "  --checkpoint FILE            a checkpoint that was kept\n"
            "  --data DIR, --env-file FILE  as for `bonin serve`\n",
};
