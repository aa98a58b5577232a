#include "check/log_entry.h"

#include "base/emit.h"
#include "base/json.h"

struct hash log_entry_details(const struct event *event)
{
        const struct str texts[] = {event->ip, event->user_agent, event->metadata};
        uint8_t lengths[LEN(texts)][5];
        struct str parts[2 + 2 * LEN(texts)] = {STR("bonin log details 1\n"), event->salt};
        for (size_t i = 0; i < LEN(texts); i++) {
                /* A null is not an empty text; each text has its length before it. */
                lengths[i][0] = !str_is_null(texts[i]);
                for (size_t j = 0; j < 4; j++)
                        lengths[i][1 + j] = (uint8_t)(texts[i].len >> (24 - 8 * j));
                parts[2 + 2 * i] = str_from_bytes(lengths[i], sizeof(lengths[i]));
                parts[3 + 2 * i] = texts[i];
        }
        return hash_sha256(parts, LEN(parts));
}

struct log_entry log_entry_of(const struct event *event)
{
        return (struct log_entry){.number = event->number,
                                  .type = str_from(event_type_name(event->type)),
                                  .session_id = event->session_id,
                                  .at_ms = event->created_at_ms,
                                  .details = log_entry_details(event)};
}

static void emit_hash(struct emit *emit, const char *key, const struct hash *hash)
{
        CLEANUP(buf_release) struct buf text;
        buf_init(&text, 64);
        buf_add_base64(&text, hash->bytes, HASH_LEN);
        emit_str(emit, key, buf_str(&text));
}

void log_entry_format(const struct log_entry *entry, struct buf *ret)
{
        struct emit emit = emit_to(ret);
        emit_open(&emit, NULL);
        emit_int(&emit, "number", entry->number);
        emit_str(&emit, "type", entry->type);
        emit_str(&emit, "session_id", entry->session_id);
        emit_int(&emit, "at", entry->at_ms);
        if (entry->has_previous)
                emit_hash(&emit, "previous", &entry->previous);
        else
                emit_null(&emit, "previous");
        emit_hash(&emit, "details", &entry->details);
        emit_close(&emit);
}

static bool get_hash(const json_t *root, const char *key, struct hash *ret)
{
        size_t len;
        return str_unbase64(json_get_str(root, key), ret->bytes, HASH_LEN, &len) && len == HASH_LEN;
}

static bool parse(struct op *op, struct str text, struct log_entry *ret)
{
        json_auto_t *root = NULL;
        struct log_entry entry = {.has_previous = true};
        if (!json_parse(text, LOG_ENTRY_MAX, &root) ||
            !json_get_int(root, "number", 1, INT64_MAX, &entry.number) ||
            !json_get_int(root, "at", 0, INT64_MAX, &entry.at_ms) ||
            !get_hash(root, "details", &entry.details))
                return false;
        if (json_is_null(json_object_get(root, "previous")))
                entry.has_previous = false;
        else if (!get_hash(root, "previous", &entry.previous))
                return false;
        entry.type = arena_copy(&op->arena, json_get_str(root, "type"));
        entry.session_id = arena_copy(&op->arena, json_get_str(root, "session_id"));
        *ret = entry;
        return true;
}

enum rc log_entry_parse(struct op *op, struct str text, struct log_entry *ret)
{
        struct log_entry entry;
        CLEANUP(buf_release) struct buf again;
        buf_init(&again, LOG_ENTRY_MAX);
        bool ok = parse(op, text, &entry);
        if (ok)
                log_entry_format(&entry, &again);
        if (!ok || !buf_ok(&again) || !str_equal(buf_str(&again), text))
                return op_fail(op, RC_INTERNAL, "not an entry of the log");
        *ret = entry;
        return RC_OK;
}
