#include "vision/face_manifest.h"
#include "vision/face_default.h"

#include "base/json.h"

#include "unit/test.h"

#include <math.h>

/* The manifest that we ship, changed at one place, must be refused with a word that tells the place. */
struct change {
        int model; /* -1: the root */
        const char *key;
        const char *value; /* JSON; NULL takes the key out */
        const char *told;
};

static json_t *shipped(void)
{
        json_t *root = NULL;
        struct str text = str_from_bytes(face_default_manifest, face_default_manifest_len);
        CHECK(json_parse(text, 1 << 20, &root));
        return root;
}

static enum rc parse(const json_t *root, struct face_manifest *ret, char why[OP_WHY_MAX])
{
        struct op op;
        op_init(&op, NULL, 1 << 16, 1000);
        char *text = json_dumps(root, 0);
        enum rc rc = face_manifest_parse(&op, str_from(text), ret);
        free(text);
        memcpy(why, op.why, OP_WHY_MAX);
        op_release(&op);
        return rc;
}

TEST(face_manifest_shipped_is_read)
{
        json_auto_t *root = shipped();
        struct face_manifest manifest;
        char why[OP_WHY_MAX];
        CHECK(parse(root, &manifest, why) == RC_OK);
        size_t embedders = 0, attacks = 0;
        for (size_t i = 0; i < manifest.models_len; i++) {
                embedders += manifest.models[i].role == FACE_EMBEDDER;
                attacks += manifest.models[i].role == FACE_ATTACK;
        }
        CHECK(embedders == 2 && attacks == 2);
        CHECK(manifest.match_threshold > 0 && manifest.live_threshold > 0);
}

TEST(face_manifest_tells_from_where_on_a_face_was_seen_before)
{
        json_auto_t *root = shipped();
        struct face_manifest manifest;
        char why[OP_WHY_MAX];
        CHECK(parse(root, &manifest, why) == RC_OK);
        CHECK(manifest.repeat_cosine > manifest.match_centre && manifest.repeat_cosine < 1);
        double told = manifest.repeat_cosine;
        json_object_del(json_object_get(root, "similarity"), "repeat");
        CHECK(parse(root, &manifest, why) == RC_OK);
        CHECK(fabs(manifest.repeat_cosine - told) < 0.05);
        double half_log = manifest.match_slope * (manifest.repeat_cosine - manifest.match_centre);
        CHECK(fabs(exp(2 * half_log) / 1e6 - 1) < 1e-6);
}

TEST(face_manifest_tells_what_is_wrong)
{
        static const struct change changes[] = {
            {-1, "similarity", NULL, "similarity"},
            {-1, "similarity", "{\"centre\": 7, \"slope\": 20, \"threshold\": 0.5}", "centre"},
            {-1, "similarity", "{\"centre\": 0.4, \"slope\": 20}", "threshold"},
            {-1, "similarity", "{\"centre\": 0.4, \"slope\": 20, \"threshold\": 0.5, \"repeat\": 2}",
             "repeat"},
            {-1, "similarity", "{\"centre\": 0.4, \"slope\": 20, \"threshold\": 0.5, \"repeat\": \"0.5\"}",
             "repeat"},
            {-1, "similarity", "{\"centre\": 0.4, \"slope\": 20, \"threshold\": 0.5, \"spread\": 1.5}",
             "spread"},
            {-1, "liveness", "{\"threshold\": 0}", "threshold"},
            {-1, "liveness", "{\"centre\": 21, \"threshold\": 0.5}", "centre"},
            {-1, "liveness", "{\"slope\": 0, \"threshold\": 0.5}", "slope"},
            {-1, "models", "{}", "models"},
            {-1, "models", "[]", "detector"},
            {0, "role", "\"text-detector\"", "detector"},
            {0, "file", "\"../secret\"", "file"},
            {0, "file", NULL, "file"},
            {0, "bytes", "0", "bytes"},
            {0, "bytes", "\"many\"", "bytes"},
            {0, "kind", "\"other\"", "kind"},
            {0, "side_max", "1e9", "side_max"},
            {0, "score_min", "2", "score_min"},
            {1, "input", NULL, "input"},
            {1, "input", "{\"width\": 0, \"height\": 112, \"order\": \"RGB\"}", "width"},
            {1, "input", "{\"width\": 112, \"height\": 112, \"order\": \"GRB\"}", "order"},
            {1, "input", "{\"width\": 112, \"height\": 112, \"order\": \"RGB\", \"mean\": [1, 2]}", "mean"},
            {1, "input", "{\"width\": 112, \"height\": 112, \"order\": \"RGB\", \"deviation\": [1, 0, 1]}",
             "deviation"},
            {1, "template", "[[1, 2], [3, 4]]", "template"},
            {1, "template", "[[1, 2], [3, 4], [1, 2], [3, 4], [5]]", "template"},
            {1, "length", "1", "length"},
            {1, "weight", "-1", "weight"},
            {3, "grow", "0.5", "grow"},
            {3, "real_class", "3", "real_class"},
            {3, "output", "\"words\"", "output"},
        };
        for (size_t i = 0; i < LEN(changes); i++) {
                const struct change *change = &changes[i];
                json_auto_t *root = shipped();
                struct face_manifest manifest;
                char why[OP_WHY_MAX];
                json_t *at = change->model < 0
                                 ? root
                                 : json_array_get(json_object_get(root, "models"), (size_t)change->model);
                if (change->value)
                        json_object_set_new(at, change->key,
                                            json_loads(change->value, JSON_DECODE_ANY, NULL));
                else
                        json_object_del(at, change->key);
                CHECK(parse(root, &manifest, why) == RC_CONFIG);
                CHECK(strstr(why, change->told) != NULL);
        }
}

TEST(face_manifest_refuses_what_is_no_json)
{
        struct op op;
        struct face_manifest manifest;
        op_init(&op, NULL, 1 << 16, 1000);
        CHECK(face_manifest_parse(&op, STR("{\"models\": ["), &manifest) == RC_CONFIG);
        op_forgive(&op);
        CHECK(face_manifest_parse(&op, STR("[]"), &manifest) == RC_CONFIG);
        op_release(&op);
}
