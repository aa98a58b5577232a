#include "check/consent_text.h"

#include "base/emit.h"
#include "base/json.h"
#include "check/consent_default.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

enum { FILE_MAX = 64 * 1024, MEMORY_MAX = 1024 * 1024, VERSION_MAX = 64, TITLE_MAX = 300, TEXT_MAX = 8000 };

static const char *const lang_names[CONSENT_LANGS] = {[LANG_KO] = "ko", [LANG_EN] = "en"};
static const char *const item_names[CONSENT_ITEMS] = {[STEP_PHONE] = "phone",
                                                      [STEP_EMAIL] = "email",
                                                      [STEP_ID_CARD] = "document",
                                                      [STEP_FACE] = "face",
                                                      [CONSENT_COMPARISON] = "comparison"};

const char *consent_item(unsigned item)
{
        return item_names[item];
}

bool consent_item_parse(struct str name, unsigned *ret)
{
        for (unsigned i = 0; i < LEN(item_names); i++) {
                if (!str_equal(name, str_from(item_names[i])))
                        continue;
                *ret = i;
                return true;
        }
        return false;
}

/* What stands between braces in the file. */
struct places {
        struct str service, retention[CONSENT_LANGS], image_retention[CONSENT_LANGS];
        struct str face_retention[CONSENT_LANGS], picture_hash_retention[CONSENT_LANGS];
        struct str comparison_retention[CONSENT_LANGS];
        struct str recipient[CONSENT_LANGS]; /* of documents; empty where they stay in the house */
};

static struct str days_text(struct arena *arena, int64_t days, enum lang lang)
{
        if (days == 0)
                return lang == LANG_KO ? STR("삭제를 요청할 때까지") : STR("until you ask for erasure");
        return arena_printf(arena, lang == LANG_KO ? "%lld일" : "%lld days", (long long)days);
}

/* The shorter of two times, of which 0 is none. */
static int64_t shorter(int64_t days, int64_t other)
{
        return days && other ? MIN(days, other) : MAX(days, other);
}

static struct str face_text(struct arena *arena, int64_t days, enum lang lang)
{
        if (days == 0)
                return lang == LANG_KO ? STR("본인 확인이 끝날 때까지")
                                       : STR("until the verification has ended");
        return days_text(arena, days, lang);
}

static struct places places_of(const struct conf *conf, struct consent_text *text)
{
        struct places places = {.service = str_from(conf->service_name)};
        if (conf->ocr_provider == CONF_OCR_NAVER_CLOVA) {
                places.recipient[LANG_KO] =
                    STR(" 신분증 사진은 글자를 읽기 위해 NAVER Cloud의 CLOVA OCR로 전송됩니다.");
                places.recipient[LANG_EN] =
                    STR(" To be read, the picture of your document is sent to NAVER Cloud's CLOVA OCR.");
        }
        int64_t days = text->retention_days, image_days = shorter(conf->image_retention_days, days);
        int64_t face_days = conf->face_retention_days ? shorter(conf->face_retention_days, image_days) : 0;
        for (int i = 0; i < CONSENT_LANGS; i++) {
                places.retention[i] = days_text(&text->arena, days, (enum lang)i);
                places.image_retention[i] = days_text(&text->arena, image_days, (enum lang)i);
                places.face_retention[i] = face_text(&text->arena, face_days, (enum lang)i);
                places.picture_hash_retention[i] =
                    days_text(&text->arena, conf->frame_hash_days, (enum lang)i);
                places.comparison_retention[i] =
                    days_text(&text->arena, shorter(conf->duplicate_face_days, days), (enum lang)i);
        }
        return places;
}

