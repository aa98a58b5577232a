/*
 * Uploads: the images stream into sealed blobs while they come; what they are for is decided when the form is
 * whole.
 */
#include "api/field.h"
#include "check/id_card.h"
#include "check/selfie.h"

static const char frames_name[] = "frames"; /* of which there are several */
static const char *const image_names[] = {"front_image", "back_image", "selfie_image"};

/* Before the first byte is stored: may this address call, and may this session take a picture now? */
static enum rc admit(struct api *api, struct http_request *request)
{
        struct apikey *apikey;
        if (request->upload)
                return RC_OK;
        if (api_guard(api, request, &apikey) != RC_OK)
                return request->op.rc;
        request->upload = request; /* any mark will do: asked once a request */
        struct str key = STR_NULL;
        if (field_of_form(request, "session_key", &key) != RC_OK)
                return request->op.rc;
        if (str_is_null(key))
                return RC_OK; /* it may stand behind the images: asked again when the form is whole */
        bool face = api_route_of(api, request)->run == api_face_upload;
        return picture_ask(&request->op, api->svc, key, face ? STEP_FACE : STEP_ID_CARD);
}

/* The frames go into one blob, which the first of their parts has opened. */
static enum rc open_upload(struct api *api, struct http_request *request, struct http_part *part)
{
        bool frames = str_equal(part->name, str_from(frames_name));
        part->file = frames ? http_request_part(request, frames_name)->file : NULL;
        if (part->file)
                return upload_next_frame(&request->op, part->file);
        part->file = arena_alloc(&request->op.arena, sizeof(struct upload));
        if (part->file == NULL)
                return op_fail(&request->op, RC_UNAVAILABLE, "request memory is full");
        return upload_open(&request->op, api->svc, frames, part->file);
}

static enum rc sink_open(void *ctx, struct http_request *request, struct http_part *part)
{
        struct api *api = ctx;
        const char *repeated = api_route_of(api, request)->repeated;
        bool known = repeated && str_equal(part->name, str_from(repeated));
        for (size_t i = 0; i < LEN(image_names); i++)
                known = known || str_equal(part->name, str_from(image_names[i]));
        if (!known)
                return op_fail_field(&request->op, RC_VALIDATION_FAILED, "form",
                                     "알 수 없는 파일 항목입니다.", "A file part of that name is not taken.");
        return admit(api, request) == RC_OK ? open_upload(api, request, part) : request->op.rc;
}

static enum rc sink_write(void *ctx, struct http_request *request, struct http_part *part, struct str bytes)
{
        struct api *api = ctx;
        return upload_write(&request->op, api->svc, part->file, bytes);
}

static enum rc sink_close(void *ctx, struct http_request *request, struct http_part *part)
{
        (void)ctx;
        (void)request;
        (void)part;
        return RC_OK; /* durable once it is submitted */
}

static void sink_release(void *ctx, struct http_request *request, struct http_part *part)
{
        struct api *api = ctx;
        if (part->file)
                upload_release(&request->op, api->svc, part->file);
}

const struct http_sink api_image_sink = {sink_open, sink_write, sink_close, sink_release};

static struct upload *upload_of(struct http_request *request, const char *name)
{
        struct http_part *part = http_request_part(request, name);
        return part ? part->file : NULL;
}

static enum rc need_key(struct call *call, struct str *ret_key)
{
        *ret_key = STR_NULL;
        if (field_of_form(call->request, "session_key", ret_key) != RC_OK)
                return call->op->rc;
        if (str_is_null(*ret_key))
                return op_fail_field(call->op, RC_VALIDATION_FAILED, "session_key", "필수 항목입니다.",
                                     "This field is required.");
        return RC_OK;
}

static enum rc accepted(struct call *call, const char *id)
{
        struct emit emit = api_open_data(call);
        emit_text(&emit, "verification_id", id);
        emit_text(&emit, "status", check_status_name(CHECK_PENDING));
        api_close_data(call, &emit);
        return RC_OK;
}

enum rc api_id_card_upload(struct call *call)
{
        struct str key, type = STR_NULL;
        char id[ID_MAX];
        if (need_key(call, &key) != RC_OK || field_of_form(call->request, "id_card_type", &type) != RC_OK ||
            picture_ask(call->op, call->svc, key, STEP_ID_CARD) != RC_OK ||
            id_card_submit(call->op, call->svc, key, type, upload_of(call->request, "front_image"),
                           upload_of(call->request, "back_image"), id) != RC_OK)
                return call->op->rc;
        return accepted(call, id);
}

enum rc api_face_upload(struct call *call)
{
        struct str key;
        char id[ID_MAX];
        struct challenge_answer answer = {.frames = upload_of(call->request, frames_name)};
        if (need_key(call, &key) != RC_OK ||
            field_of_form(call->request, "challenge", &answer.nonce) != RC_OK ||
            field_of_form(call->request, "frame_times", &answer.times) != RC_OK ||
            picture_ask(call->op, call->svc, key, STEP_FACE) != RC_OK ||
            selfie_submit(call->op, call->svc, key, upload_of(call->request, "selfie_image"), &answer, id) !=
                RC_OK)
                return call->op->rc;
        return accepted(call, id);
}
