#include "conf/key.h"

enum { KEY_MAX = 64 };

/* Letters to be changed, put in or taken out to make one of the other. */
static size_t distance(struct str from, struct str to)
{
        size_t row[KEY_MAX + 1];
        for (size_t j = 0; j <= to.len; j++)
                row[j] = j;
        for (size_t i = 0; i < from.len; i++) {
                size_t corner = row[0];
                row[0] = i + 1;
                for (size_t j = 0; j < to.len; j++) {
                        size_t other = corner + (from.ptr[i] != to.ptr[j]);
                        corner = row[j + 1];
                        row[j + 1] = MIN(other, MIN(row[j], corner) + 1);
                }
        }
        return row[to.len];
}

static size_t same_start(struct str one, struct str two)
{
        size_t len = 0;
        while (len < MIN(one.len, two.len) && one.ptr[len] == two.ptr[len])
                len++;
        return len;
}

/* How unlike two keys are; a start that they share says more than an end that they do not. */
static int unlike(struct str one, struct str two)
{
        return (int)distance(one, two) - (int)same_start(one, two);
}

/* The key that `name` may be a slip of; NULL where it is one of ours. */
static const char *nearest(struct str name)
{
        const char *best = NULL;
        int least = 0;
        for (size_t i = 0; i < conf_keys_len; i++) {
                struct str known = str_from(conf_keys[i].name);
                if (str_equal(known, name))
                        return NULL;
                int now = unlike(str_sub(name, 0, MIN(name.len, KEY_MAX)), known);
                if (best == NULL || now < least) {
                        best = conf_keys[i].name;
                        least = now;
                }
        }
        return best;
}

struct telling {
        const char *path;
        struct buf *notes;
};

static void tell(void *ctx, struct str key, int line)
{
        const struct telling *telling = ctx;
        const char *near = nearest(key);
        if (near)
                buf_addf(telling->notes,
                         "%s:%d: %.*s is no key of bonin and is not used; the nearest is %s\n", telling->path,
                         line, (int)MIN(key.len, KEY_MAX), key.ptr, near);
}

void conf_note_strangers(const char *path, const struct env_file *file, struct buf *notes)
{
        struct telling telling = {path, notes};
        env_file_each(file, tell, &telling);
}
