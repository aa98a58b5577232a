/*
 * Unit tests register themselves: TEST(name) { … } in any file of tests/. A failed CHECK is printed with its
 * place and ends that test. `unit-tests [PART]` runs those whose name holds PART and ends with "N passed, N
 * failed".
 */
#pragma once

#include "base/util.h"

struct test {
        const char *name;
        void (*run)(void);
        struct test *next;
};

void test_register(struct test *test);
/* Ends the running test as failed. */
_Noreturn void test_fail(const char *file, int line, const char *what);
/* A figure that holds, for the report of tests/assure: row of docs/threat-model.md, what was done, with what
 * result. */
void test_figure(int row, const char *what, const char *figure, ...) PRINTF(3, 4);
/* The larger number where BONIN_ASSURE is "full", as tools/assure sets it. */
size_t test_scale(size_t quick, size_t full);
/* Ends the running test as skipped; `why` is printed. */
_Noreturn void test_skip(const char *why);

/* The time of an op whose deadline is not what is tested: more than reading takes on the busiest machine. */
enum { TEST_PATIENCE_MS = 10 * 60 * 1000 };

#define TEST(ident)                                                                                          \
        static void ident(void);                                                                             \
        static struct test ident##_test = {#ident, ident, NULL};                                             \
        __attribute__((constructor)) static void ident##_register(void)                                      \
        {                                                                                                    \
                test_register(&ident##_test);                                                                \
        }                                                                                                    \
        static void ident(void)

#define CHECK(condition)                                                                                     \
        do {                                                                                                 \
                if (!(condition))                                                                            \
                        test_fail(__FILE__, __LINE__, #condition);                                           \
        } while (0)
#define CHECK_STR(actual, literal) CHECK(str_equal((actual), str_from(literal)))
