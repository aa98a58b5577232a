#include "doc/email.h"

enum { LOCAL_MAX = 64, ADDRESS_MAX = 254, LABEL_MAX = 63 };

static bool is_alnum(char c)
{
        return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

/* dot-atom: atoms with single dots between them */
static bool local_valid(struct str local)
{
        if (local.len == 0 || local.len > LOCAL_MAX)
                return false;
        struct str rest = local, atom;
        while (str_split(&rest, '.', &atom)) {
                if (atom.len == 0)
                        return false;
                for (size_t i = 0; i < atom.len; i++)
                        if (!is_alnum(atom.ptr[i]) &&
                            (atom.ptr[i] == '\0' || strchr("!#$%&'*+-/=?^_`{|}~", atom.ptr[i]) == NULL))
                                return false;
        }
        return true;
}

static bool label_valid(struct str label)
{
        if (label.len == 0 || label.len > LABEL_MAX || label.ptr[0] == '-' || label.ptr[label.len - 1] == '-')
                return false;
        for (size_t i = 0; i < label.len; i++)
                if (!is_alnum(label.ptr[i]) && label.ptr[i] != '-')
                        return false;
        return true;
}

/* At least two labels, and the last begins with a letter, as every top-level domain does: 192.0.2.1 is none.
 */
static bool domain_valid(struct str domain)
{
        struct str rest = domain, label = STR_NULL;
        size_t labels = 0;
        while (str_split(&rest, '.', &label)) {
                if (!label_valid(label))
                        return false;
                labels++;
        }
        return labels >= 2 && label.len >= 2 && !(label.ptr[0] >= '0' && label.ptr[0] <= '9');
}

bool email_parse(struct str text, struct email *ret)
{
        while (text.len > 0 && text.ptr[0] == ' ')
                text = str_sub(text, 1, text.len);
        while (text.len > 0 && text.ptr[text.len - 1] == ' ')
                text.len--;
        ssize_t at = str_find(text, '@');
        if (text.len > ADDRESS_MAX || at < 0)
                return false;
        struct str local = str_sub(text, 0, (size_t)at);
        struct str domain = str_sub(text, (size_t)at + 1, text.len);
        if (!local_valid(local) || !domain_valid(domain))
                return false;
        memcpy(ret->text, text.ptr, text.len);
        for (size_t i = (size_t)at + 1; i < text.len; i++)
                if (ret->text[i] >= 'A' && ret->text[i] <= 'Z')
                        ret->text[i] = (char)(ret->text[i] | 0x20);
        ret->text[text.len] = '\0';
        return true;
}
