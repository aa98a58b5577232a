#include "store/challenge.h"
#include "contract/contract.h"
#include "store/face_frame.h"

#include <stdio.h>

static void give(struct fixture *fixture, const struct session *session, int64_t now_ms, char ret[ID_MAX])
{
        struct session loaded CLEANUP(session_release);
        struct challenge_new new = {
            .actions = STR("look_up,turn_left"), .now_ms = now_ms, .expires_at_ms = now_ms + 60000};
        BEGIN(tx, TX_WRITE);
        CHECK_OK(session_load(&tx, str_from(session->id), &loaded));
        CHECK_OK(challenge_insert(&tx, &loaded, &new, ret));
        CHECK_OK(tx_commit(&tx));
}

/* Controls: in challenge_take no `session_id = $2`; no `expires_at > $3`; no `used_at IS NULL`. */
CONTRACT(a_challenge_is_of_its_session_for_its_time_and_once)
{
        struct session session, other;
        struct challenge_taken taken;
        char id[ID_MAX];
        make_session(fixture, "key-1", &session);
        make_session(fixture, "key-2", &other);
        give(fixture, &session, NOW_MS, id);
        BEGIN(tx, TX_WRITE);
        CHECK_RC(challenge_take(&tx, &session, STR("x"), NOW_MS, &taken), RC_CHALLENGE_NOT_FOUND);
        CHECK_RC(challenge_take(&tx, &session, str_from(session.id), NOW_MS, &taken), RC_CHALLENGE_NOT_FOUND);
        CHECK_RC(challenge_take(&tx, &other, str_from(id), NOW_MS, &taken), RC_CHALLENGE_NOT_FOUND);
        CHECK_RC(challenge_take(&tx, &session, str_from(id), NOW_MS + 60000, &taken), RC_CHALLENGE_EXPIRED);
        CHECK_OK(challenge_take(&tx, &session, str_from(id), NOW_MS + 59999, &taken));
        CHECK_STR(taken.actions, "look_up,turn_left");
        CHECK(taken.created_at_ms == NOW_MS);
        CHECK_RC(challenge_take(&tx, &session, str_from(id), NOW_MS + 1, &taken), RC_CHALLENGE_NOT_FOUND);
        CHECK_OK(tx_commit(&tx));
}

/* Control: no void_all in challenge_insert. */
CONTRACT(a_new_challenge_voids_the_one_before)
{
        struct session session;
        struct challenge_taken taken;
        char first[ID_MAX], second[ID_MAX];
        make_session(fixture, "key-1", &session);
        give(fixture, &session, NOW_MS, first);
        give(fixture, &session, NOW_MS, second);
        BEGIN(tx, TX_WRITE);
        CHECK_RC(challenge_take(&tx, &session, str_from(first), NOW_MS, &taken), RC_CHALLENGE_NOT_FOUND);
        CHECK_OK(challenge_take(&tx, &session, str_from(second), NOW_MS, &taken));
}

/* Control: no challenge_void_made_after in watch_clock, which is what calls it. */
CONTRACT(a_challenge_of_a_later_clock_is_voided_and_old_ones_go)
{
        struct session session, other;
        struct challenge_taken taken;
        char later[ID_MAX], now[ID_MAX];
        make_session(fixture, "key-1", &session);
        make_session(fixture, "key-2", &other);
        give(fixture, &session, NOW_MS + 3600000, later);
        give(fixture, &other, NOW_MS, now);
        BEGIN(tx, TX_WRITE);
        CHECK_OK(challenge_void_made_after(&tx, NOW_MS + 60000, NOW_MS));
        CHECK_RC(challenge_take(&tx, &session, str_from(later), NOW_MS, &taken), RC_CHALLENGE_NOT_FOUND);
        CHECK_OK(challenge_clean(&tx, NOW_MS + 60001));
        CHECK_RC(challenge_take(&tx, &other, str_from(now), NOW_MS, &taken), RC_CHALLENGE_NOT_FOUND);
}

struct taking {
        struct session session;
        char id[ID_MAX];
};

