#include "cmd/batch.h"
#include "cmd/cmd.h"

#include "base/emit.h"

#include <getopt.h>
#include <stdio.h>

enum {
        ITEM_MS_MAX = 60 * 1000,
        ITEM_MEMORY_MAX = 64 * 1024,
        TABLE_MAX = 64 * 1024 * 1024,
        PATH_MAX_LEN = 4096
};

struct pair {
        struct str reference, selfie; /* as they were given; views */
};

struct compare {
        struct pair *pairs;
        size_t pairs_len;
        struct str folder; /* that paths are relative to; empty: the current one */
        const struct conf *conf;
};

static enum rc read_picture(const struct compare *compare, struct op *op, struct str name, struct buf *ret)
{
        char path[PATH_MAX_LEN];
        bool relative = compare->folder.len > 0 && !str_starts_with(name, STR("/"));
        struct str folder = relative ? compare->folder : STR("");
        int len = snprintf(path, sizeof(path), "%.*s%.*s", STR_FMT(folder), STR_FMT(name));
        if (len < 0 || (size_t)len >= sizeof(path) || str_find(name, '\0') >= 0)
                return op_fail(op, RC_NOT_FOUND, "not a path");
        return batch_read_file(op, path, (size_t)compare->conf->id_card_max_file_size, ret);
}

static void emit_errors(struct emit *emit, const struct doc_errors *errors)
{
        emit_open_array(emit, "errors");
        for (size_t i = 0; i < errors->len; i++)
                emit_text(emit, NULL, rc_code(errors->codes[i]));
        emit_close_array(emit);
}

static int emit_verdict(struct emit *emit, const struct vision_faces *faces)
{
        emit_double(emit, "similarity_score", faces->similarity_score, 4);
        emit_bool(emit, "is_match", faces->is_match);
        emit_double(emit, "liveness_score", faces->liveness_score, 4);
        emit_bool(emit, "is_live_person", faces->is_live_person);
        emit_errors(emit, &faces->errors);
        return faces->errors.len == 0 ? EXIT_DONE : EXIT_NEGATIVE;
}

/* A pair that could not be judged. */
static int emit_failed(struct emit *emit, const struct op *op)
{
        enum rc rc = op->rc == RC_FILE_TOO_LARGE ? RC_INVALID_IMAGE : op->rc;
        emit_null(emit, "similarity_score");
        emit_bool(emit, "is_match", false);
        emit_null(emit, "liveness_score");
        emit_bool(emit, "is_live_person", false);
        emit_open_array(emit, "errors");
        emit_text(emit, NULL, rc_code(rc));
        emit_close_array(emit);
        emit_text(emit, "why", op->why);
        return rc == RC_INVALID_IMAGE ? EXIT_NEGATIVE : EXIT_OUTSIDE;
}

static int compare_one(void *ctx, struct vision_pool *pool, size_t index, struct buf *ret_line)
{
        const struct compare *compare = ctx;
        const struct pair *pair = &compare->pairs[index];
        size_t max = (size_t)compare->conf->id_card_max_file_size;
        struct op op;
        op_init(&op, NULL, ITEM_MEMORY_MAX, ITEM_MS_MAX);
        CLEANUP(buf_release) struct buf reference;
        CLEANUP(buf_release) struct buf selfie;
        CLEANUP(vision_faces_release) struct vision_faces faces = {0};
        buf_init_secret(&reference, max);
        buf_init_secret(&selfie, max);
        struct emit emit = emit_to(ret_line);
        emit_open(&emit, NULL);
        emit_str(&emit, "reference", pair->reference);
        emit_str(&emit, "selfie", pair->selfie);
        enum rc rc = read_picture(compare, &op, pair->reference, &reference);
        if (rc == RC_OK)
                rc = read_picture(compare, &op, pair->selfie, &selfie);
        struct vision_face_request request = {.reference = buf_str(&reference),
                                              .selfie = buf_str(&selfie),
                                              .match_threshold = compare->conf->face_match_threshold,
                                              .liveness_threshold = compare->conf->liveness_threshold};
        if (rc == RC_OK)
                rc = vision_compare_faces(pool, &op, &request, &faces);
        int status = rc == RC_OK ? emit_verdict(&emit, &faces) : emit_failed(&emit, &op);
        emit_close(&emit);
        op_release(&op);
        return status;
}

/* The next line without its end; blank ones are passed over. */
static bool next_line(struct str *rest, struct str *ret)
{
        while (str_split(rest, '\n', ret)) {
                if (str_ends_with(*ret, STR("\r")))
                        ret->len--;
                if (ret->len > 0)
                        return true;
        }
        return false;
}

