#include "http/multipart.h"

#include "http/media.h"

#include <assert.h>

enum rc multipart_boundary(struct str content_type, struct str *ret)
{
        struct media media;
        if (!media_parse(content_type, &media) || !str_equal_nocase(media.type, STR("multipart/form-data")))
                return RC_UNSUPPORTED_MEDIA_TYPE;
        struct str boundary = media_param(&media, "boundary");
        if (boundary.len == 0 || boundary.len > MULTIPART_BOUNDARY_MAX ||
            boundary.ptr[boundary.len - 1] == ' ')
                return RC_INVALID_REQUEST;
        for (size_t i = 0; i < boundary.len; i++)
                if (boundary.ptr[i] < 32 || boundary.ptr[i] > 126)
                        return RC_INVALID_REQUEST;
        *ret = boundary;
        return RC_OK;
}

void multipart_init(struct multipart *parser, struct str boundary, const struct multipart_events *events,
                    void *ctx)
{
        assert(boundary.len > 0 && boundary.len <= MULTIPART_BOUNDARY_MAX);
        *parser = (struct multipart){.events = events, .ctx = ctx, .preamble_blank = true};
        memcpy(parser->delimiter, "\r\n--", 4);
        memcpy(parser->delimiter + 4, boundary.ptr, boundary.len);
        parser->delimiter_len = boundary.len + 4;
        /* the first delimiter needs no line break before it */
        parser->matched = 2;
        parser->unsent = 2;
}

static enum rc malformed(struct multipart *parser, const char *why)
{
        parser->why = why;
        return RC_INVALID_REQUEST;
}

/* One line of a part's head, into *ret. False where it is malformed or repeats one that counts. */
static bool read_head_line(struct str line, struct media *disposition, struct multipart_head *ret)
{
        ssize_t colon = str_find(line, ':');
        if (colon <= 0 || !media_all_token(str_sub(line, 0, (size_t)colon)))
                return false;
        struct str name = str_sub(line, 0, (size_t)colon);
        struct str value = str_trim(str_sub(line, (size_t)colon + 1, line.len));
        for (size_t i = 0; i < value.len; i++)
                if (((unsigned char)value.ptr[i] < 32 && value.ptr[i] != '\t') || value.ptr[i] == 127)
                        return false;
        if (str_equal_nocase(name, STR("Content-Disposition")))
                return disposition->type.len == 0 && media_parse(value, disposition);
        if (str_equal_nocase(name, STR("Content-Type"))) {
                if (!str_is_null(ret->type))
                        return false;
                ret->type = value;
        }
        return true;
}

static enum rc read_head(struct multipart *parser)
{
        struct multipart_head head = {0};
        struct media disposition = {0};
        struct str rest = {parser->head, parser->head_len - 4};
        while (rest.len > 0) {
                ssize_t end = str_find_str(rest, STR("\r\n"));
                struct str line = end < 0 ? rest : str_sub(rest, 0, (size_t)end);
                if (!read_head_line(line, &disposition, &head))
                        return malformed(parser, "a part's head is malformed");
                rest = end < 0 ? STR("") : str_sub(rest, (size_t)end + 2, rest.len);
        }
        head.name = media_param(&disposition, "name");
        head.filename = media_param(&disposition, "filename");
        if (!str_equal_nocase(disposition.type, STR("form-data")) || head.name.len == 0)
                return malformed(parser, "a part has no name");
        if (head.name.len > MULTIPART_NAME_MAX || head.filename.len > MULTIPART_FILENAME_MAX)
                return malformed(parser, "a part's name is too long");
        if (parser->parts++ == HTTP_PARTS_MAX)
                return malformed(parser, "too many parts");
        return parser->events->begin(parser->ctx, &head);
}

static enum rc feed_head(struct multipart *parser, struct str bytes, size_t *at)
{
        while (*at < bytes.len) {
                if (parser->head_len == MULTIPART_HEAD_MAX)
                        return malformed(parser, "a part's head is too long");
                parser->head[parser->head_len++] = bytes.ptr[(*at)++];
                const char *end = parser->head + parser->head_len;
                if (parser->head_len == 2 && memcmp(parser->head, "\r\n", 2) == 0)
                        return malformed(parser, "a part has no head");
                if (parser->head_len < 4 || memcmp(end - 4, "\r\n\r\n", 4) != 0)
                        continue;
                parser->state = MULTIPART_DATA;
                return read_head(parser);
        }
        return RC_OK;
}

