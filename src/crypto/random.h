/*
 * Random numbers from the kernel's generator, one system call each: nothing is kept between calls, so a
 * forked child never repeats its parent. Thread-safe. Without the generator the program aborts.
 */
#pragma once

#include "base/str.h"

enum { RANDOM_CODE_MAX = 10, RANDOM_ID_MAX = 33 };

void random_bytes(void *ret, size_t len);
/* A number below `limit` (at least 1), every one equally likely. */
uint32_t random_below(uint32_t limit);
/* `length` decimal digits, 4 to RANDOM_CODE_MAX, every code equally likely, with a NUL behind them. */
void random_code(int length, char ret[RANDOM_CODE_MAX + 1]);
/* 128 bits as 32 lower-case hex digits. */
void random_id(char ret[RANDOM_ID_MAX]);
/* Whether `text` has the form that random_id makes: for ids that arrive from outside. */
bool random_id_valid(struct str text);
