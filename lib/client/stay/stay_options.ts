/**
 * The settings of a stay on a server, what it needs of its platform, and its exit status.
 * @module
 */
import type { Hashes } from "../../crypto/scram.ts";
import type { ChatEvent } from "../events.ts";
import type { Step } from "../session/context.ts";
import type { Insecure } from "../session/doubt.ts";
import type { ResumeSecret } from "../session/resume_state.ts";
import type { Credentials } from "../session/login_state.ts";
import type { Unsaid } from "../session/unsaid.ts";
import type { NodePlace } from "../../irc/node_address.ts";
import type { Target } from "../trust/target.ts";
import type { Timers } from "./alarm.ts";
import type { Dial } from "./line_link.ts";

/** The exit status, by how the stay ended. */
export const STATUS = { left: 0, failed: 1, nameRefused: 3, interrupted: 130 } as const;

export interface StayEntry {
  readonly target: Target;
  /** The name to claim; undefined if it has to be asked for. */
  readonly name: string | undefined;
  /** The server's password; if undefined, an invitation in the target is used. */
  readonly password: string | undefined;
  /** The key of the room; by default that of the target. */
  readonly key?: string | undefined;
  /** The secret of a stay to go on with, of an earlier session. */
  readonly secret?: ResumeSecret | undefined;
  /** The name and version of this program. */
  readonly version?: string | undefined;
}

export interface Audience {
  show(event: ChatEvent): void;
  /**
   * The session took a step, after its events were shown: it may want something else than before.
   *
   * @param destination as in {@linkcode Step}.
   */
  stepped(destination: Step["destination"]): void;
  /** Resolves when more can be shown; undefined if it can now. */
  readonly room: Promise<void> | undefined;
  /** Resolves when all is shown, or nobody looks any more. Never rejects. */
  flushed(): Promise<void>;
  /** What was left to say when the stay failed, besides what the session was given. */
  readonly rest?: () => Promise<Unsaid>;
}

export interface StayLogin {
  readonly given: Credentials | undefined;
  readonly asks: boolean;
  /** The stored password of an account. Never rejects. */
  readonly recall: (account: string) => Promise<string | undefined>;
}

export interface StayOptions extends StayEntry {
  readonly insecure: Insecure;
  /** Whether a person is there: else nobody can be asked, and it does not dial for ever. */
  readonly person: boolean;
  /** Whether there is a screen: old messages are of use, and a person can do something. */
  readonly rich: boolean;
  readonly typing: boolean;
  /** It does not log in if this is undefined. */
  readonly login: StayLogin | undefined;
  readonly audience: Audience;
}

/** A stay, as it is told about the network. */
export interface NetworkListener {
  /** The state of the connection, as people see it. */
  readonly link: "connecting" | "up" | "waiting";
  /**
   * The network may have changed, or the machine slept: whether the connection still works is found
   * out at once, or it dials at once.
   */
  check(): void;
  /** The connection can't work any more: it is closed, and dialled again. */
  cut(): void;
}

/** What is remembered of the other servers of a chat. */
export interface NodeMemory {
  /** What was learned in an earlier stay. Never rejects. */
  recall(): Promise<readonly NodePlace[]>;
  /** Remembers what was told over an encrypted connection, instead of that. */
  learned(nodes: readonly NodePlace[]): void;
}

/** What a stay needs of the platform that it runs on. */
export interface StayMeans {
  readonly dial: Dial;
  readonly timers: Timers;
  /** As `Math.random`. */
  readonly random: () => number;
  readonly hashes: Hashes;
  /** Undefined to remember nothing. */
  readonly nodes?: NodeMemory;
  /** Begins to tell about the network, if the platform can. Returns a function that ends it. */
  readonly watch?: (stay: NetworkListener) => () => void;
}
