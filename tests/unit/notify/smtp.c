/* Against a real mail server, which tests/fakes/smtp.py starts. */
#include "notify/mail.h"
#include "notify/message.h"
#include "unit/data.h"
#include "unit/fake.h"
#include "unit/test.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

struct bench {
        struct fake fake;
        struct conf conf;
        char user[64];
        char password[64];
        char ca_file[256];
        char from[64];
        char host[64];
};

static const struct mail specimen = {
    .to = STR("hong@example.org"),
    .subject = STR("[bonin] 이메일 인증번호 안내 (SPECIMEN, long enough for two encoded words)"),
    .text = STR("인증번호 123456\n.\n..\nFrom here\n"),
    .html = STR("<p lang=\"ko\">인증번호 <b>123456</b></p>\n"),
};

static const char *ready(const struct bench *bench, const char *key)
{
        const char *text = json_string_value(json_object_get(bench->fake.ready, key));
        CHECK(text != NULL);
        return text;
}

static void bench_init(struct bench *bench)
{
        *bench = (struct bench){
            .fake = {.input = -1}, .from = "본인 확인 <no-reply@example.org>", .host = "localhost"};
        fake_start(&bench->fake, "smtp.py");
        snprintf(bench->user, sizeof(bench->user), "%s", ready(bench, "user"));
        snprintf(bench->password, sizeof(bench->password), "%s", ready(bench, "password"));
        snprintf(bench->ca_file, sizeof(bench->ca_file), "%s", ready(bench, "ca_file"));
        bench->conf = (struct conf){
            .email_backend = CONF_EMAIL_SMTP,
            .email_host = bench->host,
            .email_use_tls = true,
            .email_host_user = bench->user,
            .email_host_password = bench->password,
            .email_from = bench->from,
            .email_ca_file = bench->ca_file,
        };
}

static void bench_release(struct bench *bench)
{
        fake_stop(&bench->fake);
}

static void use_port(struct bench *bench, const char *key)
{
        CHECK(json_get_int(bench->fake.ready, key, 1, 65535, &bench->conf.email_port));
}

/* One mail by a backend of its own. */
static enum rc send_one(struct bench *bench, const struct mail *mail)
{
        CLEANUP(op_release) struct op op;
        test_op_init(&op);
        CLEANUP(mail_backend_free) struct mail_backend *backend = NULL;
        CHECK(mail_backend_new(&op, &bench->conf, &backend) == RC_OK);
        enum rc rc = mail_send(&op, backend, mail);
        CHECK(strstr(op.why, "hong") == NULL && strstr(op.why, "123456") == NULL);
        return rc;
}

static enum rc send_to(struct bench *bench, const char *to, const char *subject)
{
        struct mail mail = specimen;
        mail.to = str_from(to);
        if (subject)
                mail.subject = str_from(subject);
        return send_one(bench, &mail);
}

static size_t delivered(const struct bench *bench, char ret_path[512])
{
        DIR *dir = opendir(ready(bench, "mail_dir"));
        size_t count = 0;
        CHECK(dir != NULL);
        for (const struct dirent *entry; (entry = readdir(dir));)
                if (entry->d_name[0] != '.' && strchr(entry->d_name, '.') == NULL) {
                        snprintf(ret_path, 512, "%s/%s", ready(bench, "mail_dir"), entry->d_name);
                        count++;
                }
        closedir(dir);
        return count;
}

/* Delivery follows taking by a moment. */
static void wait_for_mails(const struct bench *bench, size_t count, char ret_path[512])
{
        for (size_t i = 0; i < 200 && delivered(bench, ret_path) < count; i++)
                usleep(25000);
        usleep(50000); /* the file is there before its last line is */
        CHECK(delivered(bench, ret_path) == count);
}

/* What Python's reader makes of the file; json_decref it. */
static json_t *parts_of(const char *path)
{
        const char *folder = getenv("BONIN_TESTS");
        char command[1024];
        snprintf(command, sizeof(command), "%s/fakes/mail_parts.py %s", folder ? folder : "tests", path);
        FILE *pipe = popen(command, "r");
        CHECK(pipe != NULL);
        json_t *json = json_loadf(pipe, 0, NULL);
        CHECK(pclose(pipe) == 0 && json != NULL);
        return json;
}

static void check_part(const json_t *mail, size_t index, const char *type, struct str want)
{
        const json_t *part = json_array_get(json_object_get(mail, "parts"), index);
        CHECK_STR(json_get_str(part, "type"), type);
        CHECK(str_equal(json_get_str(part, "text"), want));
}

