#include "check/actor.h"

const struct actor actor_bonin = {.kind = "bonin"};

void actor_emit(struct emit *emit, const struct actor *actor)
{
        emit_open(emit, "who");
        emit_text(emit, "kind", actor->kind);
        if (actor->id.ptr)
                emit_str(emit, "id", actor->id);
        if (actor->name.ptr)
                emit_str(emit, "name", actor->name);
        if (actor->role)
                emit_text(emit, "role", actor->role);
        if (actor->host.ptr)
                emit_str(emit, "host", actor->host);
        emit_close(emit);
}
