/**
 * A stay over real sockets that says numbered words.
 * @module
 */
import type { Dial } from "../../lib/client/stay/line_link.ts";
import type { Target } from "../../lib/client/trust/target.ts";
import { webSocketDial } from "../../lib/web/page/view/web_socket_link.ts";
import type { ChatEvent } from "../../lib/client/events.ts";
import { Stay } from "../../lib/client/stay/stay.ts";
import { STATUS } from "../../lib/client/stay/stay_options.ts";
import { Dialler } from "../../lib/cli/join/dialler.ts";
import { dialBy } from "../../lib/cli/join/server_link.ts";
import { SYSTEM_TIMERS } from "../../lib/client/stay/system_timers.ts";
import { webHashes } from "../../lib/crypto/hashes.ts";
import type { ServerProcess } from "./program.ts";
import { inTime, Transcript } from "./transcript.ts";

/** How stays reach a server. */
export interface TalkerWay {
  readonly name: string;
  port(server: ServerProcess): number | Promise<number>;
  dial(target: Target): Dial;
}

const TRUST = { file: undefined, expected: undefined, trustNew: false, ca: undefined };

export const TALKER_WAYS: readonly TalkerWay[] = [
  {
    name: "chat join",
    port: (server) => server.port,
    dial: (target) => dialBy(new Dialler(target, TRUST, undefined), () => {}),
  },
  {
    name: "the page",
    port: (server) => server.webPort(),
    dial: ({ host, port }) =>
      webSocketDial((way) => {
        const place = way === undefined ? { host, webPort: port } : way;
        if (!("webPort" in place) || place.webPort === undefined) return undefined;
        return { url: `ws://${place.host}:${place.webPort}/`, secrecy: "open" };
      }, () => {}),
  },
];

export class Talker implements AsyncDisposable {
  readonly name: string;
  readonly heard: string[] = [];
  readonly #log: Transcript;
  readonly #stay: Stay;
  readonly #status: Promise<number>;
  #count = 0;

  /** @param rich Whether it is one at a terminal, else one in a pipe. */
  constructor(name: string, port: number, rich: boolean, way: TalkerWay) {
    this.name = name;
    this.#log = new Transcript(name);
    const target = { host: "127.0.0.1", port, room: "#lobby", encryption: "never" } as const;
    this.#stay = new Stay({
      ...{ target, name, password: undefined, insecure: "never", login: undefined },
      ...{ person: rich, rich, typing: false },
      audience: {
        show: (event) => this.#show(event),
        stepped: () => {},
        room: undefined,
        flushed: () => Promise.resolve(),
      },
    }, {
      dial: way.dial(target),
      timers: SYSTEM_TIMERS,
      random: () => 0,
      hashes: webHashes(),
    });
    this.#status = this.#stay.run();
  }

  #show(event: ChatEvent): void {
    if (event.type === "message" && !event.server) {
      const line = `${event.from} -> ${event.target}: ${event.text}`;
      this.heard.push(line);
      this.#log.add(`${line}\n`);
    } else this.#log.add(`(${event.type})\n`);
  }

  /** Says so many words to a room or a person. */
  say(place: string, count: number): void {
    for (; count > 0; count--) {
      this.#stay.perform({ do: "say", text: `${this.name} ${++this.#count}` }, place);
    }
  }

  /** Says a last word to a room or a person. Returns how others see it. */
  last(place: string): string {
    this.say(place, 1);
    return `${this.name} -> ${place}: ${this.name} ${this.#count}`;
  }

  /** Waits until it has heard this. */
  async hears(...lines: string[]): Promise<void> {
    const missing = () => lines.filter((line) => !this.heard.includes(line));
    const waiting = async () => {
      while (missing().length > 0) await this.#log.line(/^[^(]/);
    };
    await inTime(waiting(), () => `${this.name} to hear:\n${missing().join("\n")}`);
  }

  async entered(): Promise<void> {
    await this.#log.line(/^\(entered\)$/);
  }

  async leave(): Promise<number> {
    this.#stay.leave("");
    return await this.#status;
  }

  /** Ends it at once, if it has not ended. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#stay.stop(STATUS.left);
    await this.#status;
  }
}
