#include "tlog/checkpoint.h"

/* Take a line that is not empty off the front. */
static bool take_line(struct str *rest, struct str *ret)
{
        ssize_t end = str_find(*rest, '\n');
        if (end <= 0)
                return false;
        *ret = str_sub(*rest, 0, (size_t)end);
        *rest = str_sub(*rest, (size_t)end + 1, rest->len);
        return true;
}

static bool parse_size(struct str text, uint64_t *ret)
{
        int64_t size;
        bool plain = text.len == 1 || (text.ptr[0] != '0' && text.ptr[0] != '-');
        if (!plain || !str_to_int(text, 0, INT64_MAX, &size))
                return false;
        *ret = (uint64_t)size;
        return true;
}

bool checkpoint_parse(struct str text, struct checkpoint *ret)
{
        struct str rest = text, size, root, line;
        struct checkpoint checkpoint;
        size_t len;
        if (!take_line(&rest, &checkpoint.origin) || !take_line(&rest, &size) || !take_line(&rest, &root) ||
            !parse_size(size, &checkpoint.size) ||
            !str_unbase64(root, checkpoint.root.bytes, HASH_LEN, &len) || len != HASH_LEN)
                return false;
        checkpoint.extensions = rest;
        while (rest.len > 0)
                if (!take_line(&rest, &line))
                        return false;
        *ret = checkpoint;
        return true;
}

bool checkpoint_sign(const struct checkpoint *checkpoint, const struct note_signer *signers,
                     size_t signers_len, struct buf *ret)
{
        CLEANUP(buf_release) struct buf text;
        struct checkpoint again;
        buf_init(&text, NOTE_MAX);
        buf_add(&text, checkpoint->origin);
        buf_addf(&text, "\n%ju\n", (uintmax_t)checkpoint->size);
        buf_add_base64(&text, checkpoint->root.bytes, HASH_LEN);
        buf_add_char(&text, '\n');
        buf_add(&text, checkpoint->extensions);
        /* What would be read differently from what is meant is not signed: line feeds in the origin. */
        return buf_ok(&text) && checkpoint_parse(buf_str(&text), &again) &&
               str_equal(again.origin, checkpoint->origin) &&
               note_sign(buf_str(&text), signers, signers_len, ret);
}

enum note_verdict checkpoint_open(struct str note, struct str origin, const struct note_key *keys,
                                  size_t keys_len, struct checkpoint *ret)
{
        struct note parsed;
        struct checkpoint checkpoint;
        if (!note_parse(note, &parsed) || !checkpoint_parse(parsed.text, &checkpoint))
                return NOTE_MALFORMED;
        if (!str_equal(checkpoint.origin, origin))
                return NOTE_OTHER_ORIGIN;
        enum note_verdict verdict = note_verify(&parsed, keys, keys_len);
        if (verdict == NOTE_TRUSTED)
                *ret = checkpoint;
        return verdict;
}
