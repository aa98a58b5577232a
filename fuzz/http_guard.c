/* The guard on request heads: the first lines are method, target and version, the rest headers. */
#include "http/guard.h"
#include "http/head.h"
#include "http/route.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static void nothing(void *ctx, struct http_request *request, struct http_reply *reply)
{
}

static const struct http_route routes[] = {
    {HTTP_GET, "/", 0, nothing},
    {HTTP_POST, "/session/{key}/status", 0, nothing},
    {HTTP_GET, "/console/{rest*}", 0, nothing},
};

static struct str take_line(struct str *rest)
{
        struct str line = STR("");
        (void)str_split(rest, '\n', &line);
        return line;
}

static void check_clean(struct str text, unsigned char first)
{
        for (size_t i = 0; i < text.len; i++) {
                unsigned char c = (unsigned char)text.ptr[i];
                if ((c < first && c != '\t') || c == 127)
                        abort();
        }
}

/* What passed the guard is looked at by everybody else. */
static void check_passed(const struct guard_head *head)
{
        struct arena arena;
        arena_init(&arena, 4096);
        check_clean(head->uri, '!');
        for (size_t i = 0; i < head->headers_len; i++) {
                check_clean(head->headers[i].value, ' ');
                (void)head_language(head->headers[i].value);
                struct str agent = head_user_agent(&arena, head->headers[i].value);
                if (agent.len > 256 || str_find(agent, '\t') >= 0)
                        abort();
        }
        arena_release(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
        struct str rest = str_from_bytes(bytes, len), line;
        struct http_pair headers[GUARD_HEADERS_MAX];
        struct guard_head head = {.headers = headers};
        head.method = take_line(&rest);
        head.uri = take_line(&rest);
        head.version = take_line(&rest);
        while (head.headers_len < GUARD_HEADERS_MAX && str_split(&rest, '\n', &line)) {
                ssize_t colon = str_find(line, ':');
                size_t name_len = colon < 0 ? line.len : (size_t)colon;
                headers[head.headers_len++] =
                    (struct http_pair){str_sub(line, 0, name_len), str_sub(line, name_len + 1, line.len)};
        }
        struct guard_verdict verdict;
        if (guard_check(&head, &verdict) != NULL)
                return 0;
        struct route_match match;
        route_find(routes, LEN(routes), verdict.method, head.uri, &match);
        check_passed(&head);
        return 0;
}
