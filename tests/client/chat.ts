/**
 * Client sessions connected to the real server in memory.
 * @module
 */
import { memoryStore } from "../../lib/store/memory/store.ts";
import { CALM, type Client as Peer, Harness } from "../server/harness.ts";
import { Drive } from "./drive.ts";

/** Client sessions and a real server, connected in memory. */
export class Chat {
  server = new Harness();
  readonly #joined: { readonly it: Drive; peer: Peer }[] = [];
  /** The server's lines that have not arrived yet. */
  readonly #late = new Map<Drive, string[]>();

  /** Adds a session that enters the lobby. */
  enters(name: string, host?: string): Drive {
    const it = new Drive({ name, multiline: true, history: true });
    it.now = this.server.now;
    this.#joined.push({ it, peer: this.server.connect(host) });
    it.open();
    this.settle();
    this.hush();
    return it;
  }

  /** Breaks a session's connection. The server does not notice if `noticed` is false. */
  loses(it: Drive, noticed = true): void {
    const joined = this.#joined.find((one) => one.it === it)!;
    this.#late.delete(it);
    if (noticed) joined.peer.vanish();
    it.lose();
    joined.peer = this.server.connect();
  }

  /**
   * Breaks a session's connection while lines are on their way.
   *
   * @param up How many of those to the server still arrive.
   * @param down How many of the server's lines still arrive.
   */
  breaks(it: Drive, up: number, down: number, noticed: boolean): void {
    this.exchange(it, down, up);
    it.takeSent();
    this.loses(it, noticed);
  }

  /** A session and the server exchange lines once; of the server's, the rest comes later. */
  exchange(it: Drive, down = Infinity, up = Infinity): boolean {
    const { peer } = this.#joined.find((one) => one.it === it)!;
    const sent = it.takeSent().slice(0, up);
    const received = [...this.#late.get(it) ?? [], ...peer.send(...sent).take()];
    it.server(...received.slice(0, down));
    this.#late.set(it, received.slice(down));
    return sent.length + received.length > 0;
  }

  /** Logs a session in to a new account. */
  logsIn(it: Drive, account: string): void {
    const verifier = { mechanism: "SCRAM-SHA-256", iterations: 1, salt: "", storedKey: "" };
    this.server.store.accounts.add(account, { ...verifier, serverKey: "" }, this.server.now);
    this.server.login(this.#joined.find((one) => one.it === it)!.peer, account);
    this.settle();
  }

  /** Restarts the server, with the earlier store or an empty one. */
  restarts(keeps: boolean): void {
    const { store } = this.server;
    this.server = new Harness(CALM, this.server, { store: keeps ? store : memoryStore() });
    this.#late.clear();
    for (const joined of this.#joined) {
      joined.it.lose();
      joined.peer = this.server.connect();
    }
  }

  /** Lets time pass for everyone. */
  pass(ms: number): void {
    this.server.now += ms;
    for (const { it } of this.#joined) it.now = this.server.now;
  }

  /** Exchanges lines until nobody sends anything more. */
  settle(): void {
    for (let busy = true; busy;) {
      busy = false;
      for (const { it } of this.#joined) busy = this.exchange(it) || busy;
    }
  }

  hush(): void {
    for (const { it } of this.#joined) it.takeEvents();
  }

  /** Types a line. Returns the events of each session. */
  types(it: Drive, line: string, where?: string): string[][] {
    this.hush();
    it.type(line, where);
    this.settle();
    return this.#joined.map(({ it }) => it.takeEvents());
  }
}
