// Fan-out, registration and memory of an IRC server, under load.
//
//   cc -O2 -o ircload ircload.c -lssl -lcrypto
//   ircload --port N --pid PID [--members N] [--channels N] [--senders N] [--messages N]
//           [--window N | --rate N] [--payload BYTES] [--caps none|half|all] [--join-only | --idle] [--churn N]
//           [--at-once N] [--tls] [--web] [--listen PORT | --second PORT]
//
// Members join in turns the channels; the senders of each channel talk in turns. In a closed loop
// at most WINDOW messages are in flight to the slowest member of their channel; with --rate
// messages are sent on schedule instead, and latency is from the schedule.
// --join-only stops when all are in their channels, and tells how fast that was; --idle connects and
// registers only, and tells what each connection takes; --churn connects and disconnects so often, a
// hundred at a time. AT-ONCE members at most are on their way in at a time. --tls encrypts, with any
// certificate of the server's; --web speaks over WebSocket. Servers that are one chat: with --listen
// all who don't speak connect to that port, with --second every second one of all. Prints one line of KEY=VALUE; cpu is the
// server's processor time in microseconds for each delivery, or for each member that came in.
#include "client.h"
#include <getopt.h>

// The capabilities of the members that have any: those that change the bytes of a message.
#define CAPS "server-time message-tags account-tag echo-message"

typedef struct {
  int first, members; // its members are every `channels`-th client from `first` on
  uint64_t sent, done;
} Channel;

static Client *clients;
static Channel *rooms;
static int members = 200, channels = 1, senders = 4, payload = 60, at_once = 256, listen_port, second_port, pid, join_only, idle, web, encrypted;
static uint64_t messages = 4000, window = 64, churns;
static double rate;
static const char *caps = "none";
static Histogram latency;
static uint64_t delivered, errors;

static void on_message(Client *client, char *source, char *text) {
  // Its own message, come back: no delivery to another member.
  if (strncmp(source, client->nick, client->nick_length) == 0) return;
  record(&latency, (read_at - strtoull(text, NULL, 10)) / 1000);
  delivered++;
  client->got++;
}

static void on_gone(Client *client, const char *why) {
  fprintf(stderr, "client %d is gone: %s\n", client->id, why);
  if (++errors > 5) exit(1);
}

static int inside(void) {
  static int seen; // clients come in roughly in order
  while (seen < members && clients[seen].state == INSIDE) seen++;
  return seen;
}

// Lets all in; at most AT-ONCE are on their way at a time.
static double connect_all(void) {
  uint64_t start = now_ns();
  for (int i = 0; i < members; i++) {
    Client *client = &clients[i];
    client->id = i;
    if (listen_port != 0 && i >= senders * channels) client->port = listen_port;
    if (second_port != 0 && i / channels % 2 == 1) client->port = second_port;
    int bare = strcmp(caps, "none") == 0 || (strcmp(caps, "half") == 0 && i % 2 == 0);
    client->caps = bare ? NULL : CAPS;
    if (!idle) snprintf(client->channel, sizeof client->channel, "#load%d", i % channels);
    char nick[32];
    // A server may know those who were here before: nobody was who only comes.
    snprintf(nick, sizeof nick, join_only ? "u%dp%d" : "u%d", i, getpid());
    enter(client, nick);
    while (i - inside() >= at_once) {
      spin(20);
      if (seconds_since(start) > 180) die("stuck at %d registrations", inside());
    }
    if (i % 16 == 0) spin(0);
  }
  while (inside() < members) {
    spin(50);
    if (seconds_since(start) > 180) die("stuck at %d of %d in their channels", inside(), members);
  }
  return seconds_since(start);
}

// How far the slowest member of each channel is, all together.
static uint64_t all_done(void) {
  uint64_t done = 0;
  for (int c = 0; c < channels; c++) {
    Channel *room = &rooms[c];
    if (room->done < room->sent) {
      uint64_t least = UINT64_MAX;
      for (int i = c; i < members; i += channels) {
        uint64_t own = i / channels < senders ? (room->sent + senders - 1 - i / channels) / senders : 0;
        if (clients[i].got + own < least) least = clients[i].got + own;
      }
      room->done = least;
    }
    done += room->done;
  }
  return done;
}

static void send_next(uint64_t number, uint64_t when) {
  static char pad[512];
  if (*pad == 0) memset(pad, 'x', sizeof pad - 1);
  int c = number % channels;
  Channel *room = &rooms[c];
  Client *sender = &clients[c + channels * (int)(room->sent++ % senders)];
  put(sender, "PRIVMSG #load%d :%llu %.*s\r\n", c, (unsigned long long)when, payload, pad);
}

static void talk(void) {
  double cpu = cpu_of(pid), own = cpu_of(getpid());
  long rss = rss_of(pid);
  // What an earlier round said may have been shown again on joining.
  bytes_read = delivered = 0;
  memset(&latency, 0, sizeof latency);
  for (int i = 0; i < members; i++) clients[i].got = 0;
  uint64_t start = now_ns(), sent = 0, want = 0, progress = start, last = 0;
  for (uint64_t k = 0; k < messages; k++) {
    int c = k % channels;
    want += members / channels + (c < members % channels) - 1;
  }
  while (delivered < want) {
    if (rate > 0) {
      uint64_t due = (uint64_t)(seconds_since(start) * rate) + 1;
      while (sent < due && sent < messages) {
        send_next(sent, start + (uint64_t)(sent * 1e9 / rate));
        sent++;
      }
      spin(0);
      nanosleep(&(struct timespec){0, 50000}, NULL);
    } else {
      uint64_t done = all_done();
      for (; sent < messages && sent < done + window; sent++) send_next(sent, now_ns());
      spin(5);
    }
    if (delivered != last) {
      last = delivered;
      progress = now_ns();
    } else if (seconds_since(progress) > 10) {
      die("stalled: %llu of %llu delivered", (unsigned long long)delivered, (unsigned long long)want);
    }
  }
  double elapsed = seconds_since(start);
  printf("members=%d channels=%d messages=%llu elapsed=%.3f deliveries/s=%.0f bytes=%.1f p50=%.0f "
         "p99=%.0f p99.9=%.0f cpu=%.4f server=%.2f load=%.2f rss_before=%ld rss=%ld errors=%llu\n",
         members, channels, (unsigned long long)messages, elapsed, delivered / elapsed,
         (double)bytes_read / delivered, percentile(&latency, .5), percentile(&latency, .99),
         percentile(&latency, .999), (cpu_of(pid) - cpu) * 1e6 / delivered,
         (cpu_of(pid) - cpu) / elapsed, (cpu_of(getpid()) - own) / elapsed, rss, rss_of(pid),
         (unsigned long long)errors);
}