static bool take(struct racer *racer)
{
        struct taking *taking = racer->user;
        struct session session CLEANUP(session_release) = {0};
        struct challenge_taken taken;
        struct tx tx CLEANUP(tx_rollback) = {0};
        return store_begin(&racer->fixture->store, &racer->op, TX_WRITE, &tx) == RC_OK &&
               session_load(&tx, str_from(taking->session.id), &session) == RC_OK &&
               challenge_take(&tx, &session, str_from(taking->id), NOW_MS, &taken) == RC_OK &&
               tx_commit(&tx) == RC_OK;
}

CONTRACT(of_many_that_take_one_challenge_at_once_one_does)
{
        struct taking taking;
        make_session(fixture, "key-1", &taking.session);
        give(fixture, &taking.session, NOW_MS, taking.id);
        atomic_store(&fixture->delay_ms, 10);
        CHECK(race(fixture, 20, take, &taking) == 1);
}

static bool ask(struct racer *racer)
{
        struct session *mine = racer->user;
        struct session session CLEANUP(session_release) = {0};
        struct challenge_new new = {
            .actions = STR("look_up,turn_left"), .now_ms = NOW_MS, .expires_at_ms = NOW_MS + 60000};
        struct tx tx CLEANUP(tx_rollback) = {0};
        char id[ID_MAX];
        return store_begin(&racer->fixture->store, &racer->op, TX_WRITE, &tx) == RC_OK &&
               session_load(&tx, str_from(mine->id), &session) == RC_OK &&
               challenge_insert(&tx, &session, &new, id) == RC_OK && tx_commit(&tx) == RC_OK;
}

/* Control: on PostgreSQL, no session_load in `ask`. */
CONTRACT(of_challenges_that_are_asked_for_at_once_one_is_good)
{
        struct session session;
        struct db_rows rows;
        make_session(fixture, "key-1", &session);
        atomic_store(&fixture->delay_ms, 10);
        CHECK(race(fixture, 10, ask, &session) == 10);
        atomic_store(&fixture->delay_ms, 0);
        BEGIN(tx, TX_READ);
        CHECK_OK(tx_query(&tx, "SELECT id FROM face_challenges WHERE used_at IS NULL AND voided_at IS NULL",
                          NULL, 0, &rows));
        CHECK(rows.len == 1);
}

/* The first hash of each; the second tells nothing. */
static void fill(struct face_frame frames[], size_t len, uint8_t first)
{
        memset(frames, 0, len * sizeof(*frames));
        for (size_t i = 0; i < len; i++)
                for (size_t k = 0; k < FACE_FRAME_HASH_LEN; k++)
                        frames[i].bits[0][k] = k % 4 ? 0x15 : (uint8_t)(first + 8 * i + k / 4);
}

static bool see(struct fixture *fixture, const struct session *session, const struct face_frame frames[],
                size_t len, int64_t now_ms)
{
        const struct face_pictures pictures = {.frames = frames, .frames_len = len};
        struct face_pictures_seen seen;
        BEGIN(tx, TX_WRITE);
        CHECK_OK(face_frames_see(&tx, session, &pictures, now_ms, &seen));
        CHECK_OK(tx_commit(&tx));
        return seen.frames > 0;
}

static struct face_pictures_seen see_with(struct fixture *fixture, const struct session *session,
                                          const struct face_frame *selfie)
{
        struct face_pictures pictures = {.selfie = *selfie};
        struct face_pictures_seen seen;
        BEGIN(tx, TX_WRITE);
        CHECK_OK(face_frames_see(&tx, session, &pictures, NOW_MS, &seen));
        CHECK_OK(tx_commit(&tx));
        return seen;
}

/* Who tries again in their session may send the same picture again; in another it is told, but nothing of
 * other relying parties' sessions. Controls: no `session_id <> $11` in find, or no rp_id; no keep of the
 * selfie. */
