#include "cmd/batch.h"
#include "cmd/cmd.h"

#include "base/emit.h"
#include "doc/advice.h"
#include "doc/mask.h"
#include "ocr/provider.h"

#include <getopt.h>
#include <stdio.h>

/* Loading, one picture, and a queue before it. */
enum { ITEM_MS_MAX = 60 * 1000, ITEM_MEMORY_MAX = 64 * 1024 };

struct scan {
        enum doc_kind kind;
        bool unmasked;
        char **files;
        const char *back; /* of the one file; NULL: none */
        const struct conf *conf;
        struct ocr_provider *ocr;
};

/* A text as it may be shown: numbers of the holder hidden unless asked for. */
static void emit_field(struct emit *emit, const struct doc_fields *fields, enum doc_field field,
                       bool unmasked)
{
        struct str text = doc_text(fields, field);
        struct masked masked = {""};
        if (!unmasked && field == DOC_ID_NUMBER)
                masked = mask_id_number(text);
        else if (!unmasked && (field == DOC_LICENSE_NUMBER || field == DOC_PASSPORT_NUMBER))
                masked = mask_number(text);
        else if (!unmasked && field == DOC_MRZ)
                snprintf(masked.text, sizeof(masked.text), "***");
        emit_str(emit, doc_field_name(field), masked.text[0] ? str_from(masked.text) : text);
}

static void emit_data(struct emit *emit, const struct scan *scan, const struct judgement *judgement)
{
        emit_open(emit, "extracted_data");
        for (enum doc_field i = 0; i < DOC_FIELD_COUNT; i++)
                if (doc_has(&judgement->fields, i))
                        emit_field(emit, &judgement->fields, i, scan->unmasked);
        if (judgement->fields.changes_len > 0)
                doc_emit_changes(emit, &judgement->fields);
        emit_close(emit);
}

static void emit_errors(struct emit *emit, const struct doc_errors *errors)
{
        emit_open_array(emit, "errors");
        for (size_t i = 0; i < errors->len; i++)
                emit_text(emit, NULL, rc_code(errors->codes[i]));
        emit_close_array(emit);
}

static void emit_details(struct emit *emit, const struct vision_document *document,
                         const struct judgement *judgement)
{
        emit_open(emit, "verification_details");
        emit_errors(emit, &judgement->errors);
        doc_advice_emit(emit, "advice", judgement, &document->faults);
        emit_text(emit, "recognised_type", doc_kind_name(document->kind));
        emit_double(emit, "type_confidence", document->kind_confidence, 3);
        emit_open(emit, "quality");
        emit_int(emit, "card_width_px", document->quality.card_width_px);
        emit_double(emit, "sharpness", document->quality.sharpness, 3);
        emit_double(emit, "brightness", document->quality.brightness, 1);
        emit_double(emit, "contrast", document->quality.contrast, 1);
        emit_double(emit, "glare_share", document->quality.glare_share, 4);
        emit_close(emit);
        doc_signs_emit(emit, "authenticity", &document->signs);
        emit_open(emit, "field_confidence");
        for (enum doc_field i = 0; i < DOC_FIELD_COUNT; i++)
                if (doc_has(&judgement->fields, i))
                        emit_double(emit, doc_field_name(i), judgement->fields.values[i].confidence, 3);
        emit_close(emit);
        emit_bool(emit, "portrait", document->portrait_jpeg.len > 0);
        emit_close(emit);
}

static int emit_judged(struct emit *emit, const struct scan *scan, const struct vision_document *document)
{
        struct judge_input input = {.declared = scan->kind,
                                    .recognised = document->kind,
                                    .kind_confidence = document->kind_confidence,
                                    .fields = document->fields,
                                    .errors = document->errors,
                                    .obstacles = document->obstacles,
                                    .today = date_of_korea(clock_wall_ms()),
                                    .confidence_min = scan->conf->id_card_min_confidence,
                                    .signs = document->signs,
                                    .signs_reject =
                                        scan->conf->document_authenticity == CONF_AUTHENTICITY_REJECT};
        struct judgement judgement;
        judge_document(&input, &judgement);
        emit_text(emit, "status", doc_verdict_name(judgement.verdict));
        emit_double(emit, "confidence_score", judgement.confidence, 4);
        emit_data(emit, scan, &judgement);
        emit_details(emit, document, &judgement);
        doc_fields_wipe(&input.fields);
        doc_fields_wipe(&judgement.fields);
        return judgement.verdict == DOC_SUCCESS ? EXIT_DONE : EXIT_NEGATIVE;
}

/* A picture that could not be read or judged. What is wrong with the picture is an answer; the rest is
 * outside. */
static int emit_failed(struct emit *emit, const struct op *op)
{
        enum rc rc = op->rc == RC_FILE_TOO_LARGE ? RC_INVALID_IMAGE : op->rc;
        emit_text(emit, "status", doc_verdict_name(DOC_FAILED));
        emit_double(emit, "confidence_score", 0, 4);
        emit_open(emit, "extracted_data");
        emit_close(emit);
        emit_open(emit, "verification_details");
        emit_open_array(emit, "errors");
        emit_text(emit, NULL, rc_code(rc));
        emit_close_array(emit);
        emit_text(emit, "why", op->why);
        emit_close(emit);
        return rc == RC_INVALID_IMAGE ? EXIT_NEGATIVE : EXIT_OUTSIDE;
}

