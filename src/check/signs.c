#include "check/signs.h"

#include "base/json.h"
#include "doc/authenticity.h"

enum { DETAILS_MAX = 8192 };

void signs_emit(struct emit *emit, const char *key, struct str details)
{
        json_auto_t *root = NULL;
        struct doc_signs signs;
        const json_t *told = details.ptr && json_parse(details, DETAILS_MAX, &root)
                                 ? json_object_get(root, "authenticity")
                                 : NULL;
        if (told && doc_signs_parse(told, &signs))
                doc_signs_emit(emit, key, &signs);
        else
                emit_null(emit, key);
}