CONTRACT(a_selfie_is_known_again_in_another_session)
{
        struct session session, other;
        struct face_frame pictures[2];
        make_session(fixture, "key-1", &session);
        make_session(fixture, "key-2", &other);
        fill(pictures, LEN(pictures), 0);
        CHECK(!see_with(fixture, &session, &pictures[0]).selfie);
        CHECK(!see_with(fixture, &session, &pictures[0]).selfie);
        CHECK(!see_with(fixture, &other, &pictures[1]).selfie);
        CHECK(see_with(fixture, &other, &pictures[0]).selfie);
        CHECK(see_with(fixture, &session, &pictures[0]).selfie); /* the other one's, now */
        struct session stranger = session;
        stranger.rp_id = STR("rp-2");
        CHECK(!see_with(fixture, &stranger, &pictures[0]).selfie);
        /* A frame that was somebody's selfie is a picture that was seen, too. */
        CHECK(see(fixture, &other, &pictures[0], 1, NOW_MS));
        CHECK(!see_with(fixture, &session, &(struct face_frame){0}).selfie);
        CHECK(!see_with(fixture, &other, &(struct face_frame){0}).selfie);
}

/* Controls: no call of find; BANDS_SEEN 5; no band's place before it in bands_of. */
CONTRACT(a_frame_is_known_again_by_four_of_its_bands)
{
        struct session session, other;
        struct face_frame frames[3], again;
        make_session(fixture, "key-1", &session);
        make_session(fixture, "key-2", &other);
        fill(frames, LEN(frames), 0);
        CHECK(!see(fixture, &session, frames, LEN(frames), NOW_MS));
        again = frames[1];
        for (size_t band = 0; band < 5; band++) /* one bit in each */
                again.bits[0][4 * band] ^= 1;
        CHECK(!see(fixture, &other, &again, 1, NOW_MS));
        again = frames[2];
        for (size_t band = 0; band < 4; band++)
                again.bits[0][4 * band + 2] ^= 0x80;
        CHECK(see(fixture, &other, &again, 1, NOW_MS));
        again = frames[0]; /* the same bands in other places */
        memcpy(again.bits[0], frames[0].bits[0] + 4, FACE_FRAME_HASH_LEN - 4);
        memcpy(again.bits[0] + FACE_FRAME_HASH_LEN - 4, frames[0].bits[0], 4);
        CHECK(!see(fixture, &other, &again, 1, NOW_MS));
}

/* Controls: BANDS_SEEN_STRETCHED 4, or 6; the loop of find, or of keep, up to 1; no `hash *` in bands_of. */
CONTRACT(a_frame_is_known_again_by_five_bands_of_its_second_hash)
{
        struct session session;
        struct face_frame frames[2], again;
        make_session(fixture, "key-1", &session);
        fill(frames, LEN(frames), 0);
        memcpy(frames[0].bits[1], frames[1].bits[0], FACE_FRAME_HASH_LEN);
        CHECK(!see(fixture, &session, frames, 1, NOW_MS));
        CHECK(!see(fixture, &session, frames + 1, 1, NOW_MS)); /* what is another's second is not its first */
        fill(&again, 1, 100);
        memcpy(again.bits[1], frames[0].bits[1], FACE_FRAME_HASH_LEN);
        for (size_t band = 0; band < 4; band++)
                again.bits[1][4 * band] ^= 1;
        CHECK(!see(fixture, &session, &again, 1, NOW_MS));
        fill(&again, 1, 150);
        memcpy(again.bits[1], frames[0].bits[1], FACE_FRAME_HASH_LEN);
        for (size_t band = 0; band < 3; band++)
                again.bits[1][4 * band] ^= 2;
        CHECK(see(fixture, &session, &again, 1, NOW_MS));
}

/* A black frame, or a wall, may be anybody's. Controls: is_telling without BITS_MIN; no is_known_again in
 * keep; no random_bytes in bands_of. */