/* The table's rows; false, with the reason on stderr, where one has no second column. */
static bool parse_table(struct str text, struct compare *ret)
{
        struct str rest = text, line, header;
        size_t lines = 0;
        while (next_line(&rest, &line))
                lines++;
        ret->pairs = x_new(MAX(lines, 1), sizeof(*ret->pairs));
        rest = text;
        if (!next_line(&rest, &header))
                return false;
        for (size_t number = 2; next_line(&rest, &line); number++) {
                struct pair *pair = &ret->pairs[ret->pairs_len++];
                struct str columns = line;
                if (!str_split(&columns, '\t', &pair->reference) ||
                    !str_split(&columns, '\t', &pair->selfie) || pair->reference.len == 0 ||
                    pair->selfie.len == 0) {
                        fprintf(stderr, "bonin compare: row %zu has no reference and selfie\n", number);
                        return false;
                }
        }
        return ret->pairs_len > 0;
}

static int run_pairs(struct compare *compare, int64_t jobs)
{
        struct batch batch = {.count = compare->pairs_len,
                              .jobs = (size_t)jobs,
                              .roles = "face",
                              .run = compare_one,
                              .ctx = compare};
        return batch_run(&batch, compare->conf);
}

static int run_table(struct compare *compare, const char *path, int64_t jobs)
{
        struct op op;
        CLEANUP(buf_release) struct buf text;
        op_init(&op, NULL, ITEM_MEMORY_MAX, ITEM_MS_MAX);
        buf_init(&text, TABLE_MAX);
        enum rc rc = batch_read_file(&op, path, TABLE_MAX, &text);
        if (rc != RC_OK)
                fprintf(stderr, "bonin compare: %s: %s\n", path, op.why);
        op_release(&op);
        if (rc != RC_OK)
                return EXIT_OUTSIDE;
        const char *slash = strrchr(path, '/');
        compare->folder = str_from_bytes(path, slash ? (size_t)(slash - path) + 1 : 0);
        int status = EXIT_USAGE;
        if (parse_table(buf_str(&text), compare))
                status = run_pairs(compare, jobs);
        else
                fprintf(stderr, "bonin compare: %s: not a table of pairs\n", path);
        x_free(compare->pairs);
        return status;
}

static int run(int argc, char **argv)
{
        static const struct option known[] = {{"pairs", required_argument, NULL, 'p'},
                                              {"jobs", required_argument, NULL, 'j'},
                                              {"env-file", required_argument, NULL, 'e'},
                                              {0}};
        const char *env_file = NULL, *table = NULL;
        int64_t jobs = 0;
        optind = 0;
        opterr = 0;
        for (int c; (c = getopt_long(argc, argv, "", known, NULL)) != -1;) {
                if (c == 'p')
                        table = optarg;
                else if (c == 'e')
                        env_file = optarg;
                else if (c == 'j' && !str_to_int(str_from(optarg), 1, 64, &jobs))
                        return cmd_usage(&cmd_compare, "--jobs takes a number from 1 to 64, not `%s`",
                                         optarg);
                else if (c != 'j')
                        return cmd_usage(&cmd_compare, "what is `%s`?", argv[optind - 1]);
        }
        if (argc - optind != (table ? 0 : 2))
                return cmd_usage(&cmd_compare, "give REFERENCE and SELFIE, or --pairs FILE");
        CLEANUP(conf_release) struct conf conf = {0};
        if (!batch_load_conf(env_file, &conf))
                return EXIT_USAGE;
        struct compare compare = {.conf = &conf};
        if (table)
                return run_table(&compare, table, jobs);
        struct pair pair = {str_from(argv[optind]), str_from(argv[optind + 1])};
        compare.pairs = &pair;
        compare.pairs_len = 1;
        return run_pairs(&compare, jobs);
}

const struct cmd cmd_compare = {
    .name = "compare",
    .run = run,
    .summary = "compare faces and judge whether the second is live",
    .help =
        "Usage: bonin compare [OPTION...] REFERENCE SELFIE\n"
        "       bonin compare [OPTION...] --pairs FILE.tsv\n\n"
        "Compares the face in REFERENCE (a portrait or a whole document) with the one in SELFIE and judges\n"
        "whether SELFIE is of a live person. Prints one JSON object a line: reference, selfie,\n"
        "similarity_score, is_match, liveness_score, is_live_person, errors. Nothing is stored.\n\n"
        "  --pairs FILE     a table: a header line, then reference, selfie and any further columns, "
        "separated\n"
        "                   by tabs; paths are relative to the table\n"
        "  --jobs N         pairs at once; default: as many as processors\n"
        "  --env-file FILE  configuration; default ./.env where it exists\n\n"
        "Exit status: 0 all match and live, 1 some not, 2 wrong usage, 3 some could not be judged,\n"
        "130 stopped by Ctrl-C.\n",
};
