// What the load generators share: clocks, histograms, what a process uses, and IRC connections
// that never block: plain, over TLS, over WebSocket. One thread, one epoll. Link with -lssl -lcrypto.
#ifndef CLIENT_H
#define CLIENT_H
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static uint64_t now_ns(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1000000000ull + t.tv_nsec;
}

static double seconds_since(uint64_t from) { return (now_ns() - from) / 1e9; }

static void die(const char *format, ...) {
  va_list args;
  va_start(args, format);
  vfprintf(stderr, format, args);
  va_end(args);
  fputc('\n', stderr);
  exit(1);
}

// A histogram of microseconds with 16 steps for each doubling: exact to about 6 percent.
#define BUCKETS 1024
typedef struct {
  uint64_t count[BUCKETS], total;
} Histogram;

static void record(Histogram *h, uint64_t us) {
  int doubling = us < 16 ? 0 : 63 - __builtin_clzll(us);
  int bucket = us < 16 ? (int)us : 16 + (doubling - 4) * 16 + (int)((us >> (doubling - 4)) & 15);
  h->count[bucket < BUCKETS ? bucket : BUCKETS - 1]++;
  h->total++;
}

static double percentile(const Histogram *h, double part) {
  uint64_t wanted = (uint64_t)(part * h->total), seen = 0;
  for (int bucket = 0; bucket < BUCKETS; bucket++) {
    seen += h->count[bucket];
    if (seen <= wanted) continue;
    if (bucket < 16) return bucket;
    return (double)((16ull + (bucket - 16) % 16) << ((bucket - 16) / 16));
  }
  return 0;
}