static void check_delivered(const char *path)
{
        json_auto_t *mail = parts_of(path);
        const json_t *headers = json_object_get(mail, "headers");
        CHECK_STR(json_get_str(mail, "type"), "multipart/alternative");
        CHECK(json_array_size(json_object_get(mail, "parts")) == 2);
        CHECK(json_array_size(json_object_get(mail, "defects")) == 0);
        check_part(mail, 0, "text/plain", specimen.text);
        check_part(mail, 1, "text/html", specimen.html);
        CHECK(str_equal(json_get_str(headers, "subject"), specimen.subject));
        CHECK_STR(json_get_str(headers, "from"), "본인 확인 <no-reply@example.org>");
        CHECK_STR(json_get_str(headers, "to"), "hong@example.org");
        CHECK_STR(json_get_str(headers, "envelope-to"), "hong@example.org");
        CHECK_STR(json_get_str(headers, "return-path"), "<no-reply@example.org>");
        CHECK_STR(json_get_str(headers, "auto-submitted"), "auto-generated");
        CHECK(!str_is_null(json_get_str(headers, "message-id")) &&
              !str_is_null(json_get_str(headers, "date")));
        /* "esmtpsa": by TLS and with a login */
        CHECK(str_find_str(json_get_str(headers, "received"), STR("with esmtpsa")) > 0);
}

TEST(smtp_delivers_over_starttls)
{
        CLEANUP(bench_release) struct bench bench;
        bench_init(&bench);
        use_port(&bench, "starttls_port");
        char path[512];
        CHECK(send_one(&bench, &specimen) == RC_OK);
        wait_for_mails(&bench, 1, path);
        check_delivered(path);
}

TEST(smtp_delivers_over_implicit_tls)
{
        CLEANUP(bench_release) struct bench bench;
        bench_init(&bench);
        snprintf(bench.host, sizeof(bench.host), "smtps://localhost");
        use_port(&bench, "tls_port");
        char path[512];
        CHECK(send_one(&bench, &specimen) == RC_OK);
        wait_for_mails(&bench, 1, path);
        check_delivered(path);
}

TEST(smtp_sends_many_by_one_backend)
{
        CLEANUP(bench_release) struct bench bench;
        bench_init(&bench);
        use_port(&bench, "starttls_port");
        CLEANUP(op_release) struct op op;
        test_op_init(&op);
        CLEANUP(mail_backend_free) struct mail_backend *backend = NULL;
        CHECK(mail_backend_new(&op, &bench.conf, &backend) == RC_OK);
        for (size_t i = 0; i < 5; i++)
                CHECK(mail_send(&op, backend, &specimen) == RC_OK);
        /* A refusal does not spoil the connection for the next mail. */
        struct mail refused = specimen;
        refused.to = STR("refused@example.org");
        CHECK(mail_send(&op, backend, &refused) == RC_DELIVERY_FAILED);
        op_forgive(&op);
        CHECK(mail_send(&op, backend, &specimen) == RC_OK);
        char path[512];
        wait_for_mails(&bench, 6, path);
}

TEST(smtp_refuses_a_wrong_certificate)
{
        CLEANUP(bench_release) struct bench bench;
        bench_init(&bench);
        char none[] = "", missing[] = "/nonexistent/ca.pem", path[512];
        use_port(&bench, "wrong_name_port");
        CHECK(send_one(&bench, &specimen) == RC_DELIVERY_FAILED);
        use_port(&bench, "starttls_port");
        bench.conf.email_ca_file = none; /* the system does not know the CA */
        CHECK(send_one(&bench, &specimen) == RC_DELIVERY_FAILED);
        bench.conf.email_ca_file = missing;
        CHECK(send_one(&bench, &specimen) == RC_DELIVERY_FAILED);
        bench.conf.email_ca_file = none;
        snprintf(bench.host, sizeof(bench.host), "smtps://localhost");
        use_port(&bench, "tls_port");
        CHECK(send_one(&bench, &specimen) == RC_DELIVERY_FAILED);
        usleep(300000);
        CHECK(delivered(&bench, path) == 0);
}

TEST(smtp_never_falls_back_to_plain)
{
        CLEANUP(bench_release) struct bench bench;
        bench_init(&bench);
        char none[] = "", path[512];
        use_port(&bench, "plain_port");
        CHECK(send_one(&bench, &specimen) == RC_DELIVERY_FAILED);
        bench.conf.email_host_user = none;
        CHECK(send_one(&bench, &specimen) == RC_DELIVERY_FAILED);
        usleep(300000);
        CHECK(delivered(&bench, path) == 0);
        /* The control: where plain was asked for, the same server takes it. */
        bench.conf.email_use_tls = false;
        CHECK(send_one(&bench, &specimen) == RC_OK);
        wait_for_mails(&bench, 1, path);
}

