#include "cmd/cmd.h"

#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>

const struct cmd *const cmd_table[] = {&cmd_serve,  &cmd_migrate, &cmd_doctor,  &cmd_keygen,
                                       &cmd_apikey, &cmd_scan,    &cmd_compare, &cmd_audit,
                                       &cmd_keys,   &cmd_session, &cmd_help};
const size_t cmd_table_len = LEN(cmd_table);

int cmd_usage(const struct cmd *cmd, const char *message, ...)
{
        va_list args;
        va_start(args, message);
        fprintf(stderr, "bonin %s: ", cmd->name);
        vfprintf(stderr, message, args);
        fprintf(stderr, "\nTry `bonin help %s`.\n", cmd->name);
        va_end(args);
        return EXIT_USAGE;
}

static const struct cmd *find(const char *name)
{
        static const char *const help[] = {"-h", "--help", "--version", "-V", "version"};
        for (size_t i = 0; i < LEN(help); i++)
                if (strcmp(name, help[i]) == 0)
                        return &cmd_help;
        for (size_t i = 0; i < cmd_table_len; i++)
                if (strcmp(name, cmd_table[i]->name) == 0)
                        return cmd_table[i];
        return NULL;
}

/* Keys, pictures and what is read of them are in memory: no core file, also of the children, and no ptrace by
 * others. Either would do for the first. */
static bool stay_private(void)
{
        static const struct rlimit none = {0, 0};
        return setrlimit(RLIMIT_CORE, &none) == 0 && prctl(PR_SET_DUMPABLE, 0) == 0;
}

int main(int argc, char **argv)
{
        signal(SIGPIPE, SIG_IGN);
        if (!stay_private()) {
                perror("bonin: core files cannot be forbidden");
                return EXIT_OUTSIDE;
        }
        if (argc < 2) {
                fputs("bonin: which command? Try `bonin help`.\n", stderr);
                return EXIT_USAGE;
        }
        const struct cmd *cmd = find(argv[1]);
        if (cmd == NULL) {
                fprintf(stderr, "bonin: no command `%s`. Try `bonin help`.\n", argv[1]);
                return EXIT_USAGE;
        }
        if (argc == 3 && (strcmp(argv[2], "--help") == 0 || strcmp(argv[2], "-h") == 0)) {
                fputs(cmd->help, stdout);
                return EXIT_DONE;
        }
        int status = cmd->run(argc - 1, argv + 1);
        if (fflush(stdout) != 0) {
                perror("bonin: stdout");
                return EXIT_OUTSIDE;
        }
        return status;
}
