#include "store/face_frame.h"

#include "crypto/random.h"
#include "store/internal.h"

enum { BAND_LEN = FACE_FRAME_HASH_LEN / FACE_FRAME_BANDS };
/* So many bands of a hash must be alike. What is stretched to fit lies alike by chance the sooner. */
enum { BANDS_SEEN = 4, BANDS_SEEN_STRETCHED = 5 };
static const int bands_seen[FACE_FRAME_HASHES] = {BANDS_SEEN, BANDS_SEEN_STRETCHED};
/* A band with fewer bits set, or fewer clear, is hardly a face's: of those half go either way. */
enum { BITS_MIN = 3 };

static bool is_telling(const uint8_t band[BAND_LEN])
{
        int set = 0;
        for (size_t i = 0; i < BAND_LEN; i++)
                set += __builtin_popcount(band[i]);
        return set >= BITS_MIN && set <= 8 * BAND_LEN - BITS_MIN;
}

/* A hash that is not, a black frame's say, is neither kept nor looked for. */
static bool is_known_again(const struct face_frame *frame, size_t hash)
{
        int telling = 0;
        for (size_t i = 0; i < FACE_FRAME_BANDS; i++)
                telling += is_telling(frame->bits[hash] + i * BAND_LEN);
        return telling >= bands_seen[hash];
}

/* 64 bits of the keyed hash of each band, with its place before it; chance for one that tells nothing, so
 * that it is like no other and no row is looked for by it. */
static void bands_of(const struct vault *vault, size_t generation, const struct face_frame *frame,
                     size_t hash, struct db_value ret[FACE_FRAME_BANDS])
{
        uint8_t text[1 + BAND_LEN], keyed[VAULT_INDEX_LEN];
        for (size_t i = 0; i < FACE_FRAME_BANDS; i++) {
                int64_t band;
                text[0] = (uint8_t)(hash * FACE_FRAME_BANDS + i);
                memcpy(text + 1, frame->bits[hash] + i * BAND_LEN, BAND_LEN);
                vault_index_of(vault, generation, VAULT_FRAME, str_from_bytes(text, sizeof(text)), keyed);
                memcpy(&band, keyed, sizeof(band));
                if (!is_telling(frame->bits[hash] + i * BAND_LEN))
                        random_bytes(&band, sizeof(band));
                ret[i] = db_int(band);
        }
        explicit_bzero(text, sizeof(text));
}

/* Two uploads of the same frames at once must not both look before either has written: they take turns by
 * this row. On SQLite they do in any case. */
static enum rc take_turn(struct tx *tx)
{
        return TX_EXEC(tx,
                       "INSERT INTO settings (name, value) VALUES ('face_frames', $1) "
                       "ON CONFLICT (name) DO UPDATE SET value = $1",
                       NULL, db_blob(STR("1")));
}

/* How many bands of this hash are alike with those of the picture that has most; 0: with none. `but`: only
 * those of other sessions of its relying party count, as one must not learn of the other's; NULL: all do. */
static enum rc find_hash(struct tx *tx, const struct session *but, const struct face_frame *frame,
                         size_t hash, int64_t *ret_alike)
{
        static const char sql[] =
            "SELECT alike FROM (SELECT session_id, "
            "(CASE WHEN band_0 = $1 THEN 1 ELSE 0 END) + (CASE WHEN band_1 = $2 THEN 1 ELSE 0 END) + "
            "(CASE WHEN band_2 = $3 THEN 1 ELSE 0 END) + (CASE WHEN band_3 = $4 THEN 1 ELSE 0 END) + "
            "(CASE WHEN band_4 = $5 THEN 1 ELSE 0 END) + (CASE WHEN band_5 = $6 THEN 1 ELSE 0 END) + "
            "(CASE WHEN band_6 = $7 THEN 1 ELSE 0 END) + (CASE WHEN band_7 = $8 THEN 1 ELSE 0 END) AS alike "
            "FROM face_frames "
            "WHERE band_0 = $1 OR band_1 = $2 OR band_2 = $3 OR band_3 = $4 OR band_4 = $5) near "
            "WHERE alike >= $9 AND ($10 = 0 OR (session_id <> $11 AND EXISTS (SELECT 1 FROM sessions "
            "WHERE sessions.id = near.session_id AND COALESCE(rp_id, '') = $12))) "
            "ORDER BY alike DESC LIMIT 1";
        _Static_assert(BANDS_SEEN > FACE_FRAME_BANDS - 5, "one of those with an index is alike");
        const struct vault *vault = tx_vault(tx);
        struct db_value params[FACE_FRAME_BANDS + 4] = {
            [FACE_FRAME_BANDS] = db_int(bands_seen[hash]),
            db_int(but != NULL),
            db_words(but ? but->id : ""),
            db_text(but && but->rp_id.ptr ? but->rp_id : STR(""))};
        enum rc rc = RC_OK;
        *ret_alike = 0;
        for (size_t i = 0; i < vault_generations(vault) && rc == RC_OK; i++) {
                struct db_rows rows;
                bands_of(vault, i, frame, hash, params);
                rc = tx_query(tx, sql, params, LEN(params), &rows);
                if (rc == RC_OK && rows.len > 0)
                        *ret_alike = MAX(*ret_alike, db_get_int(&rows, 0, 0));
        }
        return rc;
}

