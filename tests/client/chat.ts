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
    if (noticed) joined.peer.vanish();
    it.lose();
    joined.peer = this.server.connect();
  }

  /** Restarts the server, with the earlier store or an empty one. */
  restarts(keeps: boolean): void {
    const { store } = this.server;
    this.server = new Harness(CALM, this.server, { store: keeps ? store : memoryStore() });
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
      for (const { it, peer } of this.#joined) {
        const sent = it.takeSent();
        const received = peer.send(...sent).take();
        it.server(...received);
        busy ||= sent.length + received.length > 0;
      }
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
