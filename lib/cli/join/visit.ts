/**
 * A person's visit to a server, from the first question to the end. A mistyped address or password
 * is asked for again.
 * @module
 */
import { isLeaving, isYes } from "../../client/input/interpret.ts";
import type { Credentials } from "../../client/session/login_state.ts";
import { resolveServer, type Settings } from "../../client/settings.ts";
import {
  parseTarget,
  type Target,
  withoutEncryption,
  writeTarget,
} from "../../client/trust/target.ts";
import { sameName } from "../../irc/names.ts";
import type { Stay } from "../../client/stay/stay.ts";
import type { Surroundings } from "./surroundings.ts";
import { type EntryOptions, systemStay } from "./system_stay.ts";
import { type Audience, STATUS } from "../../client/stay/stay_options.ts";

export interface VisitOptions extends Omit<EntryOptions, "target"> {
  /** Where to go; undefined to ask for it. */
  readonly target: Target | undefined;
  /** Whether to send a password even if others can read it; if not, the person is asked. */
  readonly insecurePassword: boolean;
  /** Whether to encrypt if the server can; else never. */
  readonly tls: boolean;
  readonly account?: Credentials | undefined;
  readonly typing: boolean;
  /** Looks for rooms while the address is asked for; undefined not to look. */
  readonly surroundings?: Surroundings | undefined;
  /** What to offer, and the short names of servers. */
  readonly settings: Pick<Settings, "server" | "name" | "servers">;
}

/** The questions of a visit, besides the name. */
export type VisitQuestion = "address" | "password" | "trust" | "insecure" | "roomKey";

/** The front end of a visit. */
export interface Host extends Audience {
  /** Asks a question; the answer goes to {@linkcode Visit.answer}. */
  ask(question: VisitQuestion | "name", offered: string): void;
  /** The stored password of an account. Never rejects. */
  recall(target: Target, account: string): Promise<string | undefined>;
  inform(...lines: readonly string[]): void;
}

export class Visit {
  readonly #options: VisitOptions;
  readonly #host: Host;
  readonly #over = Promise.withResolvers<number>();
  #question: VisitQuestion | undefined;
  #confirmed: ((yes: boolean) => void) | undefined;
  #stay: Stay | undefined;
  #target: Target | undefined;
  #password: string | undefined;
  /** The name to offer: the last one, unless it was refused. */
  #name: string;
  /** The name that the person chose last. */
  claimed: string | undefined;
  /** The room whose key was asked for. */
  #locked = "";
  #leaving = false;

  constructor(options: VisitOptions, host: Host) {
    this.#options = options;
    this.#host = host;
    this.#target = options.target;
    this.#password = options.password;
    this.#name = options.name ?? options.settings.name ?? "";
    this.claimed = options.name;
  }

  /** The stay on the server; undefined while the address is asked for. */
  get stay(): Stay | undefined {
    return this.#stay;
  }

  /** The server, as a person would type it; undefined while it is not known. */
  get server(): string | undefined {
    return this.#target && writeTarget(this.#target);
  }

  get target(): Target | undefined {
    return this.#target;
  }

  /** Runs the visit, once. Returns the exit status. */
  async run(): Promise<number> {
    if (this.#target === undefined) this.#askAddress(this.#options.settings.server ?? "");
    else this.#enter(this.#target);
    try {
      return await this.#over.promise;
    } finally {
      this.#options.surroundings?.rest();
    }
  }

  #ask(question: VisitQuestion, offered = ""): void {
    this.#question = question;
    this.#host.ask(question, offered);
  }

  /** Asks for an address, and shows the rooms that are near. */
  #askAddress(offered: string): void {
    this.#ask("address", offered);
    this.#options.surroundings?.look((lines) => this.#host.inform(...lines));
  }

  askName(): void {
    this.#host.ask("name", this.#name);
  }

  /** A name was refused: it would be refused again. */
  refused(name: string): void {
    if (sameName(name, this.#name.trim())) this.#name = "";
  }

  askKey(room: string): void {
    this.#locked = room;
    this.#ask("roomKey");
  }

  askInsecure(): void {
    this.#ask("insecure");
  }

  /** Takes the answer to the last question. */
  answer(text: string): void {
    const question = this.#question;
    this.#question = undefined;
    switch (question) {
      case "address":
        return this.#answerAddress(text);
      case "password":
        this.#password = text;
        if (text === "" || this.#target === undefined) return this.stop(STATUS.left);
        return this.#enter(this.#target);
      case "roomKey":
        if (text.trim() === "") return;
        return this.#stay?.perform({ do: "join", room: this.#locked, key: text.trim() }, "");
      case "trust":
      case "insecure": {
        if (isLeaving(text)) return this.stop(STATUS.left);
        const yes = isYes(text);
        if (yes === undefined) return this.#ask(question);
        return question === "trust" ? this.#confirmed?.(yes) : this.#stay?.confirm(yes);
      }
      case undefined:
        if (isLeaving(text)) return this.leave("");
        this.#name = this.claimed = text;
        return this.#stay?.claim(text);
      default:
        question satisfies never;
    }
  }

  #answerAddress(text: string): void {
    if (isLeaving(text)) return this.stop(STATUS.left);
    const { settings, tls, surroundings } = this.#options;
    const address = resolveServer(text, settings.servers);
    // What the person has named or used counts before what somebody announces.
    const isOwn = address !== text || address === settings.server;
    const chosen = isOwn ? undefined : surroundings?.choose(text);
    const parsed = chosen ?? parseTarget(address);
    const check = tls ? parsed : withoutEncryption(parsed);
    if ("target" in check) {
      surroundings?.rest();
      return this.#enter(check.target);
    }
    this.#host.inform(check.fault);
    this.#ask("address", text);
  }

  #confirm(question: string): Promise<boolean> {
    this.#host.inform(...question.split("\n"));
    this.#ask("trust");
    return new Promise((resolve) => this.#confirmed = resolve);
  }

  #enter(target: Target): void {
    this.#target = target;
    const { trust, proxy, typing, insecurePassword, account: given, key, version } = this.#options;
    const stay = this.#stay = systemStay(
      {
        ...{ target, name: this.claimed, password: this.#password, typing, key, version },
        insecure: insecurePassword ? "always" : "ask",
        person: true,
        rich: true,
        login: { given, asks: true, recall: (account) => this.#host.recall(target, account) },
        audience: this.#host,
      },
      { trust, proxy },
      (question) => this.#confirm(question),
    );
    void stay.run().then((status) => {
      const again = this.asksAgain(status);
      if (again === undefined) return this.#over.resolve(status);
      this.#stay = undefined;
      if (again === "address") this.#askAddress(writeTarget(target));
      else this.#ask(again);
    });
  }

  /** What to ask again after a stay that ended like this; undefined if the visit is over. */
  asksAgain(status: number): "address" | "password" | undefined {
    const { target, password } = this.#options;
    if (status !== STATUS.failed || this.#stay === undefined) return undefined;
    if (this.#stay.wantsPassword) return password === undefined ? "password" : undefined;
    return target === undefined && !this.#stay.session.spoke ? "address" : undefined;
  }

  stop(status: number): void {
    if (this.#stay === undefined) this.#over.resolve(status);
    else this.#stay.stop(status);
  }

  abort(status: number): void {
    this.#stay?.abort(status);
    this.#over.resolve(status);
  }

  /** Leaves when what was said has arrived; at once if called a second time. */
  leave(reason: string): void {
    const waits = !this.#leaving && this.#stay?.session.wants === "text";
    this.#leaving = true;
    if (waits) this.#stay?.leave(reason);
    else this.stop(STATUS.left);
  }
}
