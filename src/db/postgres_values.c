#include "db/postgres_values.h"

#include <assert.h>
#include <endian.h>

/* From the server's pg_type.dat, where they never change. */
enum {
        OID_BOOL = 16,
        OID_BYTEA = 17,
        OID_NAME = 19,
        OID_INT8 = 20,
        OID_INT2 = 21,
        OID_INT4 = 23,
        OID_TEXT = 25,
        OID_FLOAT8 = 701,
        OID_UNKNOWN = 705,
        OID_VARCHAR = 1043,
        OID_VOID = 2278
};

static const Oid oid_of[] = {
    [DB_INT] = OID_INT8, [DB_REAL] = OID_FLOAT8, [DB_TEXT] = OID_TEXT, [DB_BLOB] = OID_BYTEA};

void postgres_params_from(const struct db_value *params, size_t len, struct postgres_params *ret)
{
        assert(len <= POSTGRES_PARAMS_MAX);
        for (size_t i = 0; i < len; i++) {
                const struct db_value *param = &params[i];
                ret->types[i] = oid_of[param->kind];
                ret->formats[i] = 1;
                ret->lens[i] = (int)param->bytes.len;
                ret->values[i] = param->is_null ? NULL : param->bytes.ptr;
                if (param->kind != DB_INT && param->kind != DB_REAL)
                        continue;
                uint64_t bits = (uint64_t)param->number;
                if (param->kind == DB_REAL)
                        memcpy(&bits, &param->real, sizeof(bits));
                ret->numbers[i] = htobe64(bits);
                ret->lens[i] = sizeof(bits);
                ret->values[i] = param->is_null ? NULL : (const char *)&ret->numbers[i];
        }
}

static int64_t big_endian(const char *bytes, int len)
{
        int64_t number = (int8_t)bytes[0] < 0 ? -1 : 0;
        for (int i = 0; i < len; i++)
                number = (int64_t)((uint64_t)number << 8 | (uint8_t)bytes[i]);
        return number;
}

static enum rc value_from(struct op *op, Oid type, const char *bytes, int len, struct db_value *ret)
{
        uint64_t bits;
        switch (type) {
        case OID_BOOL:
        case OID_INT2:
        case OID_INT4:
        case OID_INT8:
                *ret = db_int(big_endian(bytes, len));
                return RC_OK;
        case OID_FLOAT8:
                bits = (uint64_t)big_endian(bytes, len);
                *ret = db_real(0);
                memcpy(&ret->real, &bits, sizeof(bits));
                return RC_OK;
        case OID_BYTEA:
        case OID_NAME:
        case OID_TEXT:
        case OID_UNKNOWN:
        case OID_VARCHAR:
        case OID_VOID:
                *ret = (struct db_value){.kind = type == OID_BYTEA ? DB_BLOB : DB_TEXT};
                ret->bytes = arena_copy(&op->arena, str_from_bytes(bytes, (size_t)len));
                if (str_is_null(ret->bytes))
                        return op_fail(op, RC_UNAVAILABLE, "database: the answer is too large");
                return RC_OK;
        default:
                return op_fail(op, RC_INTERNAL, "database: an answer of type %u, which we do not read", type);
        }
}

enum rc postgres_rows_from(struct op *op, const PGresult *result, struct db_rows *ret)
{
        struct rows_builder builder = {.op = op, .columns = (size_t)PQnfields(result)};
        enum rc rc = RC_OK;
        for (int row = 0; row < PQntuples(result); row++) {
                struct db_value *values = rows_add(&builder);
                if (values == NULL)
                        return op->rc;
                for (int column = 0; column < (int)builder.columns && rc == RC_OK; column++) {
                        values[column] = (struct db_value){.kind = DB_TEXT, .is_null = true};
                        if (!PQgetisnull(result, row, column))
                                rc = value_from(op, PQftype(result, column), PQgetvalue(result, row, column),
                                                PQgetlength(result, row, column), &values[column]);
                }
                if (rc != RC_OK)
                        return rc;
        }
        *ret = rows_done(&builder);
        return RC_OK;
}
