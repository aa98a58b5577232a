/*
 * How well the list of address changes on the backs of resident cards is read.
 */
#pragma once

#include "base/json.h"
#include "doc/field.h"

struct back_count {
        int pictures;
        int all;    /* every change, with its date and address */
        int newest; /* right, which is what counts */
        int wrong;  /* the newest told as sure, and not right */
        int none;   /* nothing was read */
};

/* `truth`: its `changes` are pairs of a date and an address. */
void back_note(struct back_count *count, const json_t *truth, const struct doc_fields *fields);
void back_print(const struct back_count *counts, int levels);
