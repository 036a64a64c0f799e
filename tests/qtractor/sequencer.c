/* The functions of ALSA's sequencer that reach the kernel, for machines whose kernel has no sequencer: a clock, and a file
 * into which all that a program sends is written. Preloaded before ALSA's library, which keeps the rest.
 *
 * Each line of the file that CONTINUO_SENT names is a word and numbers:
 *   port N NAME                               a port was made
 *   sent PORT TYPE CHANNEL NOTE VELOCITY TICK an event, with ALSA's number for its type
 *   clock PPQ                                 how many ticks a quarter note has from here on
 *   start                                     the clock starts
 */
#define _GNU_SOURCE
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>

/* As alsa/seq_event.h lays it out, with the fields of a note. */
struct event {
    unsigned char type, flags, tag, queue;
    unsigned int tick, unused;
    unsigned char source_client, source_port, to_client, to_port;
    unsigned char channel, note, velocity, off_velocity;
    unsigned int duration;
};

/* As sound/asequencer.h begins a queue's status. */
struct status {
    int queue, events;
    unsigned int tick, seconds, nanoseconds;
    int running;
};

enum { START = 30, STOP = 32, TEMPO = 35 };

unsigned int snd_seq_queue_tempo_get_tempo(const void *);
int snd_seq_queue_tempo_get_ppq(const void *);
void snd_seq_queue_tempo_set_tempo(void *, unsigned int);
void snd_seq_queue_tempo_set_ppq(void *, int);

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static FILE *sent;
static int ports, never = -1;

/* The clock: ticks at `since`, and how fast they go from there. */
static double ticks, tempo = 500000, quarter = 96;
static struct timespec since;
static int running;

static double now(void) {
    struct timespec t;
    if (!running) return ticks;
    clock_gettime(CLOCK_MONOTONIC, &t);
    double seconds = (t.tv_sec - since.tv_sec) + (t.tv_nsec - since.tv_nsec) * 1e-9;
    return ticks + seconds * 1e6 / tempo * quarter;
}

static void go_on_from(double place) {
    ticks = place;
    clock_gettime(CLOCK_MONOTONIC, &since);
}

static FILE *file(void) {
    if (!sent) {
        const char *path = getenv("CONTINUO_SENT");
        sent = fopen(path ? path : "/dev/null", "w");
        if (!sent) abort();
    }
    return sent;
}

int snd_seq_open(void **seq, const char *name, int streams, int mode) {
    (void)name, (void)streams, (void)mode;
    if (never < 0) never = eventfd(0, 0);
    *seq = calloc(1, 1024);
    return *seq ? 0 : -ENOMEM;
}
int snd_seq_close(void *seq) { free(seq); return 0; }
int snd_seq_client_id(void *seq) { (void)seq; return 128; }
int snd_seq_set_client_name(void *seq, const char *name) { (void)seq, (void)name; return 0; }

/* Nothing ever comes in. */
int snd_seq_poll_descriptors_count(void *seq, short events) { (void)seq, (void)events; return 1; }
int snd_seq_poll_descriptors(void *seq, struct pollfd *fds, unsigned int room, short events) {
    (void)seq;
    if (room < 1) return 0;
    fds[0].fd = never;
    fds[0].events = events;
    return 1;
}
int snd_seq_event_input(void *seq, void **event) { (void)seq; *event = NULL; return -EAGAIN; }
int snd_seq_event_input_pending(void *seq, int fetch) { (void)seq, (void)fetch; return 0; }
int snd_seq_drop_input(void *seq) { (void)seq; return 0; }