/* Bytes that turned out to be no delimiter. */
static enum rc give(struct multipart *parser, struct str bytes)
{
        if (bytes.len == 0)
                return RC_OK;
        if (parser->state == MULTIPART_DATA)
                return parser->events->data(parser->ctx, bytes);
        parser->preamble += bytes.len;
        if (str_trim(bytes).len > 0)
                parser->preamble_blank = false;
        return parser->preamble > MULTIPART_PREAMBLE_MAX
                   ? malformed(parser, "the form begins with something else")
                   : RC_OK;
}

/* Give back what was held as the beginning of a delimiter in bytes that are gone. */
static enum rc give_held(struct multipart *parser, size_t held)
{
        size_t from = parser->unsent;
        size_t len = MIN(held, parser->delimiter_len);
        enum rc rc = RC_OK;
        parser->unsent = 0;
        if (len > from)
                rc = give(parser, str_from_bytes(parser->delimiter + from, len - from));
        if (rc == RC_OK && held > parser->delimiter_len)
                rc = give(parser, str_from_bytes(&parser->tail, 1));
        return rc;
}

/* A delimiter has come whole, its line end or final hyphens too. */
static enum rc pass_delimiter(struct multipart *parser)
{
        bool last = parser->tail == '-';
        bool had_part = parser->state == MULTIPART_DATA;
        parser->matched = 0;
        parser->unsent = 0;
        parser->head_len = 0;
        parser->state = last ? MULTIPART_EPILOGUE : MULTIPART_HEAD;
        if (had_part)
                return parser->events->end(parser->ctx);
        if (last && !parser->preamble_blank)
                return malformed(parser, "the form begins with something else");
        return RC_OK;
}

/* Whether `c` goes on with the delimiter, as parser->matched says how far it came. */
static bool goes_on(struct multipart *parser, char c)
{
        if (parser->matched < parser->delimiter_len)
                return c == parser->delimiter[parser->matched];
        if (parser->matched == parser->delimiter_len) {
                parser->tail = c;
                return c == '-' || c == '\r';
        }
        return c == (parser->tail == '-' ? '-' : '\n');
}

/* Preamble and data: everything up to the delimiter. `from` is where ungiven bytes begin, `held` how many of
 * the matched ones lie before this piece. */
static enum rc feed_data(struct multipart *parser, struct str bytes, size_t *at)
{
        size_t from = *at, i = *at, held = parser->matched;
        while (i < bytes.len) {
                if (parser->matched == 0) {
                        const char *cr = memchr(bytes.ptr + i, '\r', bytes.len - i);
                        i = cr ? (size_t)(cr - bytes.ptr) + 1 : bytes.len;
                        parser->matched = cr ? 1 : 0;
                        continue;
                }
                if (goes_on(parser, bytes.ptr[i])) {
                        i++;
                        if (parser->matched++ <= parser->delimiter_len)
                                continue;
                        *at = i;
                        size_t behind = parser->matched - held; /* of the delimiter, in this piece */
                        enum rc rc = give(parser, str_sub(bytes, from, i - behind - from));
                        return rc == RC_OK ? pass_delimiter(parser) : rc;
                }
                size_t whole = parser->delimiter_len + 1;
                /* the CR behind a delimiter may itself begin the next */
                size_t again = parser->matched == whole && parser->tail == '\r' ? 1 : 0;
                size_t held_again = held == whole ? again : 0;
                enum rc rc = held ? give_held(parser, held - held_again) : RC_OK;
                if (rc != RC_OK)
                        return rc;
                held = held_again;
                parser->matched = again;
        }
        *at = bytes.len;
        return give(parser, str_sub(bytes, from, bytes.len - (parser->matched - held) - from));
}

enum rc multipart_feed(struct multipart *parser, struct str bytes)
{
        size_t at = 0;
        while (at < bytes.len && parser->state != MULTIPART_EPILOGUE) {
                enum rc rc = parser->state == MULTIPART_HEAD ? feed_head(parser, bytes, &at)
                                                             : feed_data(parser, bytes, &at);
                if (rc != RC_OK)
                        return rc;
        }
        return RC_OK;
}

enum rc multipart_finish(struct multipart *parser)
{
        bool untouched = parser->unsent == 2 && parser->matched == 2;
        if (parser->state != MULTIPART_EPILOGUE && !untouched)
                return malformed(parser, "the form breaks off");
        return RC_OK;
}
