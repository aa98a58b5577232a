/*
 * The public API: one row a call in routes.c, one thin file a resource. A handler decodes its fields from a
 * table, calls the story in check/, and encodes what came of it. Failures are worded in one place
 * (api_render_error).
 */
#pragma once

#include "base/emit.h"
#include "check/actor.h"
#include "check/session.h"
#include "http/server.h"
#include "store/apikey.h"

enum { API_ROUTES_MAX = 48 };

struct api {
        struct service *svc;
        /* NULL until it listens; by then workers run, and requests come in. */
        struct http_server *_Atomic server;
        /* For /readyz and /metrics: NULL where this process reads no images. */
        bool (*vision_ready)(void *ctx);
        void *vision_ctx;
        /* The rows of routes.c as the server wants them, in the same order: a row's place tells its twin. */
        struct http_route http_routes[API_ROUTES_MAX];
};

/* One call: what a handler works with. */
struct call {
        struct api *api;
        struct service *svc;
        struct http_request *request;
        struct http_reply *reply;
        struct op *op;         /* of the request */
        struct apikey *apikey; /* who asks; NULL: an applicant, or nobody */
};

/* Who may call. */
enum api_needs {
        NEEDS_NOBODY,            /* everybody; what the call takes is its own credential */
        NEEDS_NOBODY_KNOWS_KEYS, /* the same, but who has a key of any role is told more */
        NEEDS_RP,                /* a relying party, or an administrator */
        NEEDS_RP_UNLESS_PUBLIC,
        NEEDS_REVIEWER, /* a reviewer, or an administrator */
        NEEDS_ADMIN,
};

struct api_route {
        enum http_method method;
        const char *pattern;
        enum rc (*run)(struct call *call);
        enum api_needs needs;
        bool uncounted;  /* not against API_PER_HOUR */
        unsigned flags;  /* enum http_route_flags */
        size_t body_max; /* 0: HTTP_BODY_MAX */
        size_t file_max; /* of an upload's files */
        const struct http_sink *sink;
        const char *repeated; /* files of this name may be several */
};

extern const struct api_route api_routes[];
extern const size_t api_routes_len;

/* The row that a request was routed to. */
const struct api_route *api_route_of(const struct api *api, const struct http_request *request);

/* Fill *ret for http_server_open. */
void api_app(struct api *api, struct http_app *ret);
/* Wake the event streams of a session; for service.on_change, with the api as its ctx. */
void api_session_changed(void *ctx, const char *session_id);

/* Whether the caller is told what an applicant would learn by: the relying party whose session it is, and the
 * office. */
bool api_may_know_signs(const struct call *call, const struct session *session);

/* Who calls, and whether they may, and may now: by key, role and the limit of their address. Done before a
 * handler runs; an upload's sink asks before it stores the first byte. Once per request. */
NODISCARD enum rc api_guard(struct api *api, struct http_request *request, struct apikey **ret_apikey);
NODISCARD enum rc api_limit(struct api *api, struct http_request *request);

/* {success: true, message, data: …, errors: null}: open, emit members of data, close. */
struct emit api_open_data(struct call *call);
void api_close_data(struct call *call, struct emit *emit);
/* The same with data that is JSON already. */
void api_data_raw(struct call *call, struct str json);
/* For http_app. */
void api_render_error(void *ctx, struct http_request *request, struct http_reply *reply);

/* What every telling of a session begins with: id, status, steps, score. */
void api_emit_view(struct emit *emit, const struct session *session, const struct session_view *view);

/* `page` and `page_size` of the query, and the members that end a page of a list. */
NODISCARD enum rc api_page(struct call *call, struct page *ret);
void api_close_page(struct emit *emit, struct page page, int64_t total);
/* VALIDATION_FAILED of a query parameter; static texts. */
enum rc api_bad_query(struct call *call, const char *name, const char *ko, const char *en);
/* A query parameter that is a date or a time; 0 where absent. `end`: of a bare date, its last moment. */
NODISCARD enum rc api_query_time(struct call *call, const char *name, bool end, int64_t *ret_ms);

/* Who calls, as the log tells it; of a route that needs a key. */
struct actor api_actor(const struct call *call);
/* A look at a list that shows persons, masked as it is: to be noted before it is answered. `session_id`: of
 * whom alone, or null; `what`: JSON. */
NODISCARD enum rc api_note_list(struct call *call, struct str session_id, const char *reason,
                                struct str what);

/* Handlers. */
enum rc api_consent_text(struct call *call);
enum rc api_consent_give(struct call *call);
enum rc api_session_create(struct call *call);
enum rc api_session_status(struct call *call);
enum rc api_session_events(struct call *call);
enum rc api_phone_send(struct call *call);
enum rc api_phone_verify(struct call *call);
enum rc api_phone_report(struct call *call);
enum rc api_email_send(struct call *call);
enum rc api_email_verify(struct call *call);
enum rc api_email_page(struct call *call);
enum rc api_email_confirm(struct call *call);
enum rc api_id_card_upload(struct call *call);
enum rc api_id_card_status(struct call *call);
enum rc api_face_challenge(struct call *call);
enum rc api_face_upload(struct call *call);
enum rc api_face_status(struct call *call);
enum rc api_complete(struct call *call);
enum rc api_introspect(struct call *call);
enum rc api_stats(struct call *call);
enum rc api_logs(struct call *call);
enum rc api_sessions(struct call *call);
enum rc api_session_reveal(struct call *call);
enum rc api_session_erase(struct call *call);
enum rc api_log_inclusion(struct call *call);
enum rc api_log_consistency(struct call *call);
enum rc api_log_checkpoint(struct call *call);
enum rc api_log_key(struct call *call);
enum rc api_log_tile(struct call *call);
enum rc api_log_entries(struct call *call);
enum rc api_healthz(struct call *call);
enum rc api_readyz(struct call *call);
enum rc api_metrics(struct call *call);
enum rc api_jwks(struct call *call);
enum rc api_asset(struct call *call);

extern const struct http_sink api_image_sink;
