/**
 * The server's log: events of the server and of its users, as lines of text or of JSON.
 *
 * A log never slows the server down: lines wait in a bounded buffer while a write is in progress,
 * and are dropped and counted if it is full.
 * @module
 */
import { format as formatTime } from "@std/datetime/format";
import { actionOf } from "../../irc/ctcp.ts";
import type { LogEvent } from "../../server/log_event.ts";
import { writeAll } from "../../text/write_all.ts";
import { shortened, visible } from "../../text/text.ts";
import { LOG, USER_LOG } from "../../wording/log.ts";

export interface ServerEvent {
  readonly kind:
    | "announced"
    | "created"
    | "bound"
    | "data"
    | "ready"
    | "hint"
    | "warning"
    | "cluster"
    | "reloaded"
    | "closing"
    | "closed";
  readonly text: string;
  /** Further fields for programs. */
  readonly detail?: Readonly<Record<string, string | number>>;
}

export interface LogOptions {
  readonly format: "text" | "json";
  /** Whether to log what people say. */
  readonly messages: boolean;
  /** Messages there are logged without the channel's name. */
  readonly lobby: string;
  readonly now: () => number;
  /** As `Deno.stdout.write`, it may write only a part. */
  readonly write: (bytes: Uint8Array) => Promise<number>;
  /** Told when writing starts to fail. The log goes on, and counts lost lines. */
  readonly failed?: (error: unknown) => void;
}

/** The most that may wait to be written, in characters. */
const PENDING_LIMIT = 1 << 20;

export class Log {
  readonly #options: LogOptions;
  #pending: string[] = [];
  #length = 0;
  #lost = 0;
  #failing = false;
  #writing: Promise<void> | undefined;

  constructor(options: LogOptions) {
    this.#options = options;
  }

  user(event: LogEvent): void {
    if (event.kind === "said" && !this.#options.messages) return;
    this.#line(() => userText(event, this.#options.lobby), event, true);
  }

  server(event: ServerEvent): void {
    const { kind, text, detail } = event;
    this.#line(() => text, { kind, text, ...detail }, kind === "warning" || kind === "reloaded");
  }

  /** Logs an error in the server itself, which goes on. */
  fault(error: unknown): void {
    const text = error instanceof Error ? error.stack ?? error.message : String(error);
    this.server({ kind: "warning", text: LOG.ownFault(text) });
  }

  #line(text: () => string, fields: object, timed: boolean): void {
    const { format, now } = this.#options;
    const time = new Date(now());
    const line = format === "json"
      ? escaped(JSON.stringify({ time: time.toISOString(), ...fields }))
      : (timed ? `${formatTime(time, "yyyy-MM-dd HH:mm:ss")} ` : "") + shortened(visible(text()));
    if (this.#length + line.length > PENDING_LIMIT) {
      this.#lost++;
      return;
    }
    this.#pending.push(`${line}\n`);
    this.#length += line.length + 1;
    this.#writing ??= this.#write();
  }

  /** Resolves when all lines are written or lost. */
  async flush(): Promise<void> {
    await this.#writing;
  }

  async #write(): Promise<void> {
    // All lines of this turn go out in one write.
    await undefined;
    let lines = 0;
    try {
      while (this.#pending.length > 0) {
        const bytes = encoder.encode(this.#pending.join(""));
        lines = this.#pending.length;
        this.#pending = [];
        this.#length = 0;
        await writeAll(this.#options, bytes);
        this.#failing = false;
        if (this.#lost > 0) this.#sayLost();
      }
    } catch (error) {
      // Nobody reads the log any more (a closed pipe), or the disk is full. The server goes on.
      this.#lost += lines + this.#pending.length;
      this.#pending = [];
      this.#length = 0;
      if (!this.#failing) this.#options.failed?.(error);
      this.#failing = true;
    }
    this.#writing = undefined;
  }

  #sayLost(): void {
    const lost = this.#lost;
    this.#lost = 0;
    this.server({ kind: "warning", text: LOG.linesLost(lost), detail: { lost } });
  }
}

const encoder = new TextEncoder();

/** Escapes what JSON allows but a terminal acts on, as `\uXXXX`. */
function escaped(json: string): string {
  const escape = (unit: string) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
  return json.replace(
    /[\x7f-\x9f\u2028\u2029\p{Cf}]/gu,
    (char) => char.split("").map(escape).join(""),
  );
}

/** The line of an event of a user, without its time. Texts of users are not escaped yet. */
function userText(event: LogEvent, lobby: string): string {
  switch (event.kind) {
    case "connected":
      return USER_LOG.connected(event.address);
    case "refused":
      return USER_LOG.refused(event.address, event.reason);
    case "claimed":
      return USER_LOG.claimed(event.address, event.nick);
    case "renamed":
      return USER_LOG.renamed(who(event), event.newNick);
    case "said": {
      const { channel } = event;
      const action = actionOf(event.text);
      const [inLobby, elsewhere, text] = action === undefined
        ? [USER_LOG.says, USER_LOG.saysIn, event.text] as const
        : [USER_LOG.acts, USER_LOG.actsIn, action] as const;
      return channel === lobby ? inLobby(who(event), text) : elsewhere(who(event), channel, text);
    }
    case "disconnected":
      return /^Quit(:|$)|^Connection closed$/.test(event.reason)
        ? USER_LOG.disconnected(who(event))
        : USER_LOG.disconnectedFor(who(event), event.reason);
    case "lost":
      return USER_LOG.lost(who(event), event.seconds, event.reason);
    case "returned":
      return USER_LOG.returned(event.address, event.nick);
    case "account":
      return event.account === ""
        ? USER_LOG.failedNone(who(event))
        : USER_LOG[event.did](who(event), event.account);
    case "fault":
      return USER_LOG[event.fault](who(event));
    default:
      return event satisfies never;
  }
}

function who({ address, nick }: { readonly address: string; readonly nick: string }): string {
  return nick === "" ? address : `${address} (${nick})`;
}
