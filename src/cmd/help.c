#include "cmd/cmd.h"
#include "conf/conf.h"

#include <stdio.h>

static void overview(FILE *out)
{
        fputs("bonin " BONIN_VERSION
              ": proves a phone number, an e-mail address, an identity document and a face.\n\n"
              "Usage: bonin COMMAND [OPTION...]\n\n",
              out);
        for (size_t i = 0; i < cmd_table_len; i++)
                fprintf(out, "  %-10s %s\n", cmd_table[i]->name, cmd_table[i]->summary);
        fputs("\n`bonin help COMMAND` tells a command's options, `bonin help env` every configuration key.\n"
              "Exit status: 0 done, 1 the answer is negative, 2 wrong usage or configuration, 3 something "
              "outside "
              "failed.\n",
              out);
}

static int run(int argc, char **argv)
{
        if (strcmp(argv[0], "--version") == 0 || strcmp(argv[0], "-V") == 0 ||
            strcmp(argv[0], "version") == 0) {
                puts("bonin " BONIN_VERSION);
                return EXIT_DONE;
        }
        if (argc < 2) {
                overview(stdout);
                return EXIT_DONE;
        }
        if (strcmp(argv[1], "env") == 0) {
                CLEANUP(buf_release) struct buf text;
                buf_init(&text, 64 * 1024);
                conf_example(&text);
                fputs(buf_text(&text), stdout);
                return EXIT_DONE;
        }
        for (size_t i = 0; i < cmd_table_len; i++) {
                if (strcmp(argv[1], cmd_table[i]->name) == 0) {
                        fputs(cmd_table[i]->help, stdout);
                        return EXIT_DONE;
                }
        }
        return cmd_usage(&cmd_help, "no command `%s`", argv[1]);
}

const struct cmd cmd_help = {
    .name = "help",
    .run = run,
    .summary = "what each command does",
    .help = "Usage: bonin help [COMMAND | env]\n\n"
            "Without an argument: the commands. With one: its usage and options.\n"
            "`env`: every configuration key with its default, as a .env file.\n",
};
