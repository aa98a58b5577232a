#include "cmd/operator.h"

#include <fcntl.h>
#include <pwd.h>
#include <stdio.h>
#include <unistd.h>

/* The kernel keeps who logged in through su and sudo. False where nobody has, as in a container. */
static bool login_uid(uid_t *ret)
{
        char text[16];
        int64_t number;
        CLEANUP(fd_close) int fd = open("/proc/self/loginuid", O_RDONLY | O_CLOEXEC);
        ssize_t len = fd < 0 ? -1 : read(fd, text, sizeof(text));
        if (len <= 0 || !str_to_int(str_trim(str_from_bytes(text, (size_t)len)), 0, UINT32_MAX - 1, &number))
                return false;
        *ret = (uid_t)number;
        return true;
}

void operator_find(struct operator* ret)
{
        struct passwd entry, *found = NULL;
        char lines[4096];
        uid_t uid = getuid();
        (void)login_uid(&uid);
        *ret = (struct operator){.actor = {.kind = "operator"}};
        snprintf(ret->id, sizeof(ret->id), "%u", (unsigned)uid);
        snprintf(ret->name, sizeof(ret->name), "%s",
                 getpwuid_r(uid, &entry, lines, sizeof(lines), &found) == 0 && found ? found->pw_name
                                                                                     : ret->id);
        if (gethostname(ret->host, sizeof(ret->host) - 1) != 0)
                snprintf(ret->host, sizeof(ret->host), "localhost");
        ret->actor.id = str_from(ret->id);
        ret->actor.name = str_from(ret->name);
        ret->actor.host = str_from(ret->host);
}
