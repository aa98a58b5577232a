#include "vision/models.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

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

void vision_find_models(const char *model_dir, const char *data_dir, struct vision_models *ret)
{
        char own[MODELS_PATH_MAX];
        find_dir(model_dir, data_dir, own_folder(own) ? own : NULL, ret->dir);
}
