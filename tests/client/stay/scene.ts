/**
 * A stay with a scripted server and a clock in the test's hand.
 */
import type { ChatEvent } from "../../../lib/client/events.ts";
import type { Secrecy } from "../../../lib/client/session/doubt.ts";
import type { DialOutcome, LineLink, LinkHandler } from "../../../lib/client/stay/line_link.ts";
import { Stay } from "../../../lib/client/stay/stay.ts";
import type { StayOptions } from "../../../lib/client/stay/stay_options.ts";
import { type NodePlace, NODES } from "../../../lib/irc/node_address.ts";
import { RESUME } from "../../../lib/irc/resume.ts";
import { quickHashes } from "../../fuzz/quick_hashes.ts";

/** A connection whose server is the test. */
export class FakeLink implements LineLink {
  readonly sent: string[] = [];
  #handler: LinkHandler | undefined;

  run(handler: LinkHandler): void {
    this.#handler = handler;
  }

  send(lines: readonly string[]): void {
    this.sent.push(...lines);
  }

  end(): void {
    this.close("left");
  }

  close(reason: string): void {
    this.#handler?.closed(reason);
    this.#handler = undefined;
  }

  /** Whether it is still open. */
  get isOpen(): boolean {
    return this.#handler !== undefined;
  }

  server(...lines: string[]): this {
    for (const line of lines) void this.#handler?.line(line);
    return this;
  }

  /** Lets the person in, with a secret for the way back. */
  welcome(secret = "secret-1", nodes: string | undefined = undefined): this {
    this.server(`:s CAP * LS :${RESUME}`, `:s CAP * ACK :${RESUME}`, ":s 366 * #lobby :End");
    this.server(
      ":s 001 Ali :Hi",
      ...isupport(nodes),
      ":Ali!a@h JOIN #lobby",
      ":s 366 Ali #lobby :End",
    );
    return this.server(`:s RESUME TOKEN ${secret}`);
  }

  /** Lets the person go on with the stay. */
  goOn(secret: string, nodes?: string): this {
    this.server(`:s CAP * LS :${RESUME}`, `:s CAP * ACK :${RESUME}`, ":s RESUME SUCCESS Ali");
    this.server(
      ":s 001 Ali :Hi",
      ...isupport(nodes),
      ":Ali!a@h JOIN #lobby",
      ":s 366 Ali #lobby :End",
    );
    return this.server(`:s RESUME TOKEN ${secret}`);
  }
}

/** What a server tells of the others. */
function isupport(nodes: string | undefined): string[] {
  return nodes === undefined ? [] : [`:s 005 Ali ${NODES}=${nodes} :are supported by this server`];
}

export class StayScene {
  now = 1_000_000;
  readonly events: ChatEvent[] = [];
  /** The attempts to connect, by their signals; each is open until the test answers it. */
  readonly dials: AbortSignal[] = [];
  /** The hosts that were dialled; the one that was named first is `server`. */
  readonly hosts: string[] = [];
  /** What is remembered of other servers, and was learned of them. */
  readonly learned: (readonly NodePlace[])[] = [];
  readonly stay: Stay;
  readonly #answers: ((outcome: DialOutcome) => void)[] = [];
  #timers: { readonly at: number; readonly run: () => void }[] = [];

  constructor(options: Partial<StayOptions> = {}, remembered: readonly NodePlace[] = []) {
    const target = { host: "server", port: 6667, room: "#lobby", encryption: "auto" } as const;
    this.stay = new Stay({
      ...{ target, name: "Ali", password: undefined, insecure: "never", login: undefined },
      ...{ person: true, rich: true, typing: false },
      audience: {
        show: (event) => this.events.push(event),
        stepped: () => {},
        room: undefined,
        flushed: () => Promise.resolve(),
      },
      ...options,
    }, {
      dial: (signal, route) => {
        this.dials.push(signal);
        this.hosts.push(route?.host ?? "server");
        const { promise, resolve } = Promise.withResolvers<DialOutcome>();
        const fail = () => resolve({ kind: "failed", port: 6667, why: "it took too long" });
        signal.addEventListener("abort", fail);
        this.#answers.push(resolve);
        return promise;
      },
      nodes: {
        recall: () => Promise.resolve(remembered),
        learned: (nodes) => this.learned.push(nodes),
      },
      timers: {
        now: () => this.now,
        after: (ms, run) => {
          const timer = { at: this.now + ms, run };
          this.#timers.push(timer);
          return () => this.#timers = this.#timers.filter((one) => one !== timer);
        },
      },
      random: () => 1,
      hashes: quickHashes(),
    });
  }

  /** Answers an attempt, by default the last one, with a connection. */
  async connects(secrecy: Secrecy = "open", host = this.hosts.at(-1)): Promise<FakeLink> {
    await turn();
    const link = new FakeLink();
    this.#answerOf(host)?.({ kind: "connected", link, port: 6667, secrecy, notice: undefined });
    await turn();
    return link;
  }

  #answerOf(host = this.hosts.at(-1)): ((outcome: DialOutcome) => void) | undefined {
    return this.#answers[this.hosts.lastIndexOf(host ?? "")];
  }

  /** Answers the last attempt with a failure. */
  async fails(why = "nothing is listening on this port"): Promise<void> {
    await turn();
    this.#answerOf()?.({ kind: "failed", port: 6667, why });
    await turn();
  }

  /** Lets time pass. */
  async wait(ms: number): Promise<void> {
    const until = this.now + ms;
    for (;;) {
      const next = this.#timers.toSorted((a, b) => a.at - b.at)[0];
      if (next === undefined || next.at > until) break;
      this.now = next.at;
      this.#timers = this.#timers.filter((one) => one !== next);
      next.run();
      await turn();
    }
    this.now = until;
    await turn();
  }
}

/** Lets what has resolved go on. */
async function turn(): Promise<void> {
  for (let i = 0; i < 10; i++) await undefined;
}
