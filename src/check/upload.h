/*
 * Images on their way in. They are sealed while they stream, with a key of their own that is known only to
 * the job that will read them: an upload that leads nowhere leaves nothing that anybody could open. The
 * frames of a challenge lie one behind another in one blob.
 */
#pragma once

#include "check/service.h"
#include "doc/challenge.h"

enum {
        UPLOAD_HEAD_LEN = 8,
        UPLOAD_FRAME_BYTES_MAX = 1024 * 1024,
        UPLOAD_FRAMES_BYTES_MAX = 12 * 1024 * 1024, /* all together */
};

struct upload {
        struct blob_writer *writer; /* NULL: none came, or it was handed over */
        uint8_t key[SEAL_KEY_LEN];
        char id[RANDOM_ID_MAX]; /* of the blob */
        size_t len;
        uint8_t head[UPLOAD_HEAD_LEN]; /* of the image that comes */
        bool committed;
        bool frames; /* of a challenge: small, and JPEG alone */
        size_t lens[FRAMES_MAX], images;
};

/* Begin with an image. `frames`: it is the first of a challenge's. */
NODISCARD enum rc upload_open(struct op *op, struct service *svc, bool frames, struct upload *ret);
/* Another frame begins. RC_VALIDATION_FAILED past FRAMES_MAX. */
NODISCARD enum rc upload_next_frame(struct op *op, struct upload *upload);
/* RC_FILE_TOO_LARGE past the configured size, or that of frames; RC_UNSUPPORTED_IMAGE_FORMAT as soon as the
 * content is neither JPEG nor PNG, whatever the file is called. */
NODISCARD enum rc upload_write(struct op *op, struct service *svc, struct upload *upload, struct str bytes);
/* Make it durable. RC_MISSING_FILE where it is empty or none came; `field` is the form's name of it. */
NODISCARD enum rc upload_commit(struct op *op, struct upload *upload, const char *field);
/* Undo, also after upload_commit, unless upload_keep was called. Wipes the key. */
void upload_release(struct op *op, struct service *svc, struct upload *upload);
/* The blob now belongs to a committed job. */
void upload_keep(struct upload *upload);
