#include "base/json.h"
#include "notify/mail.h"
#include "notify/sms.h"
#include "unit/data.h"
#include "unit/test.h"

#include <dirent.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[64], path[96];

static void read_file(const char *name, struct buf *ret)
{
        CLEANUP(fd_close) int fd = open(name, O_RDONLY | O_CLOEXEC);
        char byte;
        CHECK(fd >= 0);
        while (fd_read_all(fd, &byte, 1))
                buf_add_char(ret, byte);
}

enum { SENDERS = 8, EACH = 50 };

static void *send_many(void *arg)
{
        CLEANUP(op_release) struct op op;
        test_op_init(&op);
        const struct sms sms = {.to = STR("+821012345678"),
                                .body = STR("인증번호 \"123456\"\n@example.org #123456")};
        char id[SMS_ID_MAX];
        size_t sent = 0;
        for (size_t i = 0; i < EACH; i++)
                sent += sms_send(&op, arg, &sms, id) == RC_OK && id[0] == '\0';
        return (void *)(uintptr_t)sent;
}

TEST(sms_file_has_one_object_a_line)
{
        CLEANUP(op_release) struct op op;
        test_op_init(&op);
        test_folder_make(folder);
        snprintf(path, sizeof(path), "%s/sms.jsonl", folder);
        struct conf conf = {.sms_provider = CONF_SMS_FILE, .sms_file = path};
        CLEANUP(sms_provider_free) struct sms_provider *provider = NULL;
        CHECK(sms_provider_new(&op, &conf, &provider) == RC_OK);
        pthread_t threads[SENDERS];
        for (size_t i = 0; i < SENDERS; i++)
                CHECK(pthread_create(&threads[i], NULL, send_many, provider) == 0);
        size_t sent = 0;
        for (size_t i = 0; i < SENDERS; i++) {
                void *count;
                pthread_join(threads[i], &count);
                sent += (uintptr_t)count;
        }
        CHECK(sent == SENDERS * EACH);
        struct stat info;
        CHECK(stat(path, &info) == 0 && (info.st_mode & 0777) == 0600);
        CLEANUP(buf_release) struct buf text;
        buf_init(&text, 1 << 20);
        read_file(path, &text);
        struct str rest = buf_str(&text), line;
        size_t lines = 0;
        while (str_split(&rest, '\n', &line) && line.len > 0) {
                json_auto_t *json = NULL;
                int64_t when;
                CHECK(json_parse(line, 4096, &json));
                CHECK_STR(json_get_str(json, "to"), "+821012345678");
                CHECK_STR(json_get_str(json, "body"), "인증번호 \"123456\"\n@example.org #123456");
                CHECK(clock_parse(json_get_str(json, "sent_at"), &when));
                lines++;
        }
        CHECK(lines == SENDERS * EACH);
        test_folder_remove(folder);
}

TEST(sms_file_must_be_writable)
{
        CLEANUP(op_release) struct op op;
        test_op_init(&op);
        char missing[] = "/nonexistent/sms.jsonl";
        struct conf conf = {.sms_provider = CONF_SMS_FILE, .sms_file = missing};
        struct sms_provider *provider = NULL;
        CHECK(sms_provider_new(&op, &conf, &provider) == RC_CONFIG && strstr(op.why, "SMS_FILE"));
        CHECK(provider == NULL);
}

TEST(mail_file_keeps_whole_mails)
{
        CLEANUP(op_release) struct op op;
        test_op_init(&op);
        test_folder_make(folder);
        snprintf(path, sizeof(path), "%s/mail", folder);
        char from[] = "bonin@localhost";
        struct conf conf = {.email_backend = CONF_EMAIL_FILE, .email_dir = path, .email_from = from};
        CLEANUP(mail_backend_free) struct mail_backend *backend = NULL;
        CHECK(mail_backend_new(&op, &conf, &backend) == RC_OK);
        const struct mail mail = {STR("hong@example.org"), STR("s"), STR("t"), STR("h")};
        for (size_t i = 0; i < 3; i++)
                CHECK(mail_send(&op, backend, &mail) == RC_OK);
        DIR *dir = opendir(path);
        size_t mails = 0;
        for (const struct dirent *entry; (entry = readdir(dir));) {
                if (entry->d_name[0] == '.')
                        continue;
                CHECK(str_ends_with(str_from(entry->d_name), STR(".eml")));
                char name[400];
                snprintf(name, sizeof(name), "%s/%s", path, entry->d_name);
                CLEANUP(buf_release) struct buf text;
                buf_init(&text, 65536);
                read_file(name, &text);
                CHECK(str_find_str(buf_str(&text), STR("To: <hong@example.org>\r\n")) > 0);
                CHECK(str_ends_with(buf_str(&text), STR("--\r\n")));
                mails++;
        }
        closedir(dir);
        CHECK(mails == 3);
        test_folder_remove(folder);
        CHECK(mail_send(&op, backend, &mail) == RC_DELIVERY_LATER);
}

TEST(mail_file_names_what_is_wrong)
{
        CLEANUP(op_release) struct op op;
        test_op_init(&op);
        char missing[] = "/nonexistent/mail", from[] = "bonin@localhost", wrong[] = "nobody";
        struct conf conf = {.email_backend = CONF_EMAIL_FILE, .email_dir = missing, .email_from = from};
        struct mail_backend *backend = NULL;
        CHECK(mail_backend_new(&op, &conf, &backend) == RC_CONFIG && strstr(op.why, "EMAIL_DIR"));
        op_forgive(&op);
        conf.email_from = wrong;
        CHECK(mail_backend_new(&op, &conf, &backend) == RC_CONFIG && strstr(op.why, "EMAIL_FROM"));
        CHECK(backend == NULL);
}

/* What is written to standard output goes to a pipe for the while. */
TEST(console_shows_number_and_code)
{
        CLEANUP(op_release) struct op op;
        test_op_init(&op);
        struct conf conf = {.sms_provider = CONF_SMS_CONSOLE, .email_backend = CONF_EMAIL_CONSOLE};
        CLEANUP(sms_provider_free) struct sms_provider *provider = NULL;
        CLEANUP(mail_backend_free) struct mail_backend *backend = NULL;
        CHECK(sms_provider_new(&op, &conf, &provider) == RC_OK &&
              mail_backend_new(&op, &conf, &backend) == RC_OK);
        const struct sms sms = {.to = STR("+821012345678"), .body = STR("[bonin] 인증번호 123456")};
        const struct mail mail = {STR("hong@example.org"), STR("s"), STR("code 654321\n"), STR("h")};
        char id[SMS_ID_MAX], text[256] = "";
        int channel[2];
        CHECK(pipe(channel) == 0);
        fflush(stdout);
        int kept = dup(STDOUT_FILENO);
        dup2(channel[1], STDOUT_FILENO);
        enum rc sms_rc = sms_send(&op, provider, &sms, id), mail_rc = mail_send(&op, backend, &mail);
        dup2(kept, STDOUT_FILENO);
        close(kept);
        close(channel[1]);
        CHECK(sms_rc == RC_OK && mail_rc == RC_OK);
        CHECK(read(channel[0], text, sizeof(text) - 1) > 0);
        close(channel[0]);
        CHECK_STR(str_from(text), "SMS to +821012345678: [bonin] 인증번호 123456\n"
                                  "Mail to hong@example.org: s\ncode 654321\n");
}
