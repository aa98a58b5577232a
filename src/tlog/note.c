#include "tlog/note.h"

#include "base/utf8.h"
#include "crypto/hash.h"

enum { TYPE_ED25519 = 1, SIGNATURE_MAX = 8192 };

static const struct str line_start = {"\xe2\x80\x94 ", 4}; /* an em dash and a space */

/* Unicode's White_Space without the control characters, which no name may have anyway. */
static bool is_space(uint32_t point)
{
        static const uint32_t spaces[] = {0x20, 0x85, 0xa0, 0x1680, 0x2028, 0x2029, 0x202f, 0x205f, 0x3000};
        for (size_t i = 0; i < LEN(spaces); i++)
                if (point == spaces[i])
                        return true;
        return point >= 0x2000 && point <= 0x200a;
}

static bool name_valid(struct str name)
{
        struct str rest = name;
        uint32_t point;
        if (name.len == 0 || name.len > NOTE_NAME_MAX)
                return false;
        while (utf8_next(&rest, &point))
                if (point < 0x20 || point == '+' || is_space(point))
                        return false;
        return rest.len == 0;
}

static bool text_valid(struct str text)
{
        if (text.len > NOTE_MAX || !str_ends_with(text, STR("\n")) || !utf8_valid(text))
                return false;
        for (size_t i = 0; i < text.len; i++)
                if ((uint8_t)text.ptr[i] < 0x20 && text.ptr[i] != '\n')
                        return false;
        return true;
}

bool note_key_make(struct str name, const uint8_t public_key[ED25519_PUBLIC_LEN], struct note_key *ret)
{
        static const struct str type = {"\n\1", 2}; /* the name ends with the line feed */
        struct str parts[] = {name, type, str_from_bytes(public_key, ED25519_PUBLIC_LEN)};
        if (!name_valid(name))
                return false;
        struct hash hash = hash_sha256(parts, LEN(parts));
        *ret = (struct note_key){.name = name};
        memcpy(ret->id, hash.bytes, sizeof(ret->id));
        memcpy(ret->public_key, public_key, ED25519_PUBLIC_LEN);
        return true;
}

void note_key_format(const struct note_key *key, struct buf *ret)
{
        uint8_t typed[1 + ED25519_PUBLIC_LEN] = {TYPE_ED25519};
        memcpy(typed + 1, key->public_key, ED25519_PUBLIC_LEN);
        buf_add(ret, key->name);
        buf_add_char(ret, '+');
        buf_add_hex(ret, key->id, sizeof(key->id));
        buf_add_char(ret, '+');
        buf_add_base64(ret, typed, sizeof(typed));
}

bool note_key_parse(struct str text, struct note_key *ret)
{
        CLEANUP(buf_release) struct buf canonical;
        struct str rest = text, name, id;
        struct note_key key;
        uint8_t typed[1 + ED25519_PUBLIC_LEN];
        size_t len;
        buf_init(&canonical, text.len);
        if (!str_split(&rest, '+', &name) || !str_split(&rest, '+', &id) ||
            !str_unbase64(rest, typed, sizeof(typed), &len) || len != sizeof(typed) ||
            typed[0] != TYPE_ED25519 || !note_key_make(name, typed + 1, &key))
                return false;
        /* The id must be the one that follows from the rest. */
        note_key_format(&key, &canonical);
        if (!buf_ok(&canonical) || !str_equal(buf_str(&canonical), text))
                return false;
        *ret = key;
        return true;
}

bool note_signer_make(struct str name, const uint8_t seed[ED25519_SEED_LEN], struct note_signer *ret)
{
        uint8_t public_key[ED25519_PUBLIC_LEN];
        struct note_signer signer = {.seed = seed};
        ed25519_public(seed, public_key);
        if (!note_key_make(name, public_key, &signer.key))
                return false;
        *ret = signer;
        return true;
}

bool note_sign(struct str text, const struct note_signer *signers, size_t signers_len, struct buf *ret)
{
        uint8_t signature[NOTE_KEY_ID_LEN + ED25519_SIGNATURE_LEN];
        if (signers_len == 0 || !text_valid(text))
                return false;
        buf_add(ret, text);
        buf_add_char(ret, '\n');
        for (size_t i = 0; i < signers_len; i++) {
                memcpy(signature, signers[i].key.id, NOTE_KEY_ID_LEN);
                ed25519_sign(signers[i].seed, text, signature + NOTE_KEY_ID_LEN);
                buf_add(ret, line_start);
                buf_add(ret, signers[i].key.name);
                buf_add_char(ret, ' ');
                buf_add_base64(ret, signature, sizeof(signature));
                buf_add_char(ret, '\n');
        }
        return buf_ok(ret);
}

static bool parse_signature(struct str line, struct note_signature *ret)
{
        struct str rest = str_sub(line, line_start.len, line.len);
        uint8_t bytes[SIGNATURE_MAX];
        size_t len;
        if (!str_starts_with(line, line_start) || !str_split(&rest, ' ', &ret->name) ||
            !name_valid(ret->name) || !str_unbase64(rest, bytes, sizeof(bytes), &len) ||
            len <= NOTE_KEY_ID_LEN)
                return false;
        memcpy(ret->id, bytes, NOTE_KEY_ID_LEN);
        ret->base64 = rest;
        return true;
}

bool note_parse(struct str bytes, struct note *ret)
{
        struct note note = {0};
        struct str line;
        if (!text_valid(bytes))
                return false;
        /* The text may have empty lines of its own: the last one parts it from the signatures. */
        size_t at = bytes.len;
        while (at >= 2 && !(bytes.ptr[at - 2] == '\n' && bytes.ptr[at - 1] == '\n'))
                at--;
        if (at < 2 || at == bytes.len)
                return false;
        note.text = str_sub(bytes, 0, at - 1);
        struct str rest = str_sub(bytes, at, bytes.len - at - 1); /* without the last line feed */
        while (str_split(&rest, '\n', &line)) {
                if (note.signatures_len >= NOTE_SIGNATURES_MAX ||
                    !parse_signature(line, &note.signatures[note.signatures_len]))
                        return false;
                note.signatures_len++;
        }
        *ret = note;
        return true;
}

static bool is_of(const struct note_signature *signature, const struct note_key *key)
{
        return str_equal(signature->name, key->name) && memcmp(signature->id, key->id, NOTE_KEY_ID_LEN) == 0;
}

static bool verifies(const struct note_signature *signature, const struct note_key *key, struct str text)
{
        uint8_t bytes[NOTE_KEY_ID_LEN + ED25519_SIGNATURE_LEN];
        size_t len;
        return str_unbase64(signature->base64, bytes, sizeof(bytes), &len) && len == sizeof(bytes) &&
               ed25519_verify(key->public_key, text,
                              str_from_bytes(bytes + NOTE_KEY_ID_LEN, ED25519_SIGNATURE_LEN));
}

enum note_verdict note_verify(const struct note *note, const struct note_key *keys, size_t keys_len)
{
        enum note_verdict verdict = NOTE_UNKNOWN_KEY;
        for (size_t i = 0; i < note->signatures_len; i++) {
                for (size_t k = 0; k < keys_len; k++) {
                        if (!is_of(&note->signatures[i], &keys[k]))
                                continue;
                        if (!verifies(&note->signatures[i], &keys[k], note->text))
                                return NOTE_FORGED;
                        verdict = NOTE_TRUSTED;
                }
        }
        return verdict;
}
