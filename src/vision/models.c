#include "vision/models.h"

#include "base/json.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MANIFEST_MAX = 256 * 1024 };

/* Folders of models beside the program: as built, as built from a source tree, as installed. */
static const char *const places[] = {"models", "../models", "../share/bonin/models"};

static bool join(char ret[MODELS_PATH_MAX], const char *dir, const char *name)
{
        int len = snprintf(ret, MODELS_PATH_MAX, "%s/%s", dir, name);
        return len > 0 && len < MODELS_PATH_MAX;
}

/* The folder of our own executable, without a slash at the end. */
static bool own_folder(char ret[MODELS_PATH_MAX])
{
        ssize_t len = readlink("/proc/self/exe", ret, MODELS_PATH_MAX - 1);
        ret[len > 0 ? len : 0] = '\0';
        char *slash = strrchr(ret, '/');
        if (slash)
                *slash = '\0';
        return slash != NULL;
}

static bool is_folder(const char *path)
{
        struct stat info;
        return stat(path, &info) == 0 && S_ISDIR(info.st_mode);
}

/* Whether the file is a manifest of ours: it says at which likeness two faces are one person's. Folders of
 * models bring lists of another form along. */
static bool is_manifest(const char *path)
{
        CLEANUP(fd_close) int fd = open(path, O_RDONLY | O_CLOEXEC);
        struct stat info;
        if (fd < 0 || fstat(fd, &info) != 0 || info.st_size <= 0 || info.st_size > MANIFEST_MAX)
                return false;
        char *text = x_new(1, (size_t)info.st_size);
        json_auto_t *json = NULL;
        bool ours = fd_read_all(fd, text, (size_t)info.st_size) &&
                    json_parse(str_from_bytes(text, (size_t)info.st_size), MANIFEST_MAX, &json) &&
                    json_is_object(json_object_get(json, "similarity"));
        x_free(text);
        return ours;
}

static void find_dir(const char *model_dir, const char *data_dir, const char *own, char ret[MODELS_PATH_MAX])
{
        if (model_dir && model_dir[0]) {
                snprintf(ret, MODELS_PATH_MAX, "%s", model_dir);
                return;
        }
        if (data_dir && data_dir[0] && join(ret, data_dir, "models") && is_folder(ret))
                return;
        for (size_t i = 0; own && i < LEN(places); i++)
                if (join(ret, own, places[i]) && is_folder(ret))
                        return;
        ret[0] = '\0';
}

static void find_manifest(const char *dir, const char *own, char ret[MODELS_PATH_MAX])
{
        if (dir[0] && join(ret, dir, "manifest.json") && is_manifest(ret))
                return;
        for (size_t i = 0; own && i < LEN(places); i++) {
                char folder[MODELS_PATH_MAX];
                if (join(folder, own, places[i]) && join(ret, folder, "manifest.json") && is_manifest(ret))
                        return;
        }
        ret[0] = '\0';
}

void vision_find_models(const char *model_dir, const char *data_dir, struct vision_models *ret)
{
        char own[MODELS_PATH_MAX];
        bool known = own_folder(own);
        find_dir(model_dir, data_dir, known ? own : NULL, ret->dir);
        find_manifest(ret->dir, known ? own : NULL, ret->manifest);
}
