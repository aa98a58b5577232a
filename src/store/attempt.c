#include "store/attempt.h"

#define LEFT(step, table)                                                                                    \
        "(" step "_verified_at IS NOT NULL OR " step "_uploads < $2 OR EXISTS (SELECT 1 FROM " table         \
        " WHERE session_id = sessions.id AND status IN ('pending', 'processing'))) "

enum rc attempts_are_left(struct tx *tx, const struct session *session, int64_t max, bool *ret)
{
        static const char sql[] =
            "SELECT id FROM sessions WHERE id = $1 "
            "AND " LEFT("id_card", "id_card_verifications") "AND " LEFT("face", "face_verifications");
        struct db_rows rows;
        enum rc rc = TX_QUERY(tx, sql, &rows, db_words(session->id), db_int(max));
        if (rc == RC_OK)
                *ret = rows.len > 0;
        return rc;
}