CONTRACT(frames_of_plain_areas_are_neither_kept_nor_known_again)
{
        struct session session, other;
        struct face_frame plain[3] = {0}, half[2];
        struct db_rows rows;
        make_session(fixture, "key-1", &session);
        make_session(fixture, "key-2", &other);
        memset(plain[1].bits, 0xff, sizeof(plain[1].bits));
        fill(&plain[2], 1, 0);
        memset(plain[2].bits[0], 0, 20); /* three bands are left */
        CHECK(!see(fixture, &session, plain, LEN(plain), NOW_MS));
        CHECK(!see(fixture, &other, plain, LEN(plain), NOW_MS));
        {
                BEGIN(tx, TX_READ);
                CHECK_OK(tx_query(&tx, "SELECT id FROM face_frames", NULL, 0, &rows));
                CHECK(rows.len == 0);
        }
        fill(half, LEN(half), 0);
        memset(half[0].bits[0], 0, 12); /* five are left */
        half[1] = half[0];
        half[1].bits[0][FACE_FRAME_HASH_LEN - 1] ^= 0x80;
        CHECK(!see(fixture, &session, half, 1, NOW_MS));
        CHECK(see(fixture, &other, half + 1, 1, NOW_MS));
        half[1].bits[0][FACE_FRAME_HASH_LEN - 1] ^=
            0x40; /* three that tell, and three plain ones, are alike */
        half[1].bits[0][FACE_FRAME_HASH_LEN - 5] ^= 0x80;
        CHECK(!see(fixture, &other, half + 1, 1, NOW_MS));
}

/* The first of an upload that was seen tells; the frames of one upload do not tell of each other. */
CONTRACT(frames_are_seen_across_sessions_and_forgotten_in_time)
{
        struct session session, other;
        struct face_frame frames[2], mixed[2];
        int64_t deleted;
        make_session(fixture, "key-1", &session);
        make_session(fixture, "key-2", &other);
        fill(frames, 2, 0);
        fill(mixed, 2, 100);
        frames[1] = frames[0];
        CHECK(!see(fixture, &session, frames, 2, NOW_MS));
        mixed[1] = frames[0];
        CHECK(see(fixture, &other, mixed, 2, NOW_MS + 1));
        CHECK(see(fixture, &session, mixed, 1, NOW_MS + 1));
        {
                BEGIN(tx, TX_WRITE);
                CHECK_OK(face_frames_clean(&tx, NOW_MS + 1, 1, &deleted));
                CHECK(deleted == 1);
                CHECK_OK(face_frames_clean(&tx, NOW_MS + 1, 10, &deleted));
                CHECK(deleted == 1);
                CHECK_OK(face_frames_clean(&tx, NOW_MS + 2, 10, &deleted));
                CHECK(deleted == 3);
                CHECK_OK(tx_commit(&tx));
        }
        CHECK(!see(fixture, &session, mixed, 2, NOW_MS + 3));
}

static bool see_once(struct racer *racer)
{
        struct session *sessions = racer->user;
        struct face_frame frames[2];
        const struct face_pictures pictures = {.frames = frames, .frames_len = LEN(frames)};
        struct face_pictures_seen seen;
        struct tx tx CLEANUP(tx_rollback) = {0};
        fill(frames, 2, 0);
        return store_begin(&racer->fixture->store, &racer->op, TX_WRITE, &tx) == RC_OK &&
               face_frames_see(&tx, &sessions[racer->index % 2], &pictures, NOW_MS, &seen) == RC_OK &&
               tx_commit(&tx) == RC_OK && !seen.frames;
}

/* Control: on PostgreSQL, no take_turn. */
CONTRACT(of_uploads_of_the_same_frames_at_once_one_is_the_first)
{
        struct session sessions[2];
        make_session(fixture, "key-1", &sessions[0]);
        make_session(fixture, "key-2", &sessions[1]);
        atomic_store(&fixture->delay_ms, 10);
        CHECK(race(fixture, 10, see_once, sessions) == 1);
}

static void count(struct fixture *fixture, const char *sql, const struct session *session, int64_t expected)
{
        struct db_rows rows;
        BEGIN(tx, TX_READ);
        CHECK_OK(TX_QUERY(&tx, sql, &rows, db_words(session->id)));
        CHECK(db_get_int(&rows, 0, 0) == expected);
}

