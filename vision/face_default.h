/*
 * models/manifest.json as it was when this was built: what is used where the models' folder has none.
 */
#pragma once

extern const char face_default_manifest[];
extern const unsigned long face_default_manifest_len;
