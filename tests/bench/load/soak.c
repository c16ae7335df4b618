// Half an hour in the life of a busy server: does it lose, double or reorder anything, does it grow?
//
//   cc -O2 -o soak soak.c -lssl -lcrypto
//   soak --port N --pid PID [--tls-port N] [--web-port N] [--minutes N] [--rate MESSAGES_PER_SECOND]
//        [--members N]
//
// With --tls-port half of the members encrypt; with --web-port a quarter speaks over WebSocket.
// Every message says which one of its sender it is, and every receiver checks that none is missing,
// doubled or out of order. Of the members, four talk; one in ten comes and goes (it parts and joins,
// or closes its connection and comes back); one in ten reads slowly, in pauses of up to a second;
// two stop reading for so long that the server has to cut them off. The others just listen.
// Prints one line a minute, and a last one. The exit status is 0 only if nothing was wrong.
#include "client.h"
#include <getopt.h>

#define TALKERS 4
enum { LISTENER, TALKER, GUEST, SLOW, STUCK };

typedef struct {
  int kind;
  uint64_t next[TALKERS]; // the number that each talker's next message has to have; 0: any
  uint64_t due;           // when it does what it does next, in ns
  uint64_t asked;         // when it sent the PART or JOIN that has no answer yet
} Life;

static Client *clients;
static Life *lives;
static int members = 200, pid;
static uint64_t lost, doubled, delivered, cut, came_back;
static Histogram latency;
static uint64_t seed = 88172645463325252ull;

static uint64_t chance(uint64_t below) {
  seed ^= seed << 13;
  seed ^= seed >> 7;
  seed ^= seed << 17;
  return seed % below;
}

static void forget(Life *life) { memset(life->next, 0, sizeof life->next); }

static void on_message(Client *client, char *source, char *text) {
  Life *life = client->more;
  unsigned talker;
  unsigned long long number, sent;
  if (sscanf(text, "%u %llu %llu", &talker, &number, &sent) != 3 || talker >= TALKERS) return;
  uint64_t *next = &life->next[talker];
  if (*next != 0 && number > *next) {
    lost += number - *next;
    fprintf(stderr, "%s lost %llu before %llu of %u\n", client->channel, number - *next, number, talker);
  } else if (*next != 0 && number < *next) {
    doubled++;
    fprintf(stderr, "client %d got %llu of %u after %llu\n", client->id, number, talker,
            (unsigned long long)*next - 1);
  }
  *next = number + 1;
  delivered++;
  // Who reads slowly measures its own slowness.
  if (life->kind == LISTENER) record(&latency, (read_at - sent) / 1000);
  (void)source;
}

static void on_gone(Client *client, const char *why) {
  Life *life = client->more;
  if (life->kind == STUCK) {
    cut++;
  } else {
    fprintf(stderr, "client %d (kind %d) is gone: %s\n", client->id, life->kind, why);
    lost++;
  }
}

static void come(int i) {
  static int times;
  char nick[32];
  snprintf(nick, sizeof nick, "s%dn%d", i, times++);
  strcpy(clients[i].channel, "#load0");
  forget(&lives[i]);
  enter(&clients[i], nick);
}

// What guests do, now and then.
static void visit(int i, uint64_t now) {
  Client *client = &clients[i];
  Life *life = &lives[i];
  if (client->state == GONE) {
    came_back++;
    come(i);
  } else if (client->state == INSIDE) {
    switch (chance(3)) {
      case 0: // abruptly
        drop(client);
        break;
      case 1:
        put(client, "QUIT :bye\r\n");
        drop(client);
        break;
      default:
        // What it misses outside is not lost; the answer to JOIN is 366, as on entering.
        put(client, "PART #load0\r\n");
        put(client, "JOIN #load0\r\n");
        forget(life);
        client->state = JOINING;
    }
  }
  life->due = now + (500 + chance(5000)) * 1000000ull;
}

static void slowly(int i, uint64_t now) {
  Client *client = &clients[i];
  Life *life = &lives[i];
  if (life->kind == STUCK) {
    // Wakes up long after it was cut off, and starts anew.
    if (client->state != GONE) read_some(client, 0);
    if (client->state != GONE) drop(client);
    came_back++;
    come(i);
    life->due = now + (20 + chance(20)) * 1000000000ull;
  } else {
    read_some(client, 0);
    life->due = now + (50 + chance(950)) * 1000000ull;
  }
}

// As `spin`, but who reads slowly is only read when it is due.
static void turn(void) {
  struct epoll_event events[256];
  int count = epoll_wait(epoll_fd, events, 256, 1);
  for (int e = 0; e < count; e++) {
    Client *client = events[e].data.ptr;
    Life *life = client->more;
    if (client->fd >= 0 && events[e].events & EPOLLOUT) flush_out(client);
    int waits = client->state == INSIDE && (life->kind == SLOW || life->kind == STUCK);
    if (client->fd >= 0 && !waits) read_some(client, 0);
    // What waited for the end of the TLS handshake.
    if (client->fd >= 0) flush_out(client);
  }
}