int snd_seq_alloc_queue(void *seq) { (void)seq; return 0; }
int snd_seq_free_queue(void *seq, int queue) { (void)seq, (void)queue; return 0; }
int snd_seq_set_queue_timer(void *seq, int queue, void *timer) { (void)seq, (void)queue, (void)timer; return 0; }
int snd_seq_set_queue_tempo(void *seq, int queue, void *wanted) {
    (void)seq, (void)queue;
    pthread_mutex_lock(&lock);
    go_on_from(now());
    tempo = snd_seq_queue_tempo_get_tempo(wanted);
    quarter = snd_seq_queue_tempo_get_ppq(wanted);
    fprintf(file(), "clock %.0f\n", quarter);
    fflush(sent);
    pthread_mutex_unlock(&lock);
    return 0;
}
int snd_seq_get_queue_tempo(void *seq, int queue, void *found) {
    (void)seq, (void)queue;
    snd_seq_queue_tempo_set_tempo(found, (unsigned int)tempo);
    snd_seq_queue_tempo_set_ppq(found, (int)quarter);
    return 0;
}
int snd_seq_get_queue_status(void *seq, int queue, struct status *found) {
    (void)seq;
    pthread_mutex_lock(&lock);
    found->queue = queue;
    found->tick = (unsigned int)now();
    found->running = running;
    pthread_mutex_unlock(&lock);
    return 0;
}
int snd_seq_control_queue(void *seq, int queue, int type, int value, void *event) {
    (void)seq, (void)queue, (void)event;
    pthread_mutex_lock(&lock);
    if (type == START) {
        running = 1;
        go_on_from(0);
        fprintf(file(), "start\n");
        fflush(sent);
    }
    if (type == STOP) { ticks = now(); running = 0; }
    if (type == TEMPO) { go_on_from(now()); tempo = value; }
    pthread_mutex_unlock(&lock);
    return 0;
}

int snd_seq_create_simple_port(void *seq, const char *name, unsigned int can, unsigned int type) {
    (void)seq, (void)can, (void)type;
    pthread_mutex_lock(&lock);
    int port = ports++;
    fprintf(file(), "port %d %s\n", port, name);
    fflush(sent);
    pthread_mutex_unlock(&lock);
    return port;
}
int snd_seq_delete_simple_port(void *seq, int port) { (void)seq, (void)port; return 0; }
int snd_seq_get_port_info(void *seq, int port, void *info) { (void)seq, (void)port, (void)info; return 0; }
int snd_seq_set_port_info(void *seq, int port, void *info) { (void)seq, (void)port, (void)info; return 0; }

/* There are no other programs. */
int snd_seq_query_next_client(void *seq, void *info) { (void)seq, (void)info; return -ENOENT; }
int snd_seq_query_next_port(void *seq, void *info) { (void)seq, (void)info; return -ENOENT; }
int snd_seq_get_any_client_info(void *seq, int client, void *info) { (void)seq, (void)client, (void)info; return -ENOENT; }
int snd_seq_get_any_port_info(void *seq, int client, int port, void *info) {
    (void)seq, (void)client, (void)port, (void)info;
    return -ENOENT;
}
int snd_seq_query_port_subscribers(void *seq, void *query) { (void)seq, (void)query; return -ENOENT; }
int snd_seq_subscribe_port(void *seq, void *pair) { (void)seq, (void)pair; return 0; }
int snd_seq_unsubscribe_port(void *seq, void *pair) { (void)seq, (void)pair; return 0; }

int snd_seq_event_output(void *seq, struct event *event) {
    (void)seq;
    pthread_mutex_lock(&lock);
    fprintf(file(), "sent %d %d %d %d %d %u\n", event->source_port, event->type, event->channel, event->note,
            event->velocity, event->tick);
    fflush(sent);
    pthread_mutex_unlock(&lock);
    return 0;
}
int snd_seq_event_output_direct(void *seq, struct event *event) { (void)seq, (void)event; return 0; }
int snd_seq_drain_output(void *seq) { (void)seq; return 0; }
int snd_seq_drop_output(void *seq) { (void)seq; return 0; }
int snd_seq_remove_events(void *seq, void *which) { (void)seq, (void)which; return 0; }
int snd_seq_free_event(void *event) { (void)event; return 0; }