static int scan_one(void *ctx, struct vision_pool *pool, size_t index, struct buf *ret_line)
{
        const struct scan *scan = ctx;
        struct op op;
        op_init(&op, NULL, ITEM_MEMORY_MAX, ITEM_MS_MAX);
        int64_t started_ms = clock_mono_ms();
        size_t max = (size_t)scan->conf->id_card_max_file_size;
        CLEANUP(buf_release) struct buf file, back;
        CLEANUP(vision_document_release) struct vision_document document = {0};
        buf_init_secret(&file, max);
        buf_init_secret(&back, max);
        struct emit emit = emit_to(ret_line);
        emit_open(&emit, NULL);
        emit_text(&emit, "file", scan->files[index]);
        if (scan->back)
                emit_text(&emit, "back", scan->back);
        enum rc rc = batch_read_file(&op, scan->files[index], max, &file);
        if (rc == RC_OK && scan->back)
                rc = batch_read_file(&op, scan->back, max, &back);
        struct vision_document_request request = {.declared = scan->kind,
                                                  .today = date_of_korea(clock_wall_ms()),
                                                  .front = buf_str(&file),
                                                  .back = buf_str(&back)};
        if (rc == RC_OK)
                rc = ocr_provider_read(&op, scan->ocr, pool, &request, &document);
        int status = rc == RC_OK ? emit_judged(&emit, scan, &document) : emit_failed(&emit, &op);
        emit_double(&emit, "processing_duration", (double)(clock_mono_ms() - started_ms) / 1000, 3);
        emit_close(&emit);
        op_release(&op);
        return status;
}

/* With the reader that is configured. */
static int run_batch(const struct batch *batch, struct scan *scan)
{
        struct op op;
        op_init(&op, NULL, ITEM_MEMORY_MAX, ITEM_MS_MAX);
        int status = EXIT_USAGE;
        if (ocr_provider_new(&op, scan->conf, &scan->ocr) == RC_OK)
                status = batch_run(batch, scan->conf);
        else
                fprintf(stderr, "bonin: %s\n", op.why);
        ocr_provider_free(&scan->ocr);
        op_release(&op);
        return status;
}

static int run(int argc, char **argv)
{
        static const struct option known[] = {
            {"type", required_argument, NULL, 't'},     {"back", required_argument, NULL, 'b'},
            {"unmasked", no_argument, NULL, 'u'},       {"jobs", required_argument, NULL, 'j'},
            {"env-file", required_argument, NULL, 'e'}, {0}};
        struct scan scan = {.kind = DOC_UNKNOWN};
        const char *env_file = NULL, *type = NULL;
        int64_t jobs = 0;
        optind = 0;
        opterr = 0;
        for (int c; (c = getopt_long(argc, argv, "", known, NULL)) != -1;) {
                if (c == 't')
                        type = optarg;
                else if (c == 'b' && scan.back)
                        return cmd_usage(&cmd_scan, "--back was given twice: a document has one");
                else if (c == 'b')
                        scan.back = optarg;
                else if (c == 'u')
                        scan.unmasked = true;
                else if (c == 'e')
                        env_file = optarg;
                else if (c == 'j' && !str_to_int(str_from(optarg), 1, 64, &jobs))
                        return cmd_usage(&cmd_scan, "--jobs takes a number from 1 to 64, not `%s`", optarg);
                else if (c != 'j')
                        return cmd_usage(&cmd_scan, "what is `%s`?", argv[optind - 1]);
        }
        if (type)
                scan.kind = doc_kind_from_name(str_from(type));
        if (scan.kind == DOC_UNKNOWN)
                return cmd_usage(&cmd_scan,
                                 "--type must be resident_card, driver_license, passport, alien_card or "
                                 "identity_card");
        if (optind == argc)
                return cmd_usage(&cmd_scan, "no FILE");
        if (scan.back && argc - optind > 1)
                return cmd_usage(&cmd_scan, "--back goes with one FILE");
        if (scan.back && doc_kind_has_zone(scan.kind))
                return cmd_usage(&cmd_scan, "--back: no back is read with --type %s",
                                 doc_kind_name(scan.kind));
        CLEANUP(conf_release) struct conf conf = {0};
        if (!batch_load_conf(env_file, &conf))
                return EXIT_USAGE;
        scan.files = argv + optind;
        scan.conf = &conf;
        struct batch batch = {.count = (size_t)(argc - optind),
                              .jobs = (size_t)jobs,
                              .roles = NULL,
                              .run = scan_one,
                              .ctx = &scan};
        return run_batch(&batch, &scan);
}

const struct cmd cmd_scan = {
    .name = "scan",
    .run = run,
    .summary = "read identity documents from pictures",
    .help = "Usage: bonin scan --type TYPE [OPTION...] FILE...\n\n"
            "Reads each picture (JPEG or PNG) as a document of TYPE and prints one JSON object a line:\n"
            "file, status, confidence_score, extracted_data, verification_details, processing_duration.\n"
            "Nothing is stored. With OCR_PROVIDER=naver_clova every card that is found is sent to NAVER "
            "Cloud.\n\n"
            "  --type TYPE      resident_card, driver_license, passport, alien_card, or identity_card: any\n"
            "                   country's card with a machine-readable zone (TD1, TD2)\n"
            "  --back FILE      the other side of the one FILE: its changes of address; once, and not of a\n"
            "                   passport or identity_card, of which one side is read\n"
            "  --unmasked       show identity, licence and passport numbers in full\n"
            "  --jobs N         pictures at once; default: as many as processors\n"
            "  --env-file FILE  configuration; default ./.env where it exists\n\n"
            "Exit status: 0 all accepted, 1 some not accepted, 2 wrong usage, 3 some could not be judged,\n"
            "130 stopped by Ctrl-C.\n",
};
