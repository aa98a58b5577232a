#include "cmd/cmd.h"
#include "crypto/secret.h"

#include <stdio.h>
#include <string.h>

static int run(int argc, char **argv)
{
        char secret[SECRET_TEXT_MAX];
        if (argc > 1)
                return cmd_usage(&cmd_keygen, "`%s` is not expected", argv[1]);
        secret_new(secret);
        puts(secret);
        explicit_bzero(secret, sizeof(secret));
        return EXIT_DONE;
}

const struct cmd cmd_keygen = {
    .name = "keygen",
    .run = run,
    .summary = "print a new SECRET_KEY",
    .help = "Usage: bonin keygen\n\n"
            "Prints a new SECRET_KEY. Whoever has it can read what is stored; whoever loses it has lost the "
            "data.\n",
};