// The processor time that a process has used, in seconds.
static double cpu_of(int pid) {
  char path[64], text[2048];
  snprintf(path, sizeof path, "/proc/%d/stat", pid);
  FILE *file = fopen(path, "r");
  if (file == NULL) return 0;
  text[fread(text, 1, sizeof text - 1, file)] = 0;
  fclose(file);
  unsigned long user = 0, kernel = 0;
  char *rest = strrchr(text, ')');
  if (rest != NULL) {
    sscanf(rest + 2, "%*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &user, &kernel);
  }
  return (user + kernel) / (double)sysconf(_SC_CLK_TCK);
}

// Its resident memory, in kB.
static long rss_of(int pid) {
  char path[64], text[256];
  long kb = 0;
  snprintf(path, sizeof path, "/proc/%d/status", pid);
  FILE *file = fopen(path, "r");
  if (file == NULL) return 0;
  while (fgets(text, sizeof text, file) != NULL) {
    if (sscanf(text, "VmRSS: %ld", &kb) == 1) break;
  }
  fclose(file);
  return kb;
}

typedef enum { GONE, UPGRADING, REGISTERING, JOINING, INSIDE } State;

#define OUT_BYTES 8192
typedef struct {
  int fd, id;
  int port;            // where to connect, if not where setup() says
  int web, encrypted;  // whether it speaks over WebSocket, and whether over TLS
  SSL *ssl;            // NULL unless it is encrypted and connected
  State state;
  const char *caps;    // to ask for; NULL for none
  char channel[32];    // to join; empty for none
  char nick[32];       // with the `!` that follows it in a source
  int nick_length;
  char *in;            // what was read and is not yet a whole line
  int in_length;
  char out[OUT_BYTES]; // what the socket did not take yet
  int out_length;
  uint64_t got;        // messages
  void *more;          // whatever the program keeps for it
} Client;

#define IN_BYTES 65536
static int epoll_fd = -1;
static struct sockaddr_in server;
static SSL_CTX *tls;
static uint64_t bytes_read;
static uint64_t read_at; // when what is being handled was read, on the clock of now_ns
// What the program does with a message: `text` is what stands behind " :", and ends the line.
static void on_message(Client *client, char *source, char *text);
// A connection ended that was not closed here.
static void on_gone(Client *client, const char *why);

static void setup(const char *host, int port) {
  struct rlimit files = {20000, 20000};
  setrlimit(RLIMIT_NOFILE, &files);
  signal(SIGPIPE, SIG_IGN); // OpenSSL writes without MSG_NOSIGNAL
  tls = SSL_CTX_new(TLS_client_method());
  SSL_CTX_set_mode(tls, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  SSL_CTX_set_read_ahead(tls, 1); // one system call for many records
  SSL_CTX_set_default_read_buffer_len(tls, IN_BYTES);
  epoll_fd = epoll_create1(0);
  server.sin_family = AF_INET;
  server.sin_port = htons(port);
  if (inet_pton(AF_INET, host, &server.sin_addr) != 1) die("not an IPv4 address: %s", host);
}

static void drop(Client *client) {
  SSL_free(client->ssl);
  client->ssl = NULL;
  if (client->fd >= 0) close(client->fd);
  client->fd = -1;
  client->state = GONE;
  client->in_length = client->out_length = 0;
}

// The result of SSL_read or SSL_write as that of recv or send.
static ssize_t as_call(Client *client, int result) {
  if (result > 0) return result;
  int why = SSL_get_error(client->ssl, result);
  if (why == SSL_ERROR_ZERO_RETURN) return 0;
  if (why == SSL_ERROR_WANT_READ || why == SSL_ERROR_WANT_WRITE) errno = EAGAIN;
  else if (why != SSL_ERROR_SYSCALL || errno == 0) errno = EPROTO;
  return -1;
}

static ssize_t give(Client *client, const char *bytes, int length) {
  if (client->ssl != NULL) return as_call(client, SSL_write(client->ssl, bytes, length));
  return send(client->fd, bytes, length, MSG_NOSIGNAL);
}

static ssize_t take(Client *client, char *bytes, int room) {
  if (client->ssl != NULL) return as_call(client, SSL_read(client->ssl, bytes, room));
  return recv(client->fd, bytes, room, 0);
}

static void flush_out(Client *client) {
  while (client->out_length > 0) {
    ssize_t sent = give(client, client->out, client->out_length);
    if (sent < 0) {
      if (errno == EAGAIN) return;
      on_gone(client, strerror(errno));
      drop(client);
      return;
    }
    memmove(client->out, client->out + sent, client->out_length - sent);
    client->out_length -= sent;
  }
}

static void put_bytes(Client *client, const char *bytes, int length) {
  if (length > OUT_BYTES - client->out_length) die("the server does not read: client %d", client->id);
  memcpy(client->out + client->out_length, bytes, length);
  client->out_length += length;
}

// Sends lines with their CR LF; over WebSocket each as a text message, masked with zeros.
static void put(Client *client, const char *format, ...) {
  char text[1024];
  va_list args;
  va_start(args, format);
  int length = vsnprintf(text, sizeof text, format, args);
  va_end(args);
  if (length >= (int)sizeof text) die("too long a line");
  char *line = text, *end;
  for (; client->web && (end = strstr(line, "\r\n")) != NULL; line = end + 2) {
    int size = end - line, is_long = size > 125;
    char head[8] = {(char)0x81, (char)(0x80 | (is_long ? 126 : size)), size >> 8, size & 255};
    if (!is_long) head[2] = head[3] = 0;
    put_bytes(client, head, is_long ? 8 : 6);
    put_bytes(client, line, size);
  }
  if (!client->web) put_bytes(client, text, length);
  flush_out(client);
}

static void introduce(Client *client) {
  int length = client->nick_length - 1;
  client->state = REGISTERING;
  if (client->caps != NULL) put(client, "CAP REQ :%s\r\nCAP END\r\n", client->caps);
  put(client, "NICK %.*s\r\nUSER %.*s 0 * :load\r\n", length, client->nick, length, client->nick);
}

// Starts to connect and register. The rest follows as answers come.
static void enter(Client *client, const char *nick) {
  client->fd = socket(AF_INET, SOCK_STREAM, 0);
  if (client->fd < 0) die("socket: %s", strerror(errno));
  struct sockaddr_in to = server;
  if (client->port != 0) to.sin_port = htons(client->port);
  if (connect(client->fd, (void *)&to, sizeof to) < 0) die("connect: %s", strerror(errno));
  int one = 1;
  setsockopt(client->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  fcntl(client->fd, F_SETFL, O_NONBLOCK);
  if (client->encrypted) {
    client->ssl = SSL_new(tls);
    SSL_set_fd(client->ssl, client->fd);
    SSL_set_connect_state(client->ssl);
  }
  struct epoll_event event = {.events = EPOLLIN | EPOLLOUT | EPOLLET, .data.ptr = client};
  epoll_ctl(epoll_fd, EPOLL_CTL_ADD, client->fd, &event);
  if (client->in == NULL) client->in = malloc(IN_BYTES);
  client->nick_length = snprintf(client->nick, sizeof client->nick, "%s!", nick);
  if (!client->web) return introduce(client);
  static const char ask[] =
      "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nOrigin: http://127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
      "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
      "Sec-WebSocket-Protocol: text.ircv3.net\r\n\r\n";
  client->state = UPGRADING;
  put_bytes(client, ask, sizeof ask - 1);
  flush_out(client);
}

static void handle_line(Client *client, char *line) {
  if (*line == '@') {
    line = strchr(line, ' ');
    if (line == NULL) return;
    line++;
  }
  char *source = line, *command = line;
  if (*line == ':') {
    command = strchr(line, ' ');
    if (command == NULL) return;
    command++;
  }
  if (strncmp(command, "PRIVMSG ", 8) == 0) {
    char *text = strstr(command, " :");
    if (text != NULL) on_message(client, source + 1, text + 2);
  } else if (strncmp(command, "PING", 4) == 0) {
    put(client, "PONG%s\r\n", command + 4);
  } else if (client->state == REGISTERING && strncmp(command, "001", 3) == 0) {
    client->state = *client->channel == 0 ? INSIDE : JOINING;
    if (client->state == JOINING) put(client, "JOIN %s\r\n", client->channel);
  } else if (client->state == JOINING && strncmp(command, "366", 3) == 0) {
    client->state = INSIDE;
  } else if (strncmp(command, "ERROR", 5) == 0) {
    on_gone(client, line);
    drop(client);
  } else if (strncmp(command, "43", 2) == 0 || strncmp(command, "46", 2) == 0) {
    die("the server refuses: %s", line);
  }
}

// Takes a line. Returns what follows it; NULL if it is not whole yet.
static char *take_line(Client *client, char *from, char *to) {
  char *end = memchr(from, '\n', to - from);
  if (end == NULL) return NULL;
  *(end > from && end[-1] == '\r' ? end - 1 : end) = 0;
  handle_line(client, from);
  return end + 1;
}

// Takes the answer to the upgrade, or a frame. There is a byte of room behind `to`.
static char *take_frame(Client *client, char *from, char *to) {
  if (client->state == UPGRADING) {
    char *end = memmem(from, to - from, "\r\n\r\n", 4);
    if (end == NULL) return NULL;
    if (strncmp(from, "HTTP/1.1 101", 12) != 0) die("no WebSocket: %.40s", from);
    introduce(client);
    return end + 4;
  }
  const unsigned char *head = (unsigned char *)from;
  if (to - from < 4) return NULL; // no line of the server is shorter
  int is_long = head[1] == 126, size = is_long ? head[2] << 8 | head[3] : head[1];
  char *text = from + (is_long ? 4 : 2), *end = text + size;
  if (end > to) return NULL;
  char next = *end;
  *end = 0;
  if ((head[0] & 15) <= 2) handle_line(client, text);
  *end = next;
  return end;
}

// Reads at most so many bytes; all there is where it is 0.
static void read_some(Client *client, int most) {
  int total = 0;
  while (client->fd >= 0 && (most == 0 || total < most)) {
    int room = IN_BYTES - client->in_length - 1;
    if (most > 0 && room > most - total) room = most - total;
    ssize_t count = take(client, client->in + client->in_length, room);
    if (count < 0 && errno == EAGAIN) return;
    if (count <= 0) {
      on_gone(client, count == 0 ? "closed" : strerror(errno));
      drop(client);
      return;
    }
    read_at = now_ns();
    total += count;
    bytes_read += count;
    client->in_length += count;
    char *line = client->in, *to = client->in + client->in_length, *next;
    while (client->fd >= 0 && (next = (client->web ? take_frame : take_line)(client, line, to)) != NULL) {
      line = next;
    }
    if (client->fd < 0) return;
    client->in_length -= line - client->in;
    memmove(client->in, line, client->in_length);
    // TLS hands over one record at a time.
    if (client->ssl == NULL && count < room && count < 4096) return;
  }
}

// Handles what is there, after waiting so long for something at most.
__attribute__((unused)) static void spin(int ms) {
  struct epoll_event events[256];
  int count = epoll_wait(epoll_fd, events, 256, ms);
  for (int i = 0; i < count; i++) {
    Client *client = events[i].data.ptr;
    if (client->fd >= 0 && events[i].events & EPOLLOUT) flush_out(client);
    if (client->fd >= 0 && events[i].events & ~EPOLLOUT) read_some(client, 0);
    // What waited for the end of the TLS handshake.
    if (client->fd >= 0) flush_out(client);
  }
}
#endif
