#include "api/api.h"
#include "check/upload.h"

#define API          "/api/verification"
#define FILE_MAX     ((size_t)10 * 1024 * 1024)
#define FACE_MAX     (FILE_MAX + UPLOAD_FRAMES_BYTES_MAX + 64 * 1024)
#define TWO_FILE_MAX (2 * FILE_MAX + 64 * 1024)

/* clang-format off */
const struct api_route api_routes[] = {
    {HTTP_POST, API "/session/create", api_session_create, .needs = NEEDS_RP_UNLESS_PUBLIC},
    {HTTP_GET, API "/session/{session_key}/status", api_session_status},
    {HTTP_GET, API "/session/{session_key}/events", api_session_events},
    {HTTP_POST, API "/session/{session_key}/consent", api_consent_give},
    {HTTP_GET, API "/consent", api_consent_text, .flags = HTTP_INLINE},
    {HTTP_POST, API "/phone/send", api_phone_send},
    {HTTP_POST, API "/phone/verify", api_phone_verify},
    {HTTP_POST, API "/phone/status-callback", api_phone_report, .uncounted = true},
    {HTTP_POST, API "/email/send", api_email_send},
    {HTTP_POST, API "/email/verify", api_email_verify},
    {HTTP_GET, API "/email/confirm", api_email_page},
    {HTTP_POST, API "/email/confirm", api_email_confirm},
    {HTTP_POST, API "/id-card/upload", api_id_card_upload, .flags = HTTP_UPLOAD, .body_max = TWO_FILE_MAX,
     .file_max = FILE_MAX, .sink = &api_image_sink},
    {HTTP_GET, API "/id-card/{verification_id}/status", api_id_card_status,
     .needs = NEEDS_NOBODY_KNOWS_KEYS},
    {HTTP_POST, API "/face/challenge", api_face_challenge},
    {HTTP_POST, API "/face/upload", api_face_upload, .flags = HTTP_UPLOAD, .body_max = FACE_MAX,
     .file_max = FILE_MAX, .sink = &api_image_sink, .repeated = "frames"},
    {HTTP_GET, API "/face/{verification_id}/status", api_face_status,
     .needs = NEEDS_NOBODY_KNOWS_KEYS},
    {HTTP_POST, API "/complete/{session_key}", api_complete, .needs = NEEDS_NOBODY_KNOWS_KEYS},
    {HTTP_POST, API "/token/introspect", api_introspect, .needs = NEEDS_RP},
    {HTTP_GET, API "/stats", api_stats, .needs = NEEDS_REVIEWER},
    {HTTP_GET, API "/logs", api_logs, .needs = NEEDS_REVIEWER},
    {HTTP_GET, API "/sessions", api_sessions, .needs = NEEDS_REVIEWER},
    {HTTP_POST, API "/sessions/{session_id}/reveal", api_session_reveal, .needs = NEEDS_REVIEWER},
    {HTTP_DELETE, API "/sessions/{session_id}", api_session_erase, .needs = NEEDS_ADMIN},

    {HTTP_GET, API "/log/inclusion", api_log_inclusion, .needs = NEEDS_REVIEWER},
    {HTTP_GET, API "/log/consistency", api_log_consistency},
    {HTTP_GET, "/log/checkpoint", api_log_checkpoint},
    {HTTP_GET, "/log/key", api_log_key},
    {HTTP_GET, "/log/tile/entries/{path*}", api_log_entries, .needs = NEEDS_REVIEWER},
    {HTTP_GET, "/log/tile/{path*}", api_log_tile},

    {HTTP_GET, "/healthz", api_healthz, .flags = HTTP_INLINE},
    {HTTP_GET, "/readyz", api_readyz, .uncounted = true},
    {HTTP_GET, "/metrics", api_metrics, .uncounted = true},
    {HTTP_GET, "/.well-known/jwks.json", api_jwks, .flags = HTTP_INLINE},
    {HTTP_GET, "/", api_asset, .flags = HTTP_INLINE},
    {HTTP_GET, "/api/docs", api_asset, .flags = HTTP_INLINE},
    {HTTP_GET, "/api/openapi.json", api_asset, .flags = HTTP_INLINE},
    {HTTP_GET, "/assets/{name*}", api_asset, .flags = HTTP_INLINE},
};
/* clang-format on */

const size_t api_routes_len = LEN(api_routes);
_Static_assert(LEN(api_routes) <= API_ROUTES_MAX, "API_ROUTES_MAX is too small");
