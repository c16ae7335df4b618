/**
 * The connection to the chat: dialled again and again, one at a time, to whichever of its servers
 * answers.
 * @module
 */
import type { NodePlace } from "../../irc/node_address.ts";
import { SAFETY, type Secrecy } from "../session/doubt.ts";
import type { Target } from "../trust/target.ts";
import type { Dial, DialOutcome, LineLink } from "./line_link.ts";
import { race, type Raced } from "./race.ts";
import type { StayMeans } from "./stay_options.ts";
import { type Route, Routes } from "./routes.ts";
import { CLIENT } from "../../wording/client.ts";
import { CONNECTION_FAULT } from "../../wording/reaching.ts";

type Means = Pick<StayMeans, "dial" | "timers" | "nodes">;

export class CurrentLink {
  readonly #target: Target;
  readonly #means: Means;
  readonly #routes: Routes;
  #attempt: AbortController | undefined;
  #link: LineLink | undefined;
  /** The server of this connection, or else of the last one. */
  #route: Route;
  /** What that server told of others; undefined before it did. */
  #nodes: readonly NodePlace[] | undefined;
  #recalled = false;
  #secrecy: Secrecy = "open";
  /** The safest connection so far: no other server is used over a less safe one. */
  #floor: Secrecy = "open";

  constructor(target: Target, means: Means) {
    this.#target = target;
    this.#means = means;
    this.#routes = new Routes(target);
  }

  get isOpen(): boolean {
    return this.#link !== undefined;
  }

  /** Who can hear what is sent on this connection, or could on the last one. */
  get secrecy(): Secrecy {
    return this.#secrecy;
  }

  /** How many other servers are known. */
  get others(): number {
    return this.#routes.all.length - 1;
  }

  /** Whether some of them were told by a server. */
  get wasTold(): boolean {
    return this.#routes.told.length > 0;
  }

  /**
   * Dials, as {@linkcode race} does. {@linkcode breakOff} ends the attempt. Never rejects.
   *
   * @param patience how long it may take with one server, in milliseconds; undefined for as long as
   * it takes.
   */
  async dial(patience?: number): Promise<Raced> {
    const { signal } = this.#attempt = new AbortController();
    const { timers, nodes } = this.#means;
    if (nodes !== undefined && !this.#recalled) {
      this.#recalled = true;
      this.#routes.learn(await nodes.recall(), undefined);
    }
    const dial: Dial = (...args) => this.#dial(...args);
    return await race(this.#routes.all, { dial, timers, signal, patience });
  }

  async #dial(...[signal, route, asking]: Parameters<Dial>): Promise<DialOutcome> {
    const outcome = await this.#means.dial(signal, route, asking);
    if (route === undefined || outcome.kind !== "connected") return outcome;
    if (SAFETY[outcome.secrecy] >= SAFETY[this.#floor]) return outcome;
    outcome.link.close(CLIENT.leaving);
    return { kind: "failed", port: outcome.port, why: CONNECTION_FAULT.lessSafe };
  }

  /** Ends the dialling. */
  breakOff(): void {
    this.#attempt?.abort();
  }

  /** Takes a new connection. Returns the server's host if it is another server than before. */
  open(link: LineLink, route: Route, secrecy: Secrecy): string | undefined {
    const isSame = route === this.#route;
    this.#link = link;
    this.#route = route;
    this.#routes.move(route, "first");
    this.#nodes = undefined;
    this.#secrecy = secrecy;
    if (SAFETY[secrecy] > SAFETY[this.#floor]) this.#floor = secrecy;
    return isSame ? undefined : route?.host ?? this.#target.host;
  }

  /**
   * Takes what the server told of others. Only a server that is certain can vouch for them.
   *
   * @param nodes undefined if it has not told anything yet.
   */
  learn(nodes: readonly NodePlace[] | undefined): void {
    if (nodes === undefined || nodes === this.#nodes) return;
    this.#nodes = nodes;
    const isSure = this.#secrecy === "sure";
    const told = nodes.map((one) => isSure ? one : { ...one, fingerprint: undefined });
    this.#routes.learn(told, this.#route);
    if (this.#secrecy !== "open") this.#means.nodes?.learned(this.#routes.told);
  }

  send(lines: readonly string[]): void {
    if (lines.length > 0) this.#link?.send(lines);
  }

  /** Ends the dialling, or the connection after what was sent. Returns whether there was one. */
  end(): boolean {
    this.breakOff();
    this.#link?.end();
    return this.isOpen;
  }

  close(reason: string): void {
    this.#link?.close(reason);
  }

  /** @param isBad whether another server should be dialled first; after a mere cut, it is the same. */
  lost(isBad: boolean): void {
    this.#link = undefined;
    if (isBad) this.#routes.move(this.#route, "last");
  }
}