static void churn(void) {
  long before = rss_of(pid);
  uint64_t start = now_ns();
  members = 100;
  for (uint64_t round = 0; round < churns / 100; round++) {
    for (int i = 0; i < 100; i++) {
      char nick[32];
      clients[i].id = i;
      strcpy(clients[i].channel, "#load0");
      snprintf(nick, sizeof nick, "c%llu", (unsigned long long)(round * 100 + i));
      enter(&clients[i], nick);
    }
    for (int i = 0; i < 100; i++) {
      uint64_t since = now_ns();
      while (clients[i].state != INSIDE) {
        spin(20);
        if (seconds_since(since) > 60) die("stuck in round %llu", (unsigned long long)round);
      }
    }
    for (int i = 0; i < 100; i++) drop(&clients[i]);
  }
  double elapsed = seconds_since(start);
  sleep(2);
  printf("connects=%llu elapsed=%.1f connects/s=%.0f rss_before=%ld rss=%ld\n",
         (unsigned long long)churns, elapsed, churns / elapsed, before, rss_of(pid));
}

int main(int argc, char **argv) {
  const char *host = "127.0.0.1";
  int port = 6667, option;
  enum { HOST = 1, PORT, PID, MEMBERS, CHANNELS, SENDERS, MESSAGES, WINDOW, RATE, PAYLOAD, CAPABILITIES, JOIN_ONLY, IDLE, CHURN, AT_ONCE, ENCRYPT, WEB, LISTEN, SECOND };
  const struct option options[] = {
      {"host", 1, 0, HOST},         {"port", 1, 0, PORT},         {"pid", 1, 0, PID},
      {"members", 1, 0, MEMBERS},   {"channels", 1, 0, CHANNELS}, {"senders", 1, 0, SENDERS},
      {"messages", 1, 0, MESSAGES}, {"window", 1, 0, WINDOW},     {"rate", 1, 0, RATE},
      {"payload", 1, 0, PAYLOAD},   {"caps", 1, 0, CAPABILITIES}, {"join-only", 0, 0, JOIN_ONLY}, {"idle", 0, 0, IDLE},
      {"churn", 1, 0, CHURN},       {"web", 0, 0, WEB},
      {"at-once", 1, 0, AT_ONCE},   {"tls", 0, 0, ENCRYPT},
      {"listen", 1, 0, LISTEN},     {"second", 1, 0, SECOND},     {0, 0, 0, 0}};
  while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
    switch (option) {
      case HOST: host = optarg; break;
      case PORT: port = atoi(optarg); break;
      case PID: pid = atoi(optarg); break;
      case MEMBERS: members = atoi(optarg); break;
      case CHANNELS: channels = atoi(optarg); break;
      case SENDERS: senders = atoi(optarg); break;
      case MESSAGES: messages = strtoull(optarg, NULL, 10); break;
      case WINDOW: window = strtoull(optarg, NULL, 10); break;
      case RATE: rate = atof(optarg); break;
      case PAYLOAD: payload = atoi(optarg); break;
      case CAPABILITIES: caps = optarg; break;
      case JOIN_ONLY: join_only = 1; break;
      case IDLE: idle = 1; break;
      case WEB: web = 1; break;
      case AT_ONCE: at_once = atoi(optarg); break;
      case ENCRYPT: encrypted = 1; break;
      case LISTEN: listen_port = atoi(optarg); break;
      case SECOND: second_port = atoi(optarg); break;
      case CHURN: churns = strtoull(optarg, NULL, 10); break;
      default: return 2;
    }
  }
  if (members / channels < senders) senders = members / channels;
  if (members < 2 || senders < 1 || payload > 400) die("there is nothing to measure");
  setup(host, port);
  clients = calloc(members > 100 ? members : 100, sizeof *clients);
  rooms = calloc(channels, sizeof *rooms);
  for (int i = 0; i < members || i < 100; i++) {
    clients[i].fd = -1;
    clients[i].web = web;
    clients[i].encrypted = encrypted;
  }
  if (churns > 0) {
    churn();
    return 0;
  }
  long empty = rss_of(pid);
  double cpu = cpu_of(pid), elapsed = connect_all();
  cpu = (cpu_of(pid) - cpu) * 1e6 / members;
  uint64_t settled = now_ns();
  while (seconds_since(settled) < (idle ? 5 : 3)) spin(50);
  if (idle || join_only) {
    printf("members=%d elapsed=%.2f registrations/s=%.0f cpu=%.1f rss_before=%ld rss=%ld kb/connection=%.2f\n",
           members, elapsed, members / elapsed, cpu, empty, rss_of(pid),
           (double)(rss_of(pid) - empty) / members);
  } else {
    talk();
  }
  return errors > 0;
}
