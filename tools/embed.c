/*
 * usage: embed FOLDER OUT.c
 *
 * Writes every file under FOLDER, compressed, as a C table (src/web/assets.h). The tree of the folder is the
 * tree of addresses: X/index.html becomes /X, everything else keeps its name. Same input, same output.
 */
#include <errno.h>
#include <ftw.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <zlib.h>

enum { FILES_MAX = 256, LINE_BYTES = 32, GZIP_WINDOW = 15 + 16, GZIP_MEMORY = 9, OPEN_MAX_FOLDERS = 8 };

#define PAGE_CSP                                                                                             \
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; "              \
        "media-src 'self' blob:; connect-src 'self'; font-src 'self'; form-action 'self'; "                  \
        "base-uri 'none'; frame-ancestors 'none'"

struct file {
        char *path; /* of the file system */
        char *url;
        unsigned char *bytes;
        size_t len;
};

static const struct {
        const char *suffix;
        const char *content_type;
} types[] = {
    {".html", "text/html; charset=utf-8"},
    {".js", "text/javascript; charset=utf-8"},
    {".css", "text/css; charset=utf-8"},
    {".json", "application/json; charset=utf-8"},
    {".svg", "image/svg+xml"},
    {".png", "image/png"},
    {".txt", "text/plain; charset=utf-8"},
    {".woff2", "font/woff2"},
};

/* nftw has no argument to pass them in. */
static struct file files[FILES_MAX];
static size_t files_len;
static size_t root_len;

static void die(const char *what, const char *name)
{
        fprintf(stderr, "embed: %s: %s: %s\n", name, what, errno ? strerror(errno) : "refused");
        exit(1);
}

static void *take(void *ptr)
{
        if (!ptr)
                die("memory", "embed");
        return ptr;
}

static bool ends_with(const char *text, const char *suffix)
{
        size_t len = strlen(text), suffix_len = strlen(suffix);

        return len >= suffix_len && strcmp(text + len - suffix_len, suffix) == 0;
}

static char *url_of(const char *path)
{
        char *url = take(strdup(path + root_len));
        size_t len = strlen(url);

        if (ends_with(url, "/index.html")) {
                len -= strlen("/index.html");
                url[len == 0 ? 1 : len] = '\0';
        }
        return url;
}

static int visit(const char *path, const struct stat *info, int kind, struct FTW *ftw)
{
        struct file *file = &files[files_len];
        FILE *stream;

        (void)ftw;
        if (kind == FTW_D)
                return 0;
        if (kind != FTW_F || files_len == FILES_MAX)
                die("not a file, or one too many", path);
        file->path = take(strdup(path));
        file->url = url_of(path);
        file->len = (size_t)info->st_size;
        file->bytes = take(malloc(file->len + 1));
        stream = fopen(path, "rb");
        if (!stream || fread(file->bytes, 1, file->len, stream) != file->len || fclose(stream) != 0)
                die("read", path);
        files_len++;
        return 0;
}

static int by_url(const void *a, const void *b)
{
        return strcmp(((const struct file *)a)->url, ((const struct file *)b)->url);
}

static const char *type_of(const char *path)
{
        for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
                if (ends_with(path, types[i].suffix))
                        return types[i].content_type;
        errno = 0;
        die("no content type is known for it", path);
        return NULL;
}

/* Vite names what never changes NAME-HASH.ext with eight characters of hash. */
static bool is_hashed(const char *url)
{
        const char *dot = strrchr(url, '.');

        return dot && strncmp(url, "/assets/", strlen("/assets/")) == 0 && dot - url > 9 && dot[-9] == '-';
}

/* FNV-1a: tells versions apart, and need not withstand anybody. */
static uint64_t hash(const unsigned char *bytes, size_t len)
{
        uint64_t h = UINT64_C(0xcbf29ce484222325);

        for (size_t i = 0; i < len; i++)
                h = (h ^ bytes[i]) * UINT64_C(0x100000001b3);
        return h;
}

static unsigned char *compress_file(const struct file *file, size_t *ret_len)
{
        z_stream z = {0};
        unsigned char *out;
        size_t bound;

        if (deflateInit2(&z, Z_BEST_COMPRESSION, Z_DEFLATED, GZIP_WINDOW, GZIP_MEMORY, Z_DEFAULT_STRATEGY) !=
            Z_OK)
                die("deflate", file->path);
        bound = deflateBound(&z, file->len);
        out = take(malloc(bound));
        z.next_in = file->bytes;
        z.avail_in = (uInt)file->len;
        z.next_out = out;
        z.avail_out = (uInt)bound;
        if (deflate(&z, Z_FINISH) != Z_STREAM_END)
                die("deflate", file->path);
        *ret_len = z.total_out;
        (void)deflateEnd(&z);
        return out;
}

static void write_bytes(FILE *out, const unsigned char *bytes, size_t len)
{
        for (size_t i = 0; i < len; i++) {
                if (i % LINE_BYTES == 0)
                        fputs(i == 0 ? "\"" : "\"\n\"", out);
                fprintf(out, "\\%03o", bytes[i]);
        }
        fputs("\"", out);
}

static void write_file(FILE *out, const struct file *file)
{
        size_t len;
        unsigned char *gzip = compress_file(file, &len);

        fprintf(out, "{\"%s\", \"%s\", \"W/\\\"%016llx\\\"\", \"%s\", ", file->url, type_of(file->path),
                (unsigned long long)hash(file->bytes, file->len),
                is_hashed(file->url) ? "public, max-age=31536000, immutable" : "no-cache");
        fprintf(out, "%s,\n{", ends_with(file->path, ".html") ? "\"" PAGE_CSP "\"" : "NULL");
        write_bytes(out, gzip, len);
        fprintf(out, ", %zu}, %zu},\n", len, file->len);
        free(gzip);
}

int main(int argc, char **argv)
{
        FILE *out;

        if (argc != 3) {
                fputs("usage: embed FOLDER OUT.c\n", stderr);
                return 2;
        }
        root_len = strlen(argv[1]);
        if (nftw(argv[1], visit, OPEN_MAX_FOLDERS, FTW_PHYS) != 0 || files_len == 0)
                die("no files", argv[1]);
        qsort(files, files_len, sizeof(files[0]), by_url);

        out = fopen(argv[2], "w");
        if (!out)
                die("write", argv[2]);
        fputs("#include \"web/assets.h\"\n\nconst struct web_asset web_assets[] = {\n", out);
        for (size_t i = 0; i < files_len; i++)
                write_file(out, &files[i]);
        fprintf(out, "};\nconst size_t web_assets_len = %zu;\n", files_len);
        if (ferror(out) || fclose(out) != 0)
                die("write", argv[2]);
        return 0;
}