/* The member `key`, its places filled in; STR_NULL where it is absent, empty or too long. */
static struct str fill(struct arena *arena, const json_t *object, const char *key, size_t max,
                       const struct places *places, enum lang lang)
{
        const struct {
                struct str name, value;
        } known[] = {{STR("{service}"), places->service},
                     {STR("{retention}"), places->retention[lang]},
                     {STR("{image_retention}"), places->image_retention[lang]},
                     {STR("{face_retention}"), places->face_retention[lang]},
                     {STR("{picture_hash_retention}"), places->picture_hash_retention[lang]},
                     {STR("{comparison_retention}"), places->comparison_retention[lang]},
                     {STR("{recipient}"), places->recipient[lang]}};
        struct str rest = json_get_str(object, key);
        CLEANUP(buf_release) struct buf buf;
        buf_init(&buf, max);
        while (rest.len > 0) {
                size_t skip = 0;
                for (size_t i = 0; i < LEN(known) && skip == 0; i++) {
                        if (!str_starts_with(rest, known[i].name))
                                continue;
                        buf_add(&buf, known[i].value);
                        skip = known[i].name.len;
                }
                if (skip == 0)
                        buf_add_char(&buf, rest.ptr[0]);
                rest = str_sub(rest, MAX(skip, (size_t)1), rest.len);
        }
        return buf_ok(&buf) && buf.len > 0 ? arena_copy(arena, buf_str(&buf)) : STR_NULL;
}

static bool read_items(struct consent_text *text, const json_t *items, const struct places *places,
                       enum lang lang)
{
        struct consent_words *words = &text->words[lang];
        size_t index;
        json_t *item;
        unsigned which, wanted = text->comparison ? CONSENT_ITEMS : STEP_COUNT, found = 0;
        json_array_foreach(items, index, item)
        {
                if (!consent_item_parse(json_get_str(item, "item"), &which) || words->titles[which].ptr)
                        return false;
                if (which >= wanted)
                        continue;
                words->titles[which] = fill(&text->arena, item, "title", TITLE_MAX, places, lang);
                words->items[which] = fill(&text->arena, item, "text", TEXT_MAX, places, lang);
                if (!words->titles[which].ptr || !words->items[which].ptr)
                        return false;
                found++;
        }
        return found == wanted; /* each once: all of them */
}

/* Intro and items, as they are read from top to bottom. */
static bool join(struct consent_text *text, struct consent_words *words)
{
        CLEANUP(buf_release) struct buf buf;
        buf_init(&buf, FILE_MAX);
        buf_add(&buf, words->intro);
        for (int i = 0; i < CONSENT_ITEMS && words->items[i].ptr; i++)
                buf_addf(&buf, "\n\n%.*s\n%.*s", STR_FMT(words->titles[i]), STR_FMT(words->items[i]));
        words->text = arena_copy(&text->arena, buf_str(&buf));
        words->hash = hash_sha256(&words->text, 1);
        return buf_ok(&buf) && words->text.ptr;
}

static bool read_words(struct consent_text *text, const json_t *texts, const struct places *places,
                       enum lang lang)
{
        const json_t *object = json_object_get(texts, lang_names[lang]);
        struct consent_words *words = &text->words[lang];
        words->purpose = fill(&text->arena, object, "purpose", TITLE_MAX, places, lang);
        words->intro = fill(&text->arena, object, "intro", TEXT_MAX, places, lang);
        return words->purpose.ptr && words->intro.ptr &&
               read_items(text, json_object_get(object, "items"), places, lang) && join(text, words);
}

static void emit_words(struct emit *emit, const struct consent_words *words, const char *name)
{
        CLEANUP(buf_release) struct buf hex;
        buf_init(&hex, CONSENT_HASH_HEX);
        buf_add_hex(&hex, words->hash.bytes, HASH_LEN);
        emit_open(emit, name);
        emit_str(emit, "purpose", words->purpose);
        emit_str(emit, "intro", words->intro);
        emit_open_array(emit, "items");
        for (int i = 0; i < CONSENT_ITEMS && words->items[i].ptr; i++) {
                emit_open(emit, NULL);
                emit_text(emit, "item", item_names[i]);
                emit_bool(emit, "optional", i == CONSENT_COMPARISON);
                emit_str(emit, "title", words->titles[i]);
                emit_str(emit, "text", words->items[i]);
                emit_close(emit);
        }
        emit_close_array(emit);
        emit_str(emit, "text", words->text);
        emit_str(emit, "text_sha256", buf_str(&hex));
        emit_close(emit);
}

