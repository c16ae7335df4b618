/**
 * The least that can pass on what is said, on Deno: no names are checked, nothing is kept, nothing
 * is bounded. What it takes is Deno's own price; a server that does more can only be faster where it
 * writes less often.
 *
 *     deno run --allow-net tests/bench/load/bare.ts PORT
 */
import { setImmediate } from "node:timers";

/** One client, and what it is still to be sent. */
interface Peer {
  readonly conn: Deno.TcpConn;
  nick: string;
  room: Set<Peer> | undefined;
  pending: Uint8Array[];
  writing: boolean;
}

/** Beyond about 128 writes begun in a turn Deno takes a slow path. */
const CHUNK = 50;

const encoder = new TextEncoder();
const decoder = new TextDecoder();
const rooms = new Map<string, Set<Peer>>();
let dirty = new Set<Peer>();

function send(peer: Peer, line: Uint8Array): void {
  peer.pending.push(line);
  if (peer.writing) return;
  if (dirty.size === 0) setImmediate(flush);
  dirty.add(peer);
}

function flush(): void {
  const peers = [...dirty];
  dirty = new Set();
  const next = (from: number) => {
    for (const peer of peers.slice(from, from + CHUNK)) void write(peer);
    if (from + CHUNK < peers.length) setImmediate(() => next(from + CHUNK));
  };
  next(0);
}

async function write(peer: Peer): Promise<void> {
  peer.writing = true;
  while (peer.pending.length > 0) {
    const [first, ...rest] = peer.pending;
    const bytes = rest.length === 0 ? first! : joined(peer.pending);
    peer.pending = [];
    for (let sent = 0; sent < bytes.length;) {
      const count = await peer.conn.write(bytes.subarray(sent)).catch(() => undefined);
      if (count === undefined) return;
      sent += count;
    }
  }
  peer.writing = false;
}

function joined(lines: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(lines.reduce((length, line) => length + line.length, 0));
  let at = 0;
  for (const line of lines) {
    bytes.set(line, at);
    at += line.length;
  }
  return bytes;
}

function hear(peer: Peer, line: string): void {
  const [command, target = ""] = line.split(" ", 2);
  const answer = (text: string) => send(peer, encoder.encode(text));
  if (command === "NICK") {
    peer.nick = target;
    answer(`:bare 001 ${target} :Welcome\r\n:bare 422 ${target} :No MOTD\r\n`);
  } else if (command === "JOIN") {
    peer.room = rooms.get(target) ?? new Set();
    rooms.set(target, peer.room.add(peer));
    answer(`:${peer.nick}!u@h JOIN ${target}\r\n:bare 366 ${peer.nick} ${target} :End\r\n`);
  } else if (command === "PRIVMSG") {
    const said = encoder.encode(`:${peer.nick}!u@h ${line}\r\n`);
    for (const other of rooms.get(target) ?? []) if (other !== peer) send(other, said);
  } else if (command === "PING") answer(`:bare PONG bare ${target}\r\n`);
}

async function serve(conn: Deno.TcpConn): Promise<void> {
  conn.setNoDelay();
  const peer: Peer = { conn, nick: "", room: undefined, pending: [], writing: false };
  const buffer = new Uint8Array(1024);
  let rest = "";
  for (;;) {
    const count = await conn.read(buffer).catch(() => null);
    if (count === null) break;
    const lines = (rest + decoder.decode(buffer.subarray(0, count))).split("\r\n");
    rest = lines.pop()!;
    for (const line of lines) hear(peer, line);
  }
  peer.room?.delete(peer);
  conn.close();
}

const listener = Deno.listen({ hostname: "127.0.0.1", port: Number(Deno.args[0]) });
for (;;) void serve(await listener.accept());
