#include "http/head.h"

enum { USER_AGENT_MAX = 256 };

/* The weight of `ko;q=0.8`: in thousandths, 0 where it is malformed or refused. */
static int weight(struct str params)
{
        struct str param;
        while (str_split(&params, ';', &param)) {
                param = str_trim(param);
                if (param.len < 2 || (param.ptr[0] | 0x20) != 'q' || param.ptr[1] != '=')
                        continue;
                double q;
                return str_to_double(str_sub(param, 2, param.len), 0, 1, &q) ? (int)(q * 1000) : 0;
        }
        return 1000;
}

/* Whether a range such as "ko-KR" is of this language. */
static bool speaks(struct str range, struct str lang)
{
        return str_equal_nocase(str_sub(range, 0, lang.len), lang) &&
               (range.len == lang.len || range.ptr[lang.len] == '-');
}

enum lang head_language(struct str accept_language)
{
        int best[2] = {[LANG_KO] = 0, [LANG_EN] = 0};
        struct str rest = accept_language, item;
        int first = -1;
        while (str_split(&rest, ',', &item)) {
                struct str range;
                if (!str_split(&item, ';', &range))
                        continue;
                range = str_trim(range);
                int lang = speaks(range, STR("ko")) ? LANG_KO : speaks(range, STR("en")) ? LANG_EN : -1;
                int q = lang < 0 ? 0 : weight(item);
                if (q == 0)
                        continue;
                best[lang] = MAX(best[lang], q);
                if (first < 0)
                        first = lang;
        }
        if (best[LANG_KO] == best[LANG_EN])
                return first == LANG_EN ? LANG_EN : LANG_KO;
        return best[LANG_EN] > best[LANG_KO] ? LANG_EN : LANG_KO;
}

struct str head_user_agent(struct arena *arena, struct str value)
{
        struct str copy = arena_copy(arena, str_sub(value, 0, USER_AGENT_MAX));
        char *at = (char *)copy.ptr;
        size_t len = 0;
        for (size_t i = 0; i < copy.len; i++)
                if ((unsigned char)copy.ptr[i] >= 32 && copy.ptr[i] != 127)
                        at[len++] = copy.ptr[i];
        return (struct str){copy.ptr, len};
}
