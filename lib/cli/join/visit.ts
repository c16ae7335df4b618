/**
 * A visit of a person, from the first question to the end: where to go, and the stay there. A
 * mistyped address or password is asked for again.
 * @module
 */
import { isLeaving, isYes } from "../../client/input/commands.ts";
import type { Credentials } from "../../client/session/login_state.ts";
import { resolveServer, type Settings } from "../../client/settings.ts";
import {
  parseTarget,
  type Target,
  withoutEncryption,
  writeTarget,
} from "../../client/trust/target.ts";
import type { Proxy } from "../../net/proxy.ts";
import type { Trust } from "./dialler.ts";
import { type Audience, STATUS, Stay } from "./stay.ts";

/** What a visit is. */
export interface VisitOptions {
  /** Where; undefined where it is to be asked for. */
  readonly target: Target | undefined;
  /** The name to claim; undefined where one is to be asked for. */
  readonly name: string | undefined;
  /** The server's password, where there is one. */
  readonly password: string | undefined;
  /** Whether a password is sent whoever can hear it; else that is asked. */
  readonly insecurePassword: boolean;
  /** Whom to trust. */
  readonly trust: Trust;
  /** The proxy to go through; none if it is left out. */
  readonly proxy?: Proxy | undefined;
  /** Whether it is to be encrypted where that can be had: else never. */
  readonly tls: boolean;
  /** The account to log in to, where it is given in advance. */
  readonly account?: Credentials | undefined;
  /** Whether others are told that we are typing. */
  readonly typing: boolean;
  /** What is offered, and what short names stand for. */
  readonly settings: Pick<Settings, "server" | "name" | "servers">;
}

/** What is asked of a person on a visit, beside the name. */
export type VisitQuestion = "address" | "password" | "trust" | "insecure";

/** Who is asked. */
export interface Host extends Audience {
  /** Asks for something; the answer goes to {@linkcode Visit.answer}. */
  ask(question: VisitQuestion | "name", offered: string): void;
  /** The password that is kept for an account. Never rejects. */
  recall(target: Target, account: string): Promise<string | undefined>;
  /** Tells something. */
  inform(...lines: readonly string[]): void;
}

/** One visit. */
export class Visit {
  readonly #options: VisitOptions;
  readonly #host: Host;
  readonly #over = Promise.withResolvers<number>();
  #question: VisitQuestion | undefined;
  #confirmed: ((yes: boolean) => void) | undefined;
  #stay: Stay | undefined;
  #target: Target | undefined;
  #password: string | undefined;
  /** The name that is offered: the last one, or what was answered and could not be had. */
  #name: string;
  #claimed: string | undefined;
  #leaving = false;

  /** Makes one that has not begun. */
  constructor(options: VisitOptions, host: Host) {
    this.#options = options;
    this.#host = host;
    this.#target = options.target;
    this.#password = options.password;
    this.#name = options.name ?? options.settings.name ?? "";
    this.#claimed = options.name;
  }

  /** The stay on the server; undefined while it is not known where to go. */
  get stay(): Stay | undefined {
    return this.#stay;
  }

  /** The server, as one would type it; undefined while it is not known. */
  get server(): string | undefined {
    return this.#target && writeTarget(this.#target);
  }

  /** Where it is; undefined while it is not known. */
  get target(): Target | undefined {
    return this.#target;
  }

  /** Goes there. Returns the exit status. To be called once. */
  async run(): Promise<number> {
    if (this.#target === undefined) this.#ask("address", this.#options.settings.server ?? "");
    else this.#enter(this.#target);
    return await this.#over.promise;
  }

  #ask(question: VisitQuestion, offered = ""): void {
    this.#question = question;
    this.#host.ask(question, offered);
  }

  /** A name is needed. */
  askName(): void {
    this.#host.ask("name", this.#name);
  }

  /** Whether a password is to be sent whoever can hear it. */
  askInsecure(): void {
    this.#ask("insecure");
  }

  /** The answer to what was asked. */
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
      case "trust":
        return this.#answerTrust(text);
      case "insecure":
        return this.#answerInsecure(text);
      case undefined:
        if (isLeaving(text)) return this.leave("");
        this.#name = this.#claimed = text;
        return this.#stay?.claim(text);
      default:
        question satisfies never;
    }
  }

  #answerAddress(text: string): void {
    if (isLeaving(text)) return this.stop(STATUS.left);
    const { settings, tls } = this.#options;
    const parsed = parseTarget(resolveServer(text, settings.servers));
    const check = tls ? parsed : withoutEncryption(parsed);
    if ("target" in check) return this.#enter(check.target);
    this.#host.inform(check.fault);
    this.#ask("address", text);
  }

  /** Asks whether to trust a new server. */
  #confirm(question: string): Promise<boolean> {
    this.#host.inform(...question.split("\n"));
    this.#ask("trust");
    return new Promise((resolve) => this.#confirmed = resolve);
  }

  #answerTrust(text: string): void {
    if (isLeaving(text)) return this.stop(STATUS.left);
    const yes = isYes(text);
    if (yes === undefined) this.#ask("trust");
    else this.#confirmed?.(yes);
  }

  #answerInsecure(text: string): void {
    if (isLeaving(text)) return this.stop(STATUS.left);
    const yes = isYes(text);
    if (yes === undefined) this.#ask("insecure");
    else this.#stay?.confirm(yes);
  }

  #enter(target: Target): void {
    this.#target = target;
    const stay = this.#stay = new Stay({
      target,
      name: this.#claimed,
      password: this.#password,
      insecure: this.#options.insecurePassword ? "always" : "ask",
      trust: this.#options.trust,
      proxy: this.#options.proxy,
      confirm: (question) => this.#confirm(question),
      person: true,
      rich: true,
      typing: this.#options.typing,
      login: {
        given: this.#options.account,
        asks: true,
        recall: (account) => this.#host.recall(target, account),
      },
      audience: this.#host,
    });
    void stay.run().then((status) => {
      const again = this.asksAgain(status);
      if (again === undefined) return this.#over.resolve(status);
      this.#stay = undefined;
      this.#ask(again, again === "address" ? writeTarget(target) : "");
    });
  }

  /** What is asked for again where a stay ends like this; undefined where the visit is over. */
  asksAgain(status: number): "address" | "password" | undefined {
    const { target, password } = this.#options;
    if (status !== STATUS.failed || this.#stay === undefined) return undefined;
    if (this.#stay.wantsPassword) return password === undefined ? "password" : undefined;
    return target === undefined && !this.#stay.session.spoke ? "address" : undefined;
  }

  /** Ends it in good order. */
  stop(status: number): void {
    if (this.#stay === undefined) this.#over.resolve(status);
    else this.#stay.stop(status, null);
  }

  /** Ends it now. */
  abort(status: number): void {
    this.#stay?.abort(status);
    this.#over.resolve(status);
  }

  /** Leaves when what was said has arrived; at once where it is asked a second time. */
  leave(reason: string): void {
    const waits = !this.#leaving && this.#stay?.session.wants === "text";
    this.#leaving = true;
    if (waits) this.#stay?.leave(reason);
    else this.stop(STATUS.left);
  }
}
