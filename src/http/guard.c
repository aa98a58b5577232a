#include "http/guard.h"

#include "http/media.h"

/* Header lines that may stand once only, and how they are counted. */
struct once {
        unsigned host;
        unsigned length;
        unsigned expect;
};

static const char *check_uri(struct str uri)
{
        if (uri.len == 0 || uri.ptr[0] != '/')
                return "the target does not begin with a slash";
        for (size_t i = 0; i < uri.len; i++) {
                unsigned char c = (unsigned char)uri.ptr[i];
                if (c < 33 || c > 126 || c == '#')
                        return "the target holds a byte that none may hold";
                if (c == '%' && uri.len - i > 2 && uri.ptr[i + 1] == '0' && uri.ptr[i + 2] == '0')
                        return "the target holds a NUL";
        }
        return NULL;
}

static bool value_clean(struct str value)
{
        for (size_t i = 0; i < value.len; i++) {
                unsigned char c = (unsigned char)value.ptr[i];
                if ((c < 32 && c != '\t') || c == 127)
                        return false;
        }
        return true;
}

static bool host_clean(struct str host)
{
        for (size_t i = 0; i < host.len; i++) {
                char c = host.ptr[i];
                if (!media_is_token(c) && (c == '\0' || strchr(":[]();=,", c) == NULL))
                        return false;
        }
        return host.len > 0;
}

static const char *check_length(struct str value, uint64_t *ret)
{
        if (value.len == 0 || value.len > 18)
                return "Content-Length is not 1 to 18 digits";
        uint64_t length = 0;
        for (size_t i = 0; i < value.len; i++) {
                if (value.ptr[i] < '0' || value.ptr[i] > '9')
                        return "Content-Length is not 1 to 18 digits";
                length = length * 10 + (uint64_t)(value.ptr[i] - '0');
        }
        *ret = length;
        return NULL;
}

static const char *check_header(struct http_pair line, struct once *once, struct guard_verdict *verdict)
{
        if (!media_all_token(line.name))
                return "a header's name is no token";
        if (!value_clean(line.value))
                return "a header's value holds a control byte";
        if (str_equal_nocase(line.name, STR("Transfer-Encoding")))
                return "Transfer-Encoding is not accepted";
        if (str_equal_nocase(line.name, STR("Host"))) {
                if (once->host++)
                        return "two Host headers";
                return host_clean(line.value) ? NULL : "Host is malformed";
        }
        if (str_equal_nocase(line.name, STR("Content-Length"))) {
                if (once->length++)
                        return "two Content-Length headers";
                return check_length(line.value, &verdict->content_length);
        }
        if (str_equal_nocase(line.name, STR("Expect"))) {
                verdict->expects_continue = true;
                return once->expect++ || !str_equal_nocase(line.value, STR("100-continue"))
                           ? "Expect is unknown"
                           : NULL;
        }
        return NULL;
}

const char *guard_check(const struct guard_head *head, struct guard_verdict *ret)
{
        struct guard_verdict verdict = {.method = http_method_parse(head->method)};
        if (!media_all_token(head->method))
                return "the method is no token";
        if (!str_equal(head->version, STR("HTTP/1.1")) && !str_equal(head->version, STR("HTTP/1.0")))
                return "the version is neither HTTP/1.0 nor HTTP/1.1";
        const char *why = check_uri(head->uri);
        if (why)
                return why;
        if (head->headers_len > GUARD_HEADERS_MAX)
                return "too many headers";
        struct once once = {0};
        for (size_t i = 0; i < head->headers_len; i++) {
                why = check_header(head->headers[i], &once, &verdict);
                if (why)
                        return why;
        }
        if (once.host != 1)
                return "no Host header";
        *ret = verdict;
        return NULL;
}

bool guard_layout_canonical(const struct guard_layout *layout)
{
        const char *at = layout->method + strlen(layout->method) + 1;
        if (layout->uri != at)
                return false;
        at += layout->uri_len + 1;
        if (layout->version != at)
                return false;
        at += strlen(layout->version) + 2;
        for (size_t i = 0; i < layout->headers_len; i++) {
                struct http_pair line = layout->headers[i];
                const char *behind_colon = line.name.ptr + line.name.len + 1;
                if (line.name.ptr != at || line.value.ptr < behind_colon)
                        return false;
                for (const char *blank = behind_colon; blank < line.value.ptr; blank++)
                        if (*blank != ' ' && *blank != '\t')
                                return false;
                at = line.value.ptr + line.value.len + 2;
        }
        return at + 2 == layout->method + layout->head_len;
}
