/* The published vectors of transparency-dev/merkle for proofs: what is right verifies, everything else does
 * not, whichever part was changed, cut off or added. */
#include "tlog/proof.h"
#include "unit/data.h"
#include "unit/test.h"

#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { FILE_MAX = 65536 };

struct vector {
        struct str text;
        json_t *json;
};

/* A number of the file, which may be past what the JSON reader takes. */
static uint64_t number(const struct vector *vector, const char *name)
{
        char key[32];
        snprintf(key, sizeof(key), "\"%s\": ", name);
        ssize_t at = str_find_str(vector->text, str_from(key));
        CHECK(at >= 0);
        return strtoull(vector->text.ptr + at + strlen(key), NULL, 10);
}

static bool bytes_of(struct str base64, struct hash *ret)
{
        static const struct str dont_care = {"don't care", 10};
        uint8_t bytes[64] = {0};
        size_t len;
        if (!str_unbase64(base64, bytes, sizeof(bytes), &len))
                return false;
        /* Where any hash would do, some vectors have these words and a digit, which are filled up to one. */
        if (str_starts_with(str_from_bytes(bytes, len), dont_care))
                len = HASH_LEN;
        return hash_parse(str_from_bytes(bytes, len), ret);
}

static bool hash_of(const struct vector *vector, const char *name, struct hash *ret)
{
        return bytes_of(json_get_str(vector->json, name), ret);
}

static bool proof_of(const struct vector *vector, struct proof *ret)
{
        const json_t *element;
        size_t i;
        json_array_foreach(json_object_get(vector->json, "proof"), i, element)
        {
                struct hash hash;
                if (!bytes_of(str_from(json_string_value(element)), &hash) ||
                    !proof_add(ret, hash_str(&hash)))
                        return false;
        }
        return true;
}

static bool inclusion(const struct vector *vector)
{
        struct proof proof = {0};
        struct hash leaf, root;
        return proof_of(vector, &proof) && hash_of(vector, "leafHash", &leaf) &&
               hash_of(vector, "root", &root) &&
               proof_verify_inclusion(&proof, number(vector, "leafIdx"), number(vector, "treeSize"), &leaf,
                                      &root);
}

static bool inclusion_in(const struct vector *vector)
{
        struct proof proof = {0};
        struct hash leaf, root;
        return proof_of(vector, &proof) && hash_of(vector, "leafHash", &leaf) &&
               hash_of(vector, "root", &root) &&
               proof_verify_inclusion_in(&proof, number(vector, "leafIdx"), number(vector, "start"),
                                         number(vector, "end"), &leaf, &root);
}

static bool consistency(const struct vector *vector)
{
        struct proof proof = {0};
        struct hash old, root;
        return proof_of(vector, &proof) && hash_of(vector, "root1", &old) &&
               hash_of(vector, "root2", &root) &&
               proof_verify_consistency(&proof, number(vector, "size1"), number(vector, "size2"), &old,
                                        &root);
}

static bool subtree(const struct vector *vector)
{
        struct proof proof = {0};
        struct hash part, root;
        return proof_of(vector, &proof) && hash_of(vector, "root1", &part) &&
               hash_of(vector, "root2", &root) &&
               proof_verify_subtree(&proof, number(vector, "start"), number(vector, "end"),
                                    number(vector, "size"), &part, &root);
}

static bool (*verify)(const struct vector *vector);
static size_t judged, wrong;

static int judge(const char *path, const struct stat *info, int kind, struct FTW *at)
{
        if (kind != FTW_F || !str_ends_with(str_from(path), STR(".json")))
                return 0;
        char bytes[FILE_MAX] = "";
        CLEANUP(fd_close) int fd = open(path, O_RDONLY | O_CLOEXEC);
        if (fd < 0 || info->st_size >= FILE_MAX || !fd_read_all(fd, bytes, (size_t)info->st_size))
                return 1;
        /* Only strings and booleans are read by this; see number(). */
        json_auto_t *json = json_loads(bytes, JSON_DECODE_INT_AS_REAL, NULL);
        struct vector vector = {str_from(bytes), json};
        const json_t *refused = json_object_get(json, "wantErr");
        judged++;
        if (!json_is_boolean(refused) || verify(&vector) == json_is_true(refused)) {
                printf("  wrong: %s\n", path);
                wrong++;
        }
        return 0;
}

/* How many vectors the folder has; each must be judged as it says. */
static size_t judge_all(const char *folder, bool (*with)(const struct vector *vector))
{
        const char *root = getenv("BONIN_DATA");
        char path[512];
        snprintf(path, sizeof(path), "%s/hostile/merkle-rfc9162/testdata/%s", root ? root : "../shared/data",
                 folder);
        if (access(path, R_OK) != 0)
                test_skip(path);
        judged = wrong = 0;
        verify = with;
        CHECK(nftw(path, judge, 16, FTW_PHYS) == 0);
        CHECK(wrong == 0);
        return judged;
}

/* Without the comparison of the root at the end of proof_verify_subtree, or of the proof's length before,
 * these fail. */
TEST(vectors_merkle_inclusion)
{
        CHECK(judge_all("inclusion", inclusion) == 98);
}

TEST(vectors_merkle_subtree_inclusion)
{
        CHECK(judge_all("subtreeinclusion", inclusion_in) == 204);
}

TEST(vectors_merkle_consistency)
{
        CHECK(judge_all("consistency", consistency) == 98);
}

TEST(vectors_merkle_subtree_consistency)
{
        CHECK(judge_all("subtreeconsistency", subtree) == 118);
}
