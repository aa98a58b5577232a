/* What hostile and sloppy clients send, over real sockets and from the corpora. */
#include "unit/data.h"
#include "unit/http/app.h"
#include "unit/http/client.h"
#include "unit/test.h"

#include "base/json.h"

#include <sodium.h>
#include <stdio.h>
#include <unistd.h>

static struct test_app app;

static void serve(struct http_config config)
{
        app = (struct test_app){0};
        test_app_serve(&app, config);
}

static void stop(void)
{
        http_server_close(app.server);
}

/* One head, and whether it must be refused and the connection closed. */
static bool refused(struct str bytes)
{
        CLEANUP(buf_release) struct buf buf;
        buf_init(&buf, 1 << 20);
        CLEANUP(fd_close) int fd = client_connect(http_server_port(app.server));
        struct client_reply reply;
        (void)client_send(fd, bytes);
        client_read(fd, &buf, 3000, false, &reply);
        bool closing = str_equal_nocase(client_header(&reply, "Connection"), STR("close"));
        return (reply.status == 0 || reply.status == 400 || reply.status == 413 || reply.status == 505) &&
               (reply.closed || closing) && client_closed(fd, 1000);
}

TEST(hostile_heads_are_refused)
{
        static const struct str heads[] = {
            STR("GET /inline HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"),
            STR("GET /inline HTTP/1.1\r\n\r\n"),
            STR("GET /inline HTTP/1.0\r\n\r\n"),
            STR("GET  /inline HTTP/1.1\r\nHost: a\r\n\r\n"),
            STR("GET /inline  HTTP/1.1\r\nHost: a\r\n\r\n"),
            STR("GET /inline HTTP/1.1 \r\nHost: a\r\n\r\n"),
            STR("GET /inline HTTP/1.1\nHost: a\r\n\r\n"),
            STR("GET /inline HTTP/1.1\r\nHost: a\n\r\n"),
            STR("GET /inline HTTP/1.1\r\nHost: a\r\n\n"),
            STR("GET /inline HTTP/1.1\n\n"),
            STR("GET /inline HTTP/1.1\r\nHost: a\r\n folded\r\n\r\n"),
            STR("GET /inline HTTP/1.1\r\nHost: a\r\nX: y\r\n\tfolded\r\nZ: 1\r\n\r\n"),
            STR("GET /inline HTTP/1.1\r\n Host: a\r\n\r\n"),
            STR("GET /inline HTTP/1.1\r\nHost : a\r\n\r\n"),
            STR("GET /inline HTTP/1.1\r\nHost: a\r\nX\0Y: 1\r\n\r\n"),
            STR("GET /inline HTTP/1.1\r\nHost: a\r\nX: a\0b\r\n\r\n"),
            STR("GET /inline HTTP/1.1\r\nHost: a\r\nX: a\0\r\n\r\n"),
            STR("GET /inl\0ine HTTP/1.1\r\nHost: a\r\n\r\n"),
            STR("GET /inline\0 HTTP/1.1\r\nHost: a\r\n\r\n"),
            STR("GET /inline?a=%00 HTTP/1.1\r\nHost: a\r\n\r\n"),
            STR("GET /inline HTTP/1.1\r\nHost: a\r\nX: a\rb\r\n\r\n"),
            STR("GET http://a/inline HTTP/1.1\r\nHost: a\r\n\r\n"),
            STR("GET inline HTTP/1.1\r\nHost: a\r\n\r\n"),
            STR("GET /inline HTTP/2.0\r\nHost: a\r\n\r\n"),
            STR("GET /inline HTTP/1.1\r\nHost: a\r\nno colon\r\n\r\n"),
            STR("POST /inline HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nTransfer-Encoding: "
                "chunked\r\n\r\n0\r\n\r\n"),
            STR("POST /inline HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
            STR("POST /inline HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\n{}"),
            STR("POST /inline HTTP/1.1\r\nHost: a\r\nContent-Length: 2, 2\r\n\r\n{}"),
            STR("POST /inline HTTP/1.1\r\nHost: a\r\nContent-Length: -2\r\n\r\n{}"),
            STR("POST /inline HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999\r\n\r\n{}"),
            STR("POST /inline HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nExpect: nonsense\r\n\r\n{}"),
            STR("POST /inline HTTP/1.1\r\nHost: a\r\nContent-Length: 33554433\r\n\r\n"),
            STR("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n"),
            STR("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
        };
        serve((struct http_config){.header_ms = 500});
        for (size_t i = 0; i < LEN(heads); i++) {
                bool right = refused(heads[i]);
                if (!right)
                        printf("  case %zu was not refused\n", i);
                CHECK(right);
        }
        stop();
}

TEST(hostile_too_long_heads_are_refused)
{
        serve((struct http_config){.header_ms = 1000});
        CLEANUP(buf_release) struct buf head;
        buf_init(&head, 1 << 20);
        buf_addf(&head, "GET /inline HTTP/1.1\r\nHost: a\r\n");
        for (int i = 0; i < 65; i++)
                buf_addf(&head, "X-%d: y\r\n", i);
        buf_addf(&head, "\r\n");
        CHECK(refused(buf_str(&head)));
        buf_clear(&head);
        buf_addf(&head, "GET /inline HTTP/1.1\r\nHost: a\r\nX: ");
        for (int i = 0; i < 65536; i++)
                buf_add_char(&head, 'a');
        buf_addf(&head, "\r\n\r\n");
        CLEANUP(fd_close) int fd = client_connect(http_server_port(app.server));
        (void)client_send(fd, buf_str(&head));
        CHECK(client_closed(fd, 3000));
        stop();
}

/* Cases whose first message is sound, and answered, before the one that must be refused. */
static bool begins_sound(struct str title)
{
        static const char *const titles[] = {
            "CRLF between requests, implicit `keep-alive`",
        };
        for (size_t i = 0; i < LEN(titles); i++)
                if (str_equal(title, str_from(titles[i])))
                        return true;
        return false;
}

/* Whether every reply in these bytes is a refusal. */
static bool all_refusals(struct str bytes, bool first_may_pass)
{
        struct str rest = bytes;
        ssize_t at;
        for (int i = 0; (at = str_find_str(rest, STR("HTTP/1.1 "))) >= 0;) {
                rest = str_sub(rest, (size_t)at + 9, rest.len);
                int64_t status = 0;
                static const int refusals[] = {400, 405, 413, 414, 431, 501, 505};
                bool refusal = false;
                if (!str_to_int(str_sub(rest, 0, 3), 100, 999, &status))
                        continue; /* the words of a page */
                for (size_t k = 0; k < LEN(refusals); k++)
                        refusal = refusal || status == refusals[k];
                if (!refusal && (i > 0 || !first_may_pass))
                        return false;
                i++;
        }
        return true;
}

struct sent_case {
        json_t *json;
        int fd;
};

static bool judge(struct sent_case *sent)
{
        CLEANUP(buf_release) struct buf buf;
        buf_init(&buf, 1 << 20);
        (void)client_expect(sent->fd, &buf, "\x01 never", 1500);
        struct str title = json_get_str(sent->json, "title");
        bool good = all_refusals(buf_str(&buf), begins_sound(title)) && client_closed(sent->fd, 1000);
        if (!good)
                printf("  not refused: %.*s: %.*s: %.*s\n", STR_FMT(json_get_str(sent->json, "file")),
                       STR_FMT(title), STR_FMT(str_sub(buf_str(&buf), 0, 60)));
        return good;
}

TEST(hostile_llhttp_cases_are_refused)
{
        CLEANUP(buf_release) struct buf text;
        buf_init(&text, 16 << 20);
        data_read("hostile/http/llhttp_cases.jsonl", &text);
        serve((struct http_config){.header_ms = 700, .body_ms = 700, .idle_ms = 700});
        static struct sent_case sent[300];
        size_t n = 0, bad = 0;
        struct str rest = buf_str(&text), line;
        while (str_split(&rest, '\n', &line) && n < LEN(sent)) {
                json_t *json;
                if (line.len == 0 || !json_parse(line, 1 << 20, &json))
                        continue;
                struct str raw = json_get_str(json, "raw_b64");
                char bytes[65536];
                size_t len = 0;
                bool wanted = str_equal(json_get_str(json, "verdict"), STR("reject")) &&
                              str_equal(json_get_str(json, "kind"), STR("request")) &&
                              sodium_base642bin((unsigned char *)bytes, sizeof(bytes), raw.ptr, raw.len, NULL,
                                                &len, NULL, sodium_base64_VARIANT_ORIGINAL) == 0;
                if (!wanted) {
                        json_decref(json);
                        continue;
                }
                sent[n] = (struct sent_case){json, client_connect(http_server_port(app.server))};
                (void)client_send(sent[n].fd, (struct str){bytes, len});
                n++;
        }
        for (size_t i = 0; i < n; i++) {
                bad += !judge(&sent[i]);
                fd_close(&sent[i].fd);
                json_decref(sent[i].json);
        }
        stop();
        printf("  %zu heads, %zu not refused\n", n, bad);
        CHECK(n == 59 && bad == 0);
}

/* What the server wrote to the log while `requests` were asked, one after another. */
static void ask_all(const struct buf *requests, size_t n, struct buf *ret_log)
{
        FILE *file = tmpfile();
        CHECK(file != NULL);
        CLEANUP(fd_close) int before = dup(STDERR_FILENO);
        CHECK(before >= 0 && dup2(fileno(file), STDERR_FILENO) >= 0);
        for (size_t i = 0; i < n; i++) {
                CLEANUP(buf_release) struct buf buf;
                buf_init(&buf, 1 << 20);
                struct client_reply reply;
                client_ask(http_server_port(app.server), buf_str(&requests[i]), &buf, &reply);
        }
        stop();
        (void)dup2(before, STDERR_FILENO);
        rewind(file);
        char bytes[16384];
        size_t len;
        while ((len = fread(bytes, 1, sizeof(bytes), file)) > 0)
                buf_add_bytes(ret_log, bytes, len);
        fclose(file);
}

TEST(hostile_values_forge_no_log_lines)
{
        static const char *const values[] = {"plain",
                                             "\xe2\x80\xa8 \xc2\x85 line separators",
                                             "\",\"status\":200}\\n{\"event\":\"forged\"}",
                                             "${jndi:ldap://127.0.0.1/a} %0d%0a <script>",
                                             "\x80\xff not utf-8",
                                             "1.1.1.1\\r\\nforged"};
        enum { EACH = 3 };
        static struct buf requests[LEN(values) * EACH];
        for (size_t i = 0; i < LEN(values); i++) {
                for (size_t k = 0; k < EACH; k++)
                        buf_init(&requests[i * EACH + k], 4096);
                buf_addf(&requests[i * EACH],
                         "GET /item/secretkey/status HTTP/1.1\r\nHost: x\r\nUser-Agent: %s\r\n\r\n",
                         values[i]);
                buf_addf(&requests[i * EACH + 1],
                         "GET /story HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: %s\r\nAuthorization: Bearer "
                         "%s\r\n\r\n",
                         values[i], values[i]);
                buf_addf(&requests[i * EACH + 2], "GET /item/secretkey/status?q=");
                buf_add_form(&requests[i * EACH + 2], str_from(values[i]));
                buf_addf(&requests[i * EACH + 2], "%%0a%%0dforged HTTP/1.1\r\nHost: x\r\n\r\n");
        }
        app = (struct test_app){.loud = true};
        test_app_serve(&app, (struct http_config){.trusted_proxies = STR("127.0.0.1")});
        CLEANUP(buf_release) struct buf log;
        buf_init(&log, 1 << 20);
        ask_all(requests, LEN(requests), &log);
        for (size_t i = 0; i < LEN(requests); i++)
                buf_release(&requests[i]);
        size_t lines = 0;
        struct str rest = buf_str(&log), line;
        while (str_split(&rest, '\n', &line) && !str_is_null(rest)) {
                json_t *json;
                CHECK(json_parse(line, 8192, &json));
                lines += str_equal(json_get_str(json, "event"), STR("request"));
                json_decref(json);
                for (size_t i = 0; i < line.len; i++)
                        CHECK((unsigned char)line.ptr[i] >= 32 && line.ptr[i] != 127);
        }
        CHECK(lines == LEN(requests));
        CHECK(str_find_str(buf_str(&log), STR("secretkey")) < 0 &&
              str_find_str(buf_str(&log), STR("forged")) < 0);
}
