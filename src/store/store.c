#include "store/internal.h"

#include <assert.h>

enum rc store_open(struct op *op, struct str url, const struct db_options *options, struct vault *vault,
                   struct store *ret)
{
        struct db *db;
        enum rc rc = db_open(op, url, options, &db);
        if (rc == RC_OK)
                *ret = (struct store){db, vault};
        return rc;
}

void store_close(struct store *store)
{
        db_close(store->db);
        *store = (struct store){0};
}

enum rc store_begin(struct store *store, struct op *op, enum tx_mode mode, struct tx *ret)
{
        enum rc rc = tx_begin(store->db, op, mode, ret);
        if (rc == RC_OK)
                ret->user = store;
        return rc;
}

const struct vault *tx_vault(const struct tx *tx)
{
        const struct store *store = tx->user;
        assert(store && store->vault);
        return store->vault;
}
