/*
 * bonin-vision: decodes and reads pictures for bonin, which starts it with an empty environment and a socket
 * as descriptor 3. Load, lock, say so, and answer one request after another until the other side closes.
 */
#include "base/clock.h"
#include "vision/roles.h"
#include "vision/sandbox.h"

#include <errno.h>
#include <getopt.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { CHANNEL = 3, EXIT_REFUSED = 100, STACK_USED_MAX = 1 << 20 };

static const struct frame_limits request_limits = {
    .json_max = 4096, .part_max = 10 * 1024 * 1024, .total_max = 33 * 1024 * 1024};

struct options {
        struct roles_options roles;
        const char *probe; /* a forbidden operation to try, locked in */
        bool unlocked;     /* … or not, to show that it is the lock that forbids it */
};

static int usage(void)
{
        fputs(
            "bonin-vision is started by bonin; it is of no use by itself.\n"
            "usage: bonin-vision [--models DIR] [--manifest FILE] [--tessdata DIR] [--roles document,face]\n"
            "       bonin-vision --sandbox-probe OPERATION [--unlocked]\n",
            stderr);
        return 2;
}

static bool parse_options(int argc, char **argv, struct options *ret)
{
        static const struct option known[] = {{"models", required_argument, NULL, 'm'},
                                              {"manifest", required_argument, NULL, 'f'},
                                              {"tessdata", required_argument, NULL, 't'},
                                              {"roles", required_argument, NULL, 'r'},
                                              {"sandbox-probe", required_argument, NULL, 'p'},
                                              {"unlocked", no_argument, NULL, 'u'},
                                              {0}};
        struct options options = {.roles = {.documents = true, .faces = true}};
        for (int c; (c = getopt_long(argc, argv, "", known, NULL)) != -1;)
                switch (c) {
                case 'm':
                        options.roles.model_dir = optarg;
                        break;
                case 'f':
                        options.roles.manifest = optarg;
                        break;
                case 't':
                        options.roles.tessdata_dir = optarg;
                        break;
                case 'r':
                        options.roles.documents = strstr(optarg, "document") != NULL;
                        options.roles.faces = strstr(optarg, "face") != NULL;
                        break;
                case 'p':
                        options.probe = optarg;
                        break;
                case 'u':
                        options.unlocked = true;
                        break;
                default:
                        return false;
                }
        *ret = options;
        return optind == argc && (options.probe || !options.unlocked);
}

static enum rc send_ready(struct op *op, const struct roles *roles, const struct sandbox *sandbox,
                          int64_t started_ms)
{
        CLEANUP(buf_release) struct buf json;
        buf_init(&json, 4096);
        struct emit emit = emit_to(&json);
        unsigned features = roles->reader ? reader_features(roles->reader) : 0;
        emit_open(&emit, NULL);
        emit_bool(&emit, "documents", roles->reader != NULL);
        emit_bool(&emit, "faces", roles->faces != NULL);
        emit_bool(&emit, "mrz_model", features & READER_HAS_MRZ_MODEL);
        emit_bool(&emit, "line_model", features & READER_HAS_LINE_MODEL);
        emit_bool(&emit, "script_model", features & READER_HAS_SCRIPT_MODEL);
        emit_bool(&emit, "filtered", sandbox->filtered);
        emit_bool(&emit, "no_new_code", sandbox->no_new_code);
        emit_bool(&emit, "unprivileged", sandbox->unprivileged);
        emit_int(&emit, "landlock_abi", sandbox->landlock_abi);
        emit_int(&emit, "load_ms", clock_mono_ms() - started_ms);
        emit_text(&emit, "why", roles->why);
        emit_close(&emit);
        struct frame ready = {.kind = FRAME_READY, .parts = {[FRAME_JSON] = buf_str(&json)}};
        return frame_send(op, CHANNEL, &ready);
}

/* One request and its reply. */
static enum rc serve_one(struct roles *roles, struct op *op)
{
        CLEANUP(frame_release) struct frame request = {0};
        enum rc rc = frame_receive(op, CHANNEL, &request_limits, &request);
        if (rc != RC_OK)
                return rc;
        CLEANUP(answer_release) struct answer answer = {0};
        answer_request(roles, &request, &answer);
        struct frame reply = {.kind = FRAME_REPLY, .parts = {[FRAME_JSON] = buf_str(&answer.json)}};
        for (size_t i = 0; i < LEN(answer.pictures); i++)
                reply.parts[1 + i] = buf_str(&answer.pictures[i]);
        return frame_send(op, CHANNEL, &reply);
}

__attribute__((noinline)) static void wipe_stack(void)
{
        char used[STACK_USED_MAX];
        explicit_bzero(used, sizeof(used));
}

/* What a request left behind: the pages that are free go back to the kernel, with the pictures and all that
 * libraries made of them; our own texts are wiped where they are released, but not the copies on the stack.
 */
static void forget(void)
{
        malloc_trim(0);
        wipe_stack();
}

/* Not by exit, here and below: the libraries' last deeds may need what the cell forbids. */
_Noreturn static void probe(const struct options *options)
{
        struct op op;
        struct sandbox sandbox;
        op_init(&op, "probe", 4096, 0);
        if (!options->unlocked && sandbox_lock(&op, CHANNEL, &sandbox) != RC_OK) {
                fprintf(stderr, "bonin-vision: %s\n", op.why);
                _exit(1);
        }
        int error = sandbox_probe(options->probe);
        _exit(error < 0 ? 2 : error > 0 ? EXIT_REFUSED : 0);
}

int main(int argc, char **argv)
{
        struct options options;
        if (!parse_options(argc, argv, &options))
                return usage();
        if (options.probe)
                probe(&options);

        int64_t started_ms = clock_mono_ms();
        struct roles roles;
        struct sandbox sandbox;
        struct op op;
        op_init(&op, "child", 4096, 0);
        roles_open(&options.roles, &roles);
        if (sandbox_lock(&op, CHANNEL, &sandbox) != RC_OK) {
                fprintf(stderr, "bonin-vision: %s\n", op.why);
                return 1;
        }
        enum rc rc = send_ready(&op, &roles, &sandbox, started_ms);
        while (rc == RC_OK) {
                rc = serve_one(&roles, &op);
                forget();
        }
        _exit(0);
}
