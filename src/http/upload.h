/*
 * A multipart body on its way into the request's parts and the route's sink. Runs on story threads.
 */
#pragma once

#include "http/request.h"

struct upload;

/* RC_UNSUPPORTED_MEDIA_TYPE, RC_INVALID_REQUEST where the Content-Type is no form with a boundary. */
NODISCARD enum rc upload_new(struct http_request *request, void *ctx, struct upload **ret);
/* Take a piece. A failure is noted in the op, and all that follows is then passed over. */
void upload_feed(struct upload *upload, struct str bytes);
/* The body has ended. */
void upload_finish(struct upload *upload);
/* Lets the sink release its parts. NULL is fine. */
void upload_free(struct upload *upload);
