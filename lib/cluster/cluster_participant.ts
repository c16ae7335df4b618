/**
 * A connection of this node: its lines go into the stream, but for those that only read or hold a
 * secret.
 * @module
 */
import type { Line } from "../irc/lines.ts";
import { parse } from "../irc/message.ts";
import { COMMANDS } from "../server/commands/table.ts";
import { kindOf, type LineKind, receive } from "../server/dispatch.ts";
import { isForeign } from "../server/entry/foreign.ts";
import type { Participant } from "../server/participant.ts";
import type { Peer, Received, User } from "../server/world/user.ts";
import type { World } from "../server/world/world.ts";
import type { LogRecord, WayRecord } from "./records.ts";
import type { LocalConnection } from "./world_replica.ts";

/** How many lines of a connection may be on their way before it waits. */
const MOST_PENDING = 64;

/** What a connection needs of its node. */
export interface Hub {
  readonly world: World;
  push(record: LogRecord): void;
  userOf(key: string): User | undefined;
  /** The time of the stream, in milliseconds since 1970. */
  clock(): number;
  newWay(): NonNullable<User["nextWay"]>;
  forget(key: string): void;
}

/** A result that is on its way, and what its command does when it has come. */
interface Awaited {
  readonly run: (now: number) => void;
  readonly done: () => void;
}

export class ClusterParticipant implements Participant, LocalConnection {
  readonly key: string;
  readonly peer: Peer;
  readonly #hub: Hub;
  /** Its records that are on their way. */
  #pending = 0;
  /** How long its next line must wait, in milliseconds. */
  #wait = 0;
  #waiting: { readonly most: number; readonly go: () => void } | undefined;
  readonly #awaited: Awaited[] = [];
  /** The ways back that were announced and not applied, with their secrets. */
  readonly #ways = new Map<string, NonNullable<User["nextWay"]>>();
  /** How far it has received what was sent, by its last line. */
  #heard: Received;
  #over = false;

  constructor(hub: Hub, key: string, peer: Peer) {
    this.#hub = hub;
    this.key = key;
    this.peer = peer;
    this.#heard = hub.world.mark(hub.clock());
    const { host, address, secure, isHere = false } = peer;
    this.#push({ kind: "connect", key, host, address, secure, isHere });
  }

  get #user(): User | undefined {
    return this.#hub.userOf(this.key);
  }

  #push(record: LogRecord): void {
    this.#pending++;
    this.#hub.push(record);
  }

  line(line: Line): number | Promise<number> {
    this.#heard = this.#hub.world.mark(this.#hub.clock());
    const wait = this.#wait;
    this.#wait = 0;
    const user = this.#user;
    // Nothing can be said of a user that is not there yet.
    const isEarly = user === undefined && this.#pending > 0;
    const ran = isEarly ? this.#below(1).then(() => this.#line(line)) : this.#line(line);
    if (typeof ran === "number") return Math.max(wait, ran);
    return ran.then((ms) => Math.max(wait, ms));
  }

  #line(line: Line): number | Promise<number> {
    const user = this.#user;
    if (user === undefined || this.#over) return 0;
    const { key } = this;
    if (!user.registered && isForeign(line)) {
      this.#push({ kind: "quit", key, reason: "Not an IRC client" });
      return 0;
    }
    const kind = kindOf(COMMANDS, line);
    if (kind !== "shared") {
      return this.#pending > 0
        ? this.#below(1).then(() => this.#here(line, kind))
        : this.#here(line, kind);
    }
    const way = issues(user, line.text) ? { way: this.#announceWay() } : {};
    this.#push({ kind: "line", key, text: line.text, ...way });
    return this.#pending < MOST_PENDING ? 0 : this.#below(MOST_PENDING / 2).then(() => 0);
  }

  /** Runs a line that the others don't see. */
  #here(line: Line, kind: LineKind): number | Promise<number> {
    const user = this.#user;
    if (user === undefined) return 0;
    // Others must know that the secret that it came with is of no use any more.
    if (user.unproven) this.#push({ kind: "heard", key: this.key });
    return receive(COMMANDS, this.#hub.world, user, line, this.#hub.clock(), kind);
  }

  #announceWay(): WayRecord {
    const way = this.#hub.newWay();
    this.#ways.set(way.id, way);
    return { id: way.id, hash: way.hash };
  }

  /** Resolves when fewer than so many records are on their way. */
  #below(most: number): Promise<void> {
    if (this.#pending < most || this.#over) return Promise.resolve();
    return new Promise((go) => this.#waiting = { most, go });
  }

  way(announced: WayRecord): User["nextWay"] {
    const way = this.#ways.get(announced.id);
    this.#ways.delete(announced.id);
    return way;
  }

  applied(wait: number): void {
    this.#pending--;
    this.#wait = Math.max(this.#wait, wait);
    const waiting = this.#waiting;
    if (waiting === undefined || this.#pending >= waiting.most) return;
    this.#waiting = undefined;
    waiting.go();
  }

  /** Publishes the result of a command of this connection. Resolves when it has been applied. */
  share(name: string, result: unknown, run: (now: number) => void): Promise<void> {
    const way = this.#user?.registered ? {} : { way: this.#announceWay() };
    this.#push({ kind: "outcome", key: this.key, name, result, ...way });
    return new Promise((done) => this.#awaited.push({ run, done }));
  }

  resume(now: number): void {
    const next = this.#awaited.shift();
    try {
      next?.run(now);
    } finally {
      next?.done();
    }
  }

  overflow(): void {
    this.drop("SendQ exceeded");
  }

  /** Closes the connection, as if the peer had. */
  drop(reason: string): void {
    const { world } = this.#hub;
    const user = this.#user;
    const last = world.goodbye({ ip: this.peer.host }, reason, this.#hub.clock());
    if (user === undefined) this.peer.sink.end(reason, last.line(0));
    else user.end(reason, last);
    this.closed(reason);
  }

  closed(reason: string, most?: number): void {
    if (this.#over) return;
    this.#over = true;
    const heard = this.#heard;
    this.#hub.push({ kind: "closed", key: this.key, reason, most, heard });
    this.#hub.forget(this.key);
    this.#waiting?.go();
    for (const { done } of this.#awaited.splice(0)) done();
  }

  fault(): void {
    this.#hub.push({ kind: "quit", key: this.key, reason: "Internal server error" });
  }
}

/** Whether a line's command may give its sender a new way back. */
function issues(user: User, text: string): boolean {
  // Few lines need to be parsed. There may be tags, a source and spaces before the command.
  if (user.registered && !/(?:^| )CAP /i.test(text)) return false;
  const command = parse(text)?.command;
  return command !== undefined && COMMANDS.get(command)?.issues === true;
}
