/*
 * bench-flow: load for bonin. Each client walks through whole basic flows over one kept connection: create,
 * phone send, phone verify, e-mail send, e-mail verify, complete. The codes come from the inbox: read from
 * the server's files, or from a Twilio and a mail server that run in here and speak the real protocols. One
 * thread, one epoll; everything is made before the measurement begins.
 */
#pragma once

#include "base/str.h"

#include <netinet/in.h>
#include <stdio.h>

enum { CLIENTS_MAX = 1000, IN_MAX = 64 * 1024, CODE_MAX = 12 };

enum step {
        STEP_CREATE,
        STEP_PHONE_SEND,
        STEP_PHONE_VERIFY,
        STEP_EMAIL_SEND,
        STEP_EMAIL_VERIFY,
        STEP_COMPLETE,
        STEP_STATUS,
        STEP_FLOW,
        STEP_COUNT
};

struct options {
        struct sockaddr_in server;
        int clients;
        int first; /* number of the first client: runs on one store need ranges of their own */
        double warm_s, seconds;
        double rate;                      /* flows a second in the open loop; 0: closed loop */
        bool status;                      /* read the status over and over instead of flows */
        const char *sms_file, *email_dir; /* NULL: over the wire */
        int twilio_port, smtp_port;       /* 0: not over the wire */
        int pid;                          /* of the server, for its CPU and memory; 0: unknown */
};

extern struct options options;

int64_t now_us(void);
/* Print to stderr and end with 3. */
_Noreturn void die(const char *what);

/* What epoll gives back: each kind of descriptor has its own function. */
struct source {
        void (*ready)(struct source *source, uint32_t events);
        int fd;
};
void source_add(struct source *source, uint32_t events);
/* A socket that listens on this port of loopback. */
int listen_on(int port);

/* Inbox: the newest code of each client and channel. */
enum channel { CHANNEL_SMS, CHANNEL_MAIL };
void inbox_open(void);
/* Look for what has come into the files since. */
void inbox_poll(void);
/* A message to `to` came with this text. */
void inbox_put(enum channel channel, struct str to, struct str text);
/* Take the client's code out; false where none has come. */
bool inbox_take(enum channel channel, int client, char ret[CODE_MAX]);
/* The addresses that belong to a client's n-th flow, and back to the client; -1 where it is none of ours. */
void inbox_phone(int client, unsigned n, char ret[16]);
void inbox_email(int client, unsigned n, char ret[48]);

/* The providers in here. */
void twilio_open(int port);
void smtp_open(int port);

/* Clients. */
void clients_open(void);
/* Go on with those that wait for a code. */
void clients_wake(void);
bool clients_wait(void);
/* Open loop: begin a flow that was due at `due_us`, on a client that is free or as soon as one is. */
void clients_begin(int64_t due_us);
void clients_stop(void); /* no new flows */
int clients_busy(void);

/* Samples in microseconds; taken only while measuring. */
void sample_measure(bool on);
void sample_add(enum step step, int64_t us);
void sample_error(enum step step, int status, struct str body);
/* One JSON object on stdout. */
void sample_print(double seconds, double own_cpu_s, double server_cpu_s, long server_rss_kb);
