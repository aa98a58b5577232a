#include "doc/authenticity.h"

#include <math.h>

static const char *const codes[] = {
#define X(ident, code) [DOC_SIGN_##ident] = (code),
    DOC_SIGN_TABLE(X)
#undef X
};

const char *doc_sign_code(enum doc_sign sign)
{
        return codes[sign];
}

double doc_sign_strength(double measure, double told, double rejects)
{
        double strength =
            DOC_SIGN_TOLD + (DOC_SIGN_REJECTS - DOC_SIGN_TOLD) * (measure - told) / (rejects - told);
        return isfinite(strength) ? fmin(fmax(strength, 0), 1) : 0;
}

static double strongest(const struct doc_signs *signs)
{
        double most = 0;
        for (int i = 0; i < DOC_SIGN_COUNT; i++)
                most = fmax(most, signs->strengths[i]);
        return most;
}

double doc_signs_score(const struct doc_signs *signs)
{
        double most = strongest(signs);
        return most >= DOC_SIGN_TOLD ? 1 - most : 1;
}

bool doc_signs_reject(const struct doc_signs *signs)
{
        return strongest(signs) >= DOC_SIGN_REJECTS;
}

void doc_signs_emit(struct emit *emit, const char *key, const struct doc_signs *signs)
{
        emit_open(emit, key);
        emit_double(emit, "score", doc_signs_score(signs), 3);
        emit_open_array(emit, "signs");
        for (int i = 0; i < DOC_SIGN_COUNT; i++) {
                if (signs->strengths[i] < DOC_SIGN_TOLD)
                        continue;
                emit_open(emit, NULL);
                emit_text(emit, "code", codes[i]);
                emit_double(emit, "strength", signs->strengths[i], 3);
                emit_close(emit);
        }
        emit_close_array(emit);
        emit_close(emit);
}

static bool parse_sign(const json_t *json, struct doc_signs *ret)
{
        struct str code = json_get_str(json, "code");
        for (int i = 0; i < DOC_SIGN_COUNT; i++)
                if (str_equal(code, str_from(codes[i])))
                        return json_get_double(json, "strength", 0, 1, &ret->strengths[i]);
        return false;
}

bool doc_signs_parse(const json_t *json, struct doc_signs *ret)
{
        const json_t *signs = json_object_get(json, "signs");
        *ret = (struct doc_signs){0};
        if (json == NULL)
                return true;
        if (!json_is_array(signs) || json_array_size(signs) > DOC_SIGN_COUNT)
                return false;
        for (size_t i = 0; i < json_array_size(signs); i++)
                if (!parse_sign(json_array_get(signs, i), ret))
                        return false;
        return true;
}