int main(int argc, char **argv) {
  int port = 6667, tls_port = 0, web_port = 0, option;
  double minutes = 30, rate = 1000;
  const struct option options[] = {{"port", 1, 0, 'p'},  {"pid", 1, 0, 'i'},     {"minutes", 1, 0, 'm'},
                                   {"rate", 1, 0, 'r'},  {"members", 1, 0, 'n'},
                                   {"tls-port", 1, 0, 't'}, {"web-port", 1, 0, 'w'}, {0, 0, 0, 0}};
  while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
    switch (option) {
      case 'p': port = atoi(optarg); break;
      case 'i': pid = atoi(optarg); break;
      case 'm': minutes = atof(optarg); break;
      case 'r': rate = atof(optarg); break;
      case 'n': members = atoi(optarg); break;
      case 't': tls_port = atoi(optarg); break;
      case 'w': web_port = atoi(optarg); break;
      default: return 2;
    }
  }
  if (members < 20) die("there are at least 20 members");
  setup("127.0.0.1", port);
  clients = calloc(members, sizeof *clients);
  lives = calloc(members, sizeof *lives);
  for (int i = 0; i < members; i++) {
    lives[i].kind = i < TALKERS       ? TALKER
                    : i < TALKERS + 2 ? STUCK
                    : i % 10 == 0     ? GUEST
                    : i % 10 == 1     ? SLOW
                                      : LISTENER;
    clients[i].id = i;
    clients[i].fd = -1;
    clients[i].more = &lives[i];
    clients[i].encrypted = tls_port != 0 && i / 2 % 2 == 0;
    clients[i].web = web_port != 0 && i % 4 == 3;
    clients[i].port = clients[i].encrypted ? tls_port : clients[i].web ? web_port : port;
    come(i);
    while (clients[i].state != INSIDE) turn();
    lives[i].due = now_ns() + chance(5000) * 1000000ull;
  }
  // The talkers' echo is not asked for: they check each other.
  uint64_t start = now_ns(), sent = 0, numbers[TALKERS] = {0}, reported = delivered;
  double cpu = cpu_of(pid);
  long first = 0;
  for (int minute = 1; minute <= minutes;) {
    uint64_t due = (uint64_t)(seconds_since(start) * rate) + 1;
    for (; sent < due; sent++) {
      int talker = sent % TALKERS;
      put(&clients[talker], "PRIVMSG #load0 :%d %llu %llu xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\r\n", talker,
          (unsigned long long)++numbers[talker], (unsigned long long)now_ns());
    }
    turn();
    uint64_t now = now_ns();
    for (int i = TALKERS; i < members; i++) {
      if (lives[i].kind == LISTENER || lives[i].due > now) continue;
      if (lives[i].kind == GUEST) visit(i, now);
      else slowly(i, now);
    }
    if (seconds_since(start) < minute * 60) continue;
    long rss = rss_of(pid);
    if (first == 0) first = rss;
    printf("minute=%d deliveries/s=%.0f p50=%.0f p99=%.0f p99.9=%.0f server=%.2f rss=%ld lost=%llu doubled=%llu "
           "cut=%llu back=%llu\n",
           minute, (delivered - reported) / 60.0, percentile(&latency, .5), percentile(&latency, .99),
           percentile(&latency, .999), (cpu_of(pid) - cpu) / 60, rss, (unsigned long long)lost,
           (unsigned long long)doubled, (unsigned long long)cut, (unsigned long long)came_back);
    fflush(stdout);
    memset(&latency, 0, sizeof latency);
    reported = delivered;
    cpu = cpu_of(pid);
    minute++;
  }
  uint64_t end = now_ns();
  while (seconds_since(end) < 3) turn();
  for (int i = 0; i < members; i++) {
    for (int talker = 0; lives[i].kind == LISTENER && talker < TALKERS; talker++) {
      if (lives[i].next[talker] == numbers[talker] + 1) continue;
      lost += numbers[talker] + 1 - lives[i].next[talker];
      fprintf(stderr, "client %d ends at %llu of %llu of talker %d\n", i,
              (unsigned long long)lives[i].next[talker] - 1, (unsigned long long)numbers[talker], talker);
    }
  }
  printf("sent=%llu delivered=%llu lost=%llu doubled=%llu cut=%llu back=%llu rss_first=%ld rss_last=%ld\n",
         (unsigned long long)sent, (unsigned long long)delivered, (unsigned long long)lost,
         (unsigned long long)doubled, (unsigned long long)cut, (unsigned long long)came_back, first,
         rss_of(pid));
  return lost + doubled > 0;
}
