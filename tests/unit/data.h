/*
 * Test data from outside the repository: the folder BONIN_DATA names, or ../shared/data. What is missing
 * skips the test by name.
 */
#pragma once

#include "base/buf.h"
#include "base/json.h"
#include "base/op.h"

/* The file below the data folder; ends the test as skipped where it is missing. */
void data_read(const char *name, struct buf *ret);
/* The folder of models: BONIN_MODELS, MODEL_DIR, or ../shared/models. */
const char *data_models(void);
/* As data_read, of that folder. */
void data_model(const char *name, struct buf *ret);
/* As data_read, parsed; json_decref it. */
json_t *data_json(const char *name);
/* A clean picture of a document of that type, and its entry of the manifest (borrowed from `manifest`, which
 * data_json gave of documents); ends the test as skipped where there is none. */
const json_t *data_clean_card(const json_t *manifest, const char *type, struct buf *ret);
/* Calls `each` with the name, less `suffix`, of every file of a data folder that ends so; ends the test as
 * skipped where the folder is missing. */
void data_each(const char *folder, const char *suffix, void (*each)(void *ctx, const char *stem), void *ctx);
/* Calls `each` with the name, as data_read takes it, of every file of a data folder and those within, in
 * alphabetical order; ends the test as skipped where the folder is missing. */
void data_walk(const char *folder, void (*each)(void *ctx, const char *name), void *ctx);
/* A member in hex, decoded and appended. False where it is missing or not hex. */
bool data_hex(const json_t *object, const char *key, struct buf *ret);
/* A new empty folder below TMPDIR, removed by test_folder_remove. */
void test_folder_make(char ret[64]);
void test_folder_remove(const char *path);
/* An op with 1 MiB of memory and 10 s. */
void test_op_init(struct op *op);