static bool write_json(struct consent_text *text, bool required)
{
        CLEANUP(buf_release) struct buf buf;
        buf_init(&buf, MEMORY_MAX / 2);
        struct emit emit = emit_to(&buf);
        emit_open(&emit, NULL);
        emit_bool(&emit, "required", required);
        emit_str(&emit, "version", text->version);
        emit_int(&emit, "retention_days", text->retention_days);
        emit_open(&emit, "texts");
        for (int i = 0; i < CONSENT_LANGS; i++)
                emit_words(&emit, &text->words[i], lang_names[i]);
        emit_close(&emit);
        emit_close(&emit);
        text->json = buf_ok(&buf) ? arena_copy(&text->arena, buf_str(&buf)) : STR_NULL;
        return text->json.ptr;
}

/* A word on what is wrong, or NULL. */
static const char *parse(struct str bytes, const struct conf *conf, struct consent_text *text)
{
        json_auto_t *root = NULL;
        if (!json_parse(bytes, FILE_MAX, &root))
                return "is not JSON, or larger than 64 KiB";
        struct str version = json_get_str(root, "version");
        if (version.len == 0 || version.len > VERSION_MAX)
                return "wants a `version` of 1 to 64 bytes";
        text->version = arena_copy(&text->arena, version);
        text->comparison = conf->duplicate_face_days > 0;
        text->retention_days = conf->retention_days;
        if (json_object_get(root, "retention_days") &&
            !json_get_int(root, "retention_days", 0, 36500, &text->retention_days))
                return "wants `retention_days` as a whole number";
        if (text->retention_days &&
            (conf->retention_days == 0 || conf->retention_days > text->retention_days))
                return "promises to keep less long than RETENTION_DAYS does";
        const struct places places = places_of(conf, text);
        for (int i = 0; i < CONSENT_LANGS; i++)
                if (!read_words(text, json_object_get(root, "texts"), &places, (enum lang)i))
                        return "wants `texts` with `ko` and `en`, each with `purpose`, `intro`, and `items` "
                               "for "
                               "phone, email, document, face and, where DUPLICATE_FACE_DAYS is set, "
                               "comparison, "
                               "with `title` and `text`";
        return write_json(text, conf->consent_required) ? NULL : "is too long";
}

static enum rc read_file(struct op *op, const char *path, struct buf *ret)
{
        char chunk[4096];
        ssize_t n;
        CLEANUP(fd_close) int fd = open(path, O_RDONLY | O_CLOEXEC);
        if (fd < 0)
                return op_fail(op, RC_CONFIG, "CONSENT_FILE: %s: %s", path, strerror(errno));
        while ((n = read(fd, chunk, sizeof(chunk))) > 0)
                buf_add_bytes(ret, chunk, (size_t)n);
        if (n < 0 || !buf_ok(ret))
                return op_fail(op, RC_CONFIG, "CONSENT_FILE: %s cannot be read, or is larger than 64 KiB",
                               path);
        return RC_OK;
}

enum rc consent_text_load(struct op *op, const struct conf *conf, struct consent_text **ret)
{
        CLEANUP(buf_release) struct buf file;
        buf_init(&file, FILE_MAX);
        struct str bytes = str_from_bytes(consent_default, consent_default_len);
        if (*conf->consent_file) {
                if (read_file(op, conf->consent_file, &file) != RC_OK)
                        return op->rc;
                bytes = buf_str(&file);
        }
        CLEANUP(consent_text_free) struct consent_text *text = x_new(1, sizeof(*text));
        arena_init(&text->arena, MEMORY_MAX);
        const char *wrong = parse(bytes, conf, text);
        if (wrong)
                return op_fail(op, RC_CONFIG, "CONSENT_FILE: %s %s",
                               *conf->consent_file ? conf->consent_file : "the built-in text", wrong);
        *ret = text;
        text = NULL;
        return RC_OK;
}

void consent_text_free(struct consent_text **text)
{
        if (*text)
                arena_release(&(*text)->arena);
        x_free(*text);
        *text = NULL;
}
