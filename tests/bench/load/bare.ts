/**
 * The smallest server that can relay messages, on the program's own sockets (`lib/net`). It checks
 * no names and keeps nothing. Its time is the cost of Deno and of reading and writing, so a
 * complete server can hardly be faster.
 *
 *     deno run --allow-net --allow-env tests/bench/load/bare.ts PORT [TLS_PORT]
 */
import { CLIENT_LINES } from "../../../lib/irc/lines.ts";
import { makeCertificate } from "../../../lib/net/certificate.ts";
import { Connection, type Socket } from "../../../lib/net/connection.ts";
import { Flusher } from "../../../lib/net/flusher.ts";
import { tlsContext } from "../../../lib/net/tls_context.ts";
import { canBeDirect } from "../../../lib/net/tls_probe.ts";
import { TlsSocket } from "../../../lib/net/tls_socket.ts";
import { openTurns } from "../../../lib/net/turn.ts";

interface Peer {
  readonly connection: Connection;
  nick: string;
  room: Set<Peer> | undefined;
}

const rooms = new Map<string, Set<Peer>>();
const flusher = new Flusher();
const turns = await openTurns();
if (turns !== undefined) flusher.turn = turns.next;

function hear(peer: Peer, line: string): void {
  const [command, target = ""] = line.split(" ", 2);
  const answer = (text: string) => peer.connection.send(text);
  if (command === "NICK") {
    peer.nick = target;
    answer(`:bare 001 ${target} :Welcome\r\n:bare 422 ${target} :No MOTD\r\n`);
  } else if (command === "JOIN") {
    peer.room = rooms.get(target) ?? new Set();
    rooms.set(target, peer.room.add(peer));
    answer(`:${peer.nick}!u@h JOIN ${target}\r\n:bare 366 ${peer.nick} ${target} :End\r\n`);
  } else if (command === "PRIVMSG") {
    const said = `:${peer.nick}!u@h ${line}\r\n`;
    for (const other of rooms.get(target) ?? []) if (other !== peer) other.connection.send(said);
  } else if (command === "PING") answer(`:bare PONG bare ${target}\r\n`);
}

function serve(socket: Socket): void {
  const options = { lines: CLIENT_LINES, sendQueueBytes: 0, flusher };
  const peer: Peer = { connection: new Connection(socket, options), nick: "", room: undefined };
  void peer.connection.run({
    line: ({ text }) => hear(peer, text),
    overflow: () => {},
    closed: () => void peer.room?.delete(peer),
  });
}

async function listen(port: string, wrap: (conn: Deno.TcpConn) => Socket): Promise<void> {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: Number(port) });
  for (;;) {
    const conn = await listener.accept();
    conn.setNoDelay();
    serve(wrap(conn));
  }
}

/** Encrypts connections with a certificate of its own. */
async function encryption(): Promise<(conn: Deno.TcpConn) => Socket> {
  const pair = await makeCertificate({ name: "bare", hosts: ["127.0.0.1"], now: Date.now() });
  const context = tlsContext(pair).secure;
  const direct = await canBeDirect(context);
  const plainAnswer = new Uint8Array();
  const options = { context, direct, handshakeMs: 60_000, plainAnswer };
  return (conn) => TlsSocket.accept(conn, options);
}

const [plain, encrypted] = Deno.args;
// Who waits for the first port finds the second one too.
if (encrypted !== undefined) void listen(encrypted, await encryption());
await listen(plain!, (conn) => conn);
