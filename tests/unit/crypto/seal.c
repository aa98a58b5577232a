#include "crypto/seal.h"

#include "crypto/random.h"
#include "unit/data.h"
#include "unit/test.h"

#include <stdlib.h>

TEST(seal_opens_only_as_it_was_sealed)
{
        CLEANUP(op_release) struct op op;
        test_op_init(&op);
        uint8_t key[SEAL_KEY_LEN], other[SEAL_KEY_LEN];
        random_bytes(key, sizeof(key));
        random_bytes(other, sizeof(other));
        CLEANUP(buf_release) struct buf sealed, plain;
        buf_init(&sealed, 1000);
        buf_init_secret(&plain, 1000);
        seal_bytes(key, STR("sessions.phone:1"), STR("+821012345678"), &sealed);
        CHECK(buf_ok(&sealed) && sealed.len == 13 + SEAL_OVERHEAD);
        CHECK(str_find_str(buf_str(&sealed), STR("10123")) < 0);
        CHECK(seal_open(&op, key, STR("sessions.phone:1"), buf_str(&sealed), &plain) == RC_OK);
        CHECK_STR(buf_str(&plain), "+821012345678");
        struct str text;
        CHECK(seal_open_in(&op, key, STR("sessions.phone:1"), buf_str(&sealed), &text) == RC_OK);
        CHECK_STR(text, "+821012345678");
        CHECK(seal_open(&op, key, STR("sessions.phone:2"), buf_str(&sealed), &plain) == RC_INTERNAL);
        CHECK(seal_open(&op, other, STR("sessions.phone:1"), buf_str(&sealed), &plain) == RC_INTERNAL);
        CHECK(seal_open_in(&op, other, STR("sessions.phone:1"), buf_str(&sealed), &text) == RC_INTERNAL);
        CHECK(plain.len == 13);
}

TEST(seal_notices_each_changed_or_missing_byte)
{
        CLEANUP(op_release) struct op op;
        test_op_init(&op);
        uint8_t key[SEAL_KEY_LEN];
        random_bytes(key, sizeof(key));
        CLEANUP(buf_release) struct buf sealed, plain;
        buf_init(&sealed, 1000);
        buf_init_secret(&plain, 1000);
        seal_bytes(key, STR("a"), STR("text"), &sealed);
        for (size_t i = 0; i < sealed.len; i++) {
                sealed.ptr[i] ^= 1;
                CHECK(seal_open(&op, key, STR("a"), buf_str(&sealed), &plain) == RC_INTERNAL);
                sealed.ptr[i] ^= 1;
                CHECK(seal_open(&op, key, STR("a"), str_sub(buf_str(&sealed), 0, i), &plain) == RC_INTERNAL);
        }
        CHECK(seal_open(&op, key, STR("a"), buf_str(&sealed), &plain) == RC_OK);
}

TEST(seal_of_nothing_is_something)
{
        CLEANUP(op_release) struct op op;
        test_op_init(&op);
        uint8_t key[SEAL_KEY_LEN] = {1};
        CLEANUP(buf_release) struct buf sealed, again, plain;
        buf_init(&sealed, 1000);
        buf_init(&again, 1000);
        buf_init(&plain, 10);
        seal_bytes(key, STR("a"), STR_NULL, &sealed);
        seal_bytes(key, STR("a"), STR_NULL, &again);
        CHECK(sealed.len == SEAL_OVERHEAD && !str_equal(buf_str(&sealed), buf_str(&again)));
        CHECK(seal_open(&op, key, STR("a"), buf_str(&sealed), &plain) == RC_OK && plain.len == 0);
}

TEST(seal_stops_at_the_buffer)
{
        CLEANUP(op_release) struct op op;
        test_op_init(&op);
        uint8_t key[SEAL_KEY_LEN] = {1};
        CLEANUP(buf_release) struct buf sealed, plain;
        buf_init(&sealed, 30);
        seal_bytes(key, STR("a"), STR("text"), &sealed);
        CHECK(!buf_ok(&sealed));
        buf_release(&sealed);
        buf_init(&sealed, 100);
        seal_bytes(key, STR("a"), STR("text"), &sealed);
        buf_init(&plain, 3);
        CHECK(seal_open(&op, key, STR("a"), buf_str(&sealed), &plain) == RC_INTERNAL);
}

TEST(seal_stream_notices_order_and_end)
{
        uint8_t key[SEAL_KEY_LEN] = {7}, header[SEAL_HEADER_LEN], chunk[2][4 + SEAL_CHUNK_OVERHEAD], out[4];
        struct str first = str_from_bytes(chunk[0], sizeof(chunk[0]));
        struct str second = str_from_bytes(chunk[1], sizeof(chunk[1]));
        struct seal_stream in, reader;
        seal_stream_start(&in, key, header);
        seal_stream_push(&in, STR("id"), STR("abcd"), false, chunk[0]);
        seal_stream_push(&in, STR("id"), STR("efgh"), true, chunk[1]);
        bool last;
        CHECK(seal_stream_open(&reader, key, header));
        CHECK(seal_stream_pull(&reader, STR("id"), first, out, &last) && !last);
        CHECK(seal_stream_pull(&reader, STR("id"), second, out, &last) && last);
        CHECK(memcmp(out, "efgh", 4) == 0);
        CHECK(seal_stream_open(&reader, key, header));
        CHECK(!seal_stream_pull(&reader, STR("id"), second, out, &last));
        CHECK(seal_stream_open(&reader, key, header));
        CHECK(!seal_stream_pull(&reader, STR("other"), first, out, &last));
        header[0] = 2;
        CHECK(!seal_stream_open(&reader, key, header));
        seal_stream_release(&in);
        seal_stream_release(&reader);
}
