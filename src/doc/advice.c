#include "doc/advice.h"

static const char *const sides[DOC_SIDE_COUNT] = {"front_image", "back_image"};
static const char *const faults[DOC_FAULT_COUNT] = {
    [DOC_FAULT_DAMAGED] = "damaged",     [DOC_FAULT_FORMAT] = "unsupported_format",
    [DOC_FAULT_TOO_LARGE] = "too_large", [DOC_FAULT_TOO_SMALL] = "too_small",
    [DOC_FAULT_NARROW] = "too_narrow",   [DOC_FAULT_LATE] = "out_of_time",
    [DOC_FAULT_BACK] = "back_side",
};

const char *doc_side_name(enum doc_side side)
{
        return sides[side];
}

enum doc_side doc_side_from_name(struct str name)
{
        enum doc_side side = 0;
        while (side < DOC_SIDE_COUNT && !str_equal(name, str_from(sides[side])))
                side++;
        return side;
}

enum doc_fault doc_fault_from_name(struct str name)
{
        for (enum doc_fault fault = DOC_FAULT_NONE + 1; fault < DOC_FAULT_COUNT; fault++)
                if (str_equal(name, str_from(faults[fault])))
                        return fault;
        return DOC_FAULT_NONE;
}

void doc_faults_emit(struct emit *emit, const char *key, const struct doc_faults *of_sides)
{
        emit_open(emit, key);
        for (enum doc_side side = 0; side < DOC_SIDE_COUNT; side++)
                if (of_sides->of[side] != DOC_FAULT_NONE)
                        emit_text(emit, sides[side], faults[of_sides->of[side]]);
        emit_close(emit);
}

bool doc_faults_parse(const json_t *json, struct doc_faults *ret)
{
        const char *key;
        json_t *value;
        if (json && !json_is_object(json))
                return false;
        json_object_foreach((json_t *)json, key, value)
        {
                enum doc_side side = doc_side_from_name(str_from(key));
                const char *name = json_string_value(value);
                enum doc_fault fault = name ? doc_fault_from_name(str_from(name)) : DOC_FAULT_NONE;
                if (side == DOC_SIDE_COUNT || fault == DOC_FAULT_NONE)
                        return false;
                ret->of[side] = fault;
        }
        return true;
}

enum rc doc_fault_code(enum doc_fault fault)
{
        static const enum rc codes[DOC_FAULT_COUNT] = {[DOC_FAULT_LATE] = RC_TIMED_OUT,
                                                       [DOC_FAULT_TOO_SMALL] = RC_IMAGE_TOO_SMALL,
                                                       [DOC_FAULT_NARROW] = RC_IMAGE_TOO_SMALL,
                                                       [DOC_FAULT_BACK] = RC_NO_DOCUMENT};
        return codes[fault] ? codes[fault] : RC_INVALID_IMAGE;
}

static void emit_one(struct emit *emit, enum rc code, const char *field, const char *reason, bool optional)
{
        emit_open(emit, NULL);
        emit_text(emit, "code", rc_code(code));
        emit_text(emit, "field", field);
        if (reason)
                emit_text(emit, "reason", reason);
        if (optional)
                emit_bool(emit, "optional", true);
        emit_close(emit);
}

void doc_advice_emit(struct emit *emit, const char *key, const struct judgement *judgement,
                     const struct doc_faults *of_sides)
{
        emit_open_array(emit, key);
        for (enum doc_side side = 0; side < DOC_SIDE_COUNT; side++) {
                enum doc_fault fault = of_sides->of[side];
                if (fault != DOC_FAULT_NONE)
                        emit_one(emit, doc_fault_code(fault), sides[side], faults[fault],
                                 fault == DOC_FAULT_LATE);
        }
        for (size_t i = 0; i < judgement->advice_len; i++)
                emit_one(emit, judgement->advice[i].code, doc_field_name(judgement->advice[i].field), NULL,
                         false);
        for (size_t i = 0; i < judgement->unsure_len; i++)
                emit_one(emit, RC_LOW_CONFIDENCE, doc_field_name(judgement->unsure[i]), NULL, true);
        emit_close_array(emit);
}

bool doc_has_advice(const struct judgement *judgement, const struct doc_faults *of_sides)
{
        return judgement->advice_len + judgement->unsure_len > 0 ||
               of_sides->of[DOC_FRONT] != DOC_FAULT_NONE || of_sides->of[DOC_BACK] != DOC_FAULT_NONE;
}