/* By either of its hashes. */
static enum rc find(struct tx *tx, const struct session *but, const struct face_frame *frame,
                    int64_t *ret_alike)
{
        enum rc rc = RC_OK;
        *ret_alike = 0;
        for (size_t hash = 0; hash < FACE_FRAME_HASHES && rc == RC_OK; hash++) {
                int64_t alike = 0;
                if (is_known_again(frame, hash))
                        rc = find_hash(tx, but, frame, hash, &alike);
                *ret_alike = MAX(*ret_alike, alike);
        }
        return rc;
}

/* A row a hash: their bands are told apart by what is keyed. */
static enum rc keep(struct tx *tx, const struct session *session, const struct face_frame *frame,
                    int64_t now_ms)
{
        static const char sql[] =
            "INSERT INTO face_frames (id, session_id, created_at, band_0, band_1, band_2, band_3, band_4, "
            "band_5, band_6, band_7) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
        enum rc rc = RC_OK;
        for (size_t hash = 0; hash < FACE_FRAME_HASHES && rc == RC_OK; hash++) {
                char id[ID_MAX];
                id_make(id);
                struct db_value params[3 + FACE_FRAME_BANDS] = {db_words(id), db_words(session->id),
                                                                db_int(now_ms)};
                if (!is_known_again(frame, hash))
                        continue;
                bands_of(tx_vault(tx), 0, frame, hash, params + 3);
                rc = tx_exec(tx, sql, params, LEN(params), NULL);
        }
        return rc;
}

enum rc face_frames_see(struct tx *tx, const struct session *session, const struct face_pictures *pictures,
                        int64_t now_ms, struct face_pictures_seen *ret)
{
        const struct face_frame *const frames = pictures->frames;
        struct face_pictures_seen seen = {0};
        int64_t alike = 0;
        enum rc rc = take_turn(tx);
        /* All are looked for before one is kept: those of one upload are much alike. */
        if (rc == RC_OK)
                rc = find(tx, session, &pictures->selfie, &alike);
        seen.selfie = alike > 0;
        for (size_t i = 0; i < pictures->frames_len && rc == RC_OK; i++) {
                rc = find(tx, NULL, &frames[i], &alike);
                seen.frames += alike > 0;
                seen.same += alike >= FACE_FRAME_BANDS_SAME;
        }
        if (rc == RC_OK)
                rc = keep(tx, session, &pictures->selfie, now_ms);
        for (size_t i = 0; i < pictures->frames_len && rc == RC_OK; i++)
                rc = keep(tx, session, &frames[i], now_ms);
        if (rc == RC_OK)
                *ret = seen;
        return rc;
}

enum rc face_frames_clean(struct tx *tx, int64_t before_ms, int64_t max, int64_t *ret_deleted)
{
        return TX_EXEC(tx,
                       "DELETE FROM face_frames WHERE id IN "
                       "(SELECT id FROM face_frames WHERE created_at < $1 ORDER BY created_at LIMIT $2)",
                       ret_deleted, db_int(before_ms), db_int(max));
}
