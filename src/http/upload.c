#include "http/upload.h"

#include "http/multipart.h"
#include "http/server.h"

struct upload {
        struct http_request *request;
        const struct http_route *route;
        void *ctx; /* the application's */
        struct multipart parser;
        struct http_part *part; /* the one that comes */
        struct buf text;        /* its value, where it is a text */
        unsigned begun;         /* bits of the parts that the sink was asked to open */
};

_Static_assert(HTTP_PARTS_MAX <= 8 * sizeof(unsigned), "a bit each in `begun`");

/* Files of the name that the route says may come more than once. */
static bool may_repeat(const struct upload *upload, const struct multipart_head *head)
{
        const char *name = upload->route->repeated;
        return name && head->filename.ptr && str_equal(head->name, str_from(name));
}

static bool has_part(const struct http_request *request, struct str name)
{
        for (size_t i = 0; i < request->parts_len; i++)
                if (str_equal(request->parts[i].name, name))
                        return true;
        return false;
}

/* The name is the client's: told to him, and not to the log. */
static enum rc repeated(struct http_request *request, struct str name)
{
        const char *field = arena_copy(&request->op.arena, name).ptr;
        op_fail(&request->op, RC_VALIDATION_FAILED, "two parts of one name");
        return op_fail_field(&request->op, RC_VALIDATION_FAILED, field ? field : "form",
                             "이 항목이 두 번 들어 있습니다. 한 번만 보내 주세요.",
                             "The form has this field twice. Send it once.");
}

static enum rc begin(void *ctx, const struct multipart_head *head)
{
        struct upload *upload = ctx;
        struct http_request *request = upload->request;
        struct arena *arena = &request->op.arena;
        if (request->parts_len == HTTP_PARTS_MAX)
                return op_fail(&request->op, RC_INVALID_REQUEST, "too many parts");
        if (has_part(request, head->name) && !may_repeat(upload, head))
                return repeated(request, head->name);
        struct http_part *part = &request->parts[request->parts_len];
        part->name = arena_copy(arena, head->name);
        part->filename = arena_copy(arena, head->filename);
        part->type = arena_copy(arena, head->type);
        if (str_is_null(part->name) || str_is_null(part->filename) != str_is_null(head->filename))
                return op_fail(&request->op, RC_BODY_TOO_LARGE, "the parts' heads are too large");
        upload->part = part;
        buf_clear(&upload->text);
        unsigned index = (unsigned)request->parts_len++;
        if (str_is_null(part->filename) || upload->route->sink == NULL)
                return RC_OK;
        upload->begun |= 1u << index;
        enum rc rc = upload->route->sink->open(upload->ctx, request, part);
        part->opened = rc == RC_OK;
        return rc;
}

static enum rc data(void *ctx, struct str bytes)
{
        struct upload *upload = ctx;
        struct op *op = &upload->request->op;
        struct http_part *part = upload->part;
        part->size += bytes.len;
        if (str_is_null(part->filename)) {
                buf_add(&upload->text, bytes);
                return buf_ok(&upload->text) ? RC_OK
                                             : op_fail(op, RC_BODY_TOO_LARGE, "a text part is too large");
        }
        if (upload->route->file_max && part->size > upload->route->file_max)
                return op_fail(op, RC_FILE_TOO_LARGE, "a file is too large");
        return part->opened ? upload->route->sink->write(upload->ctx, upload->request, part, bytes) : RC_OK;
}

static enum rc end(void *ctx)
{
        struct upload *upload = ctx;
        struct http_part *part = upload->part;
        if (str_is_null(part->filename)) {
                part->value = arena_copy(&upload->request->op.arena, buf_str(&upload->text));
                if (str_is_null(part->value))
                        return op_fail(&upload->request->op, RC_BODY_TOO_LARGE,
                                       "the text parts are too large");
        } else if (part->opened) {
                enum rc rc = upload->route->sink->close(upload->ctx, upload->request, part);
                if (rc != RC_OK)
                        return rc;
        }
        part->whole = true;
        upload->part = NULL;
        return RC_OK;
}

static const struct multipart_events events = {.begin = begin, .data = data, .end = end};

enum rc upload_new(struct http_request *request, void *ctx, struct upload **ret)
{
        struct str boundary;
        enum rc rc = multipart_boundary(http_request_header(request, "Content-Type"), &boundary);
        if (rc != RC_OK)
                return op_fail(&request->op, rc, "the body is not declared as a multipart form");
        struct upload *upload = x_new(1, sizeof(*upload));
        upload->request = request;
        upload->route = request->route;
        upload->ctx = ctx;
        buf_init_secret(&upload->text, HTTP_FIELD_MAX);
        multipart_init(&upload->parser, boundary, &events, upload);
        *ret = upload;
        return RC_OK;
}

static void note(struct upload *upload, enum rc rc)
{
        if (rc != RC_OK)
                op_fail(&upload->request->op, rc, "%s",
                        upload->parser.why ? upload->parser.why : "upload refused");
}

void upload_feed(struct upload *upload, struct str bytes)
{
        if (upload->request->op.rc == RC_OK)
                note(upload, multipart_feed(&upload->parser, bytes));
}

void upload_finish(struct upload *upload)
{
        if (upload->request->op.rc == RC_OK)
                note(upload, multipart_finish(&upload->parser));
}

void upload_free(struct upload *upload)
{
        if (upload == NULL)
                return;
        for (size_t i = 0; i < upload->request->parts_len; i++)
                if (upload->begun & (1u << i))
                        upload->route->sink->release(upload->ctx, upload->request,
                                                     &upload->request->parts[i]);
        buf_release(&upload->text);
        x_free(upload);
}