/* Control: leave one of the three out of a statement of store/erasure.c. */
CONTRACT(erasing_destroys_challenges_and_frames_and_names_the_frames_blob)
{
        static const char *const left[] = {
            "SELECT COUNT(*) FROM face_challenges WHERE session_id = $1",
            "SELECT COUNT(*) FROM face_frames WHERE session_id = $1",
            "SELECT COUNT(*) FROM face_verifications WHERE session_id = $1 AND frames_blob IS NOT NULL"};
        struct session session, other;
        struct session *both[] = {&session, &other};
        struct face_frame frame;
        struct erased what;
        char id[ID_MAX], face_id[ID_MAX];
        make_session(fixture, "key-1", &session);
        make_session(fixture, "key-2", &other);
        fill(&frame, 1, 0);
        for (size_t i = 0; i < LEN(both); i++) {
                struct face_new face = {.document_id = "doc",
                                        .actions = STR("look_up,turn_left"),
                                        .frames_blob = i ? STR("blob-other") : STR("blob-frames"),
                                        .uploads_max = 1,
                                        .now_ms = NOW_MS};
                bool allowed;
                give(fixture, both[i], NOW_MS, id);
                see(fixture, both[i], &frame, 1, NOW_MS);
                BEGIN(tx, TX_WRITE);
                CHECK_OK(face_insert(&tx, both[i], &face, face_id, &allowed));
                CHECK_OK(tx_commit(&tx));
        }
        {
                const struct str names[] = {STR("blob-frames"), STR("blob-nobody")};
                bool named[BLOB_NAMES_MAX];
                BEGIN(tx, TX_WRITE);
                CHECK_OK(blobs_find_named(&tx, names, 2, named));
                CHECK(named[0] && !named[1]);
                CHECK_OK(session_erase(&tx, str_from(session.id), NOW_MS + 1, &what));
                CHECK(what.blobs.len == 1);
                CHECK_STR(what.blobs.names[0], "blob-frames");
                CHECK_OK(tx_commit(&tx));
        }
        for (size_t i = 0; i < LEN(left); i++) {
                count(fixture, left[i], &session, 0);
                count(fixture, left[i], &other, 1);
        }
}

CONTRACT(a_face_tells_how_it_was_judged)
{
        struct session session;
        struct face face;
        char id[ID_MAX];
        bool allowed, moved;
        struct face_outcome outcome = {.status = CHECK_SUCCESS,
                                       .similarity = 0.9,
                                       .liveness = 0.9,
                                       .method = FACE_ACTIVE,
                                       .now_ms = NOW_MS};
        struct face_new new = {.document_id = "doc",
                               .actions = STR("look_up,turn_left"),
                               .frames_blob = STR("blob-frames"),
                               .uploads_max = 2,
                               .now_ms = NOW_MS};
        make_session(fixture, "key-1", &session);
        BEGIN(tx, TX_WRITE);
        CHECK_OK(face_insert(&tx, &session, &new, id, &allowed));
        CHECK_OK(face_load(&tx, &session, str_from(id), &face));
        CHECK(face.method == FACE_NOT_JUDGED);
        CHECK_STR(face.actions, "look_up,turn_left");
        CHECK_RC(face_load_accepted(&tx, &session, &face), RC_VERIFICATION_NOT_FOUND);
        CHECK_OK(face_conclude(&tx, &session, id, &outcome, &moved));
        CHECK_RC(face_load_accepted(&tx, &session, &face), RC_VERIFICATION_NOT_FOUND);
        CHECK_OK(TX_EXEC(&tx, "UPDATE sessions SET face_verified_at = $2 WHERE id = $1", NULL,
                         db_words(session.id), db_int(NOW_MS)));
        CHECK_OK(face_load_accepted(&tx, &session, &face));
        CHECK(strcmp(face.id, id) == 0 && face.method == FACE_ACTIVE);
        outcome =
            (struct face_outcome){.status = CHECK_FAILED, .similarity = -1, .liveness = -1, .now_ms = NOW_MS};
        new.actions = STR_NULL;
        CHECK_OK(face_insert(&tx, &session, &new, id, &allowed));
        CHECK_OK(face_conclude(&tx, &session, id, &outcome, &moved));
        CHECK_OK(face_load(&tx, &session, str_from(id), &face));
        CHECK(face.method == FACE_NOT_JUDGED && str_is_null(face.actions));
}
