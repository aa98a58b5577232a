#include "unit/test.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct test *first;
static jmp_buf out;

void test_register(struct test *test)
{
        struct test **at = &first;
        while (*at && strcmp((*at)->name, test->name) < 0)
                at = &(*at)->next;
        test->next = *at;
        *at = test;
}

void test_fail(const char *file, int line, const char *what)
{
        printf("  %s:%d: not so: %s\n", file, line, what);
        longjmp(out, 1);
}

void test_figure(int row, const char *what, const char *figure, ...)
{
        va_list args;
        va_start(args, figure);
        printf("  assure\t%d\t%s\t", row, what);
        vprintf(figure, args);
        printf("\tyes\n");
        va_end(args);
}

size_t test_scale(size_t quick, size_t full)
{
        const char *scale = getenv("BONIN_ASSURE");
        return scale && strcmp(scale, "full") == 0 ? full : quick;
}

void test_skip(const char *why)
{
        printf("  skipped: %s\n", why);
        longjmp(out, 2);
}

/* 0 passed, 1 failed, 2 skipped */
static int run_one(const struct test *test)
{
        int result = setjmp(out);
        if (result == 0)
                test->run();
        return result;
}

int main(int argc, char **argv)
{
        int count[3] = {0};
        signal(SIGPIPE, SIG_IGN); /* as bonin does: a child that died is an error to report, not the end */
        setvbuf(stdout, NULL, _IOLBF, 0); /* a crash or a leak report must not swallow what was said */
        for (const struct test *test = first; test; test = test->next) {
                if (argc > 1 && strstr(test->name, argv[1]) == NULL)
                        continue;
                int result = run_one(test);
                count[result]++;
                if (result != 0)
                        printf("%s %s\n", result == 1 ? "FAILED" : "skipped", test->name);
        }
        printf("%d passed, %d failed, %d skipped\n", count[0], count[1], count[2]);
        return count[1] > 0 || count[0] == 0;
}
