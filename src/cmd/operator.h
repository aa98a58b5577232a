/*
 * Who sits at the machine, for the log: the user who logged in, also behind sudo, and the machine's name.
 */
#pragma once

#include "check/actor.h"

enum { OPERATOR_TEXT_MAX = 256 };

struct operator
{
        struct actor actor; /* views into the rest */
        char id[16], name[OPERATOR_TEXT_MAX], host[OPERATOR_TEXT_MAX];
};

/* Not to be copied. Where there is no name the number stands for it. */
void operator_find(struct operator* ret);
