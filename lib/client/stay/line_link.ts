/**
 * Connections as a stay sees them, whatever carries them: lines that go out and come in.
 * @module
 */
import type { Secrecy } from "../session/doubt.ts";
import type { Route } from "./routes.ts";

/** Callbacks for the owner of a connection. */
export interface LinkHandler {
  /**
   * A line came in, without its end; undefined if it was too long. If a promise is returned, no
   * more is read until it resolves.
   */
  line(text: string | undefined): void | Promise<void>;
  /** The connection is closed. Called exactly once, whichever side closed it. */
  closed(reason: string): void;
}

/** A connection to a server. */
export interface LineLink {
  /** Reads to the end of the connection. Called once, before anything else but `close`. */
  run(handler: LinkHandler): void;
  /** Sends lines, which have no line ends yet. */
  send(lines: readonly string[]): void;
  /** Closes after what was sent. */
  end(): void;
  /** Closes at once. */
  close(reason: string): void;
}

/** What an attempt to connect came to. */
export type DialOutcome =
  | {
    readonly kind: "connected";
    readonly link: LineLink;
    /** The port that was reached; undefined if it is of no interest. */
    readonly port: number | undefined;
    readonly secrecy: Secrecy;
    /** What the person should know, a sentence: that it is not encrypted, who is trusted now. */
    readonly notice: string | undefined;
  }
  /** Trying again later may help. `why` is part of a sentence. */
  | { readonly kind: "failed"; readonly port: number | undefined; readonly why: string }
  /** The server is not trusted, or the person said no. Trying again would change nothing. */
  | { readonly kind: "refused"; readonly text: string };

/**
 * Connects to a server of a stay. Never rejects. The signal breaks it off.
 *
 * @param asking has to be called before the person is asked whether to trust the server; if it is
 * undefined, nobody may be asked.
 */
export type Dial = (signal: AbortSignal, route: Route, asking?: () => void) => Promise<DialOutcome>;