TEST(smtp_tells_for_good_from_for_now)
{
        CLEANUP(bench_release) struct bench bench;
        bench_init(&bench);
        use_port(&bench, "starttls_port");
        char path[512];
        CHECK(send_to(&bench, "refused@example.org", NULL) == RC_DELIVERY_FAILED);
        CHECK(send_to(&bench, "hong@example.org", "REFUSE this") == RC_DELIVERY_FAILED);
        CHECK(send_to(&bench, "greylisted@example.org", NULL) == RC_DELIVERY_LATER);
        int fd = open(ready(&bench, "greylist_file"), O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
        CHECK(fd >= 0);
        close(fd);
        CHECK(send_to(&bench, "greylisted@example.org", NULL) == RC_OK);
        bench.password[0] ^= 1;
        CHECK(send_to(&bench, "hong@example.org", NULL) == RC_DELIVERY_FAILED);
        wait_for_mails(&bench, 1, path);
}

TEST(smtp_refuses_addresses_and_subjects_with_lines)
{
        CLEANUP(bench_release) struct bench bench;
        bench_init(&bench);
        use_port(&bench, "starttls_port");
        CHECK(send_to(&bench, "a@example.org>\r\nRCPT TO:<b@example.org", NULL) == RC_DELIVERY_FAILED);
        CHECK(send_to(&bench, "hong@example.org", "a\r\nBcc: b@example.org") == RC_DELIVERY_FAILED);
}

static int listen_silently(int64_t *ret_port)
{
        struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
        socklen_t len = sizeof(address);
        int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        CHECK(fd >= 0 && bind(fd, (struct sockaddr *)&address, len) == 0 && listen(fd, 4) == 0);
        CHECK(getsockname(fd, (struct sockaddr *)&address, &len) == 0);
        *ret_port = ntohs(address.sin_port);
        return fd;
}

TEST(smtp_that_hangs_ends_by_the_deadline)
{
        char host[] = "127.0.0.1", none[] = "", from[] = "a@b.co";
        struct conf conf = {.email_backend = CONF_EMAIL_SMTP,
                            .email_host = host,
                            .email_use_tls = true,
                            .email_host_user = none,
                            .email_host_password = none,
                            .email_from = from,
                            .email_ca_file = none};
        int fd = listen_silently(&conf.email_port);
        CLEANUP(op_release) struct op op, after;
        op_init(&op, NULL, 65536, 400);
        test_op_init(&after);
        CLEANUP(mail_backend_free) struct mail_backend *backend = NULL;
        CHECK(mail_backend_new(&op, &conf, &backend) == RC_OK);
        int64_t start = clock_mono_ms();
        CHECK(mail_send(&op, backend, &specimen) == RC_DELIVERY_LATER);
        CHECK(clock_mono_ms() - start < 1500);
        close(fd);
        CHECK(mail_send(&after, backend, &specimen) == RC_DELIVERY_LATER); /* nobody listens */
}

TEST(smtp_configuration_is_checked)
{
        static const char *const hosts[] = {"", "smtp://mail.example.org", "mail.example.org/x", "a b",
                                            "a\r\nb"};
        char host[64], none[] = "", from[] = "a@b.co", wrong[] = "a";
        struct conf conf = {.email_backend = CONF_EMAIL_SMTP,
                            .email_host = host,
                            .email_port = 587,
                            .email_use_tls = true,
                            .email_host_user = none,
                            .email_host_password = none,
                            .email_from = from,
                            .email_ca_file = none};
        CLEANUP(op_release) struct op op;
        test_op_init(&op);
        struct mail_backend *backend = NULL;
        for (size_t i = 0; i < LEN(hosts); i++) {
                snprintf(host, sizeof(host), "%s", hosts[i]);
                CHECK(mail_backend_new(&op, &conf, &backend) == RC_CONFIG && strstr(op.why, "EMAIL_HOST"));
                op_forgive(&op);
        }
        snprintf(host, sizeof(host), "mail.example.org");
        conf.email_from = wrong;
        CHECK(mail_backend_new(&op, &conf, &backend) == RC_CONFIG && strstr(op.why, "EMAIL_FROM"));
        CHECK(backend == NULL);
}
