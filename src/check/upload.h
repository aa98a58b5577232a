/*
 * An image on its way in. It is sealed while it streams, with a key of its own that is known only to the job
 * that will read it: an upload that leads nowhere leaves nothing that anybody could open.
 */
#pragma once

#include "check/service.h"

enum { UPLOAD_HEAD_LEN = 8 };

struct upload {
        struct blob_writer *writer; /* NULL: none came, or it was handed over */
        uint8_t key[SEAL_KEY_LEN];
        char id[RANDOM_ID_MAX]; /* of the blob */
        size_t len;
        uint8_t head[UPLOAD_HEAD_LEN];
        bool committed;
};

NODISCARD enum rc upload_open(struct op *op, struct service *svc, struct upload *ret);
/* RC_FILE_TOO_LARGE past the configured size; RC_UNSUPPORTED_IMAGE_FORMAT as soon as the content is neither
 * JPEG nor PNG, whatever the file is called. */
NODISCARD enum rc upload_write(struct op *op, struct service *svc, struct upload *upload, struct str bytes);
/* Make it durable. RC_MISSING_FILE where it is empty or none came; `field` is the form's name of it. */
NODISCARD enum rc upload_commit(struct op *op, struct upload *upload, const char *field);
/* Undo, also after upload_commit, unless upload_keep was called. Wipes the key. */
void upload_release(struct op *op, struct service *svc, struct upload *upload);
/* The blob now belongs to a committed job. */
void upload_keep(struct upload *upload);
