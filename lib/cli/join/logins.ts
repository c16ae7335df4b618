/**
 * Asks a person about accounts: for passwords, and whether to store them.
 * @module
 */
import type { ChatEvent } from "../../client/events.ts";
import type { Target } from "../../client/trust/target.ts";
import { sameName } from "../../irc/names.ts";
import { passwordFault } from "../../irc/new_password.ts";
import type { InlineQuestion } from "../../ui/inline/open_question.ts";
import type { Passwords } from "./passwords.ts";
import type { Stay } from "../../client/stay/stay.ts";
import { CLIENT, LOGIN, REGISTRATION } from "../../wording/client.ts";

/** A question, with what is known so far. */
type Question =
  | { readonly kind: "new" }
  | { readonly kind: "again"; readonly password: string }
  | { readonly kind: "login"; readonly account: string }
  | { readonly kind: "entry"; readonly account: string }
  | { readonly kind: "remember"; readonly typed: Typed };

interface Typed {
  readonly account: string;
  readonly password: string;
  /** Whether it was asked for before registration: then it counts on the next connection too. */
  readonly atTheDoor: boolean;
}

export interface LoginsHost {
  readonly stay: Stay | undefined;
  /** The server; undefined while it is not known. */
  readonly target: Target | undefined;
  /** Asks a question; the answer goes to {@linkcode Logins.answer}. */
  ask(question: InlineQuestion): void;
  inform(...lines: readonly string[]): void;
}

/** Asks all that accounts need. The passwords are never shown. */
export class Logins {
  readonly #host: LoginsHost;
  readonly #passwords: Passwords | undefined;
  #question: Question | undefined;
  /** A password that the server has not judged yet. */
  #typed: Typed | undefined;
  /** A password that the server has accepted, until the person was asked about it. */
  #right: Typed | undefined;
  /** The accounts that the person was asked about. */
  readonly #asked = new Set<string>();
  /** The last fault of the stored passwords that was told. */
  #told: string | undefined;

  /** @param passwords undefined if they can't be stored. */
  constructor(host: LoginsHost, passwords: Passwords | undefined) {
    this.#host = host;
    this.#passwords = passwords;
  }

  /** The stored password of an account. A fault is told once. */
  async recall(target: Target, account: string): Promise<string | undefined> {
    const found = await this.#passwords?.recall(target, account);
    if (found === undefined || "password" in found) return found?.password;
    if (this.#told !== found.fault) this.#host.inform(found.fault);
    this.#told = found.fault;
    return undefined;
  }

  /** `/register`: asks for a new password. */
  register(): void {
    const session = this.#host.stay?.session;
    const fault = session === undefined ? CLIENT.notConnected : session.signUpFault;
    if (fault !== undefined) return this.#host.inform(fault);
    this.#host.inform(REGISTRATION.begin(session?.nick ?? ""));
    this.#ask({ kind: "new" });
  }

  /** `/login`: asks for a password; by default of the last account, else of our name. */
  login(name: string | undefined): void {
    const session = this.#host.stay?.session;
    const account = name ?? session?.lastAccount ?? session?.nick ?? "";
    if (session?.link !== "up" || account === "") {
      return this.#host.inform(CLIENT.notConnected);
    }
    if (session.account !== undefined && sameName(session.account, account)) {
      return this.#host.inform(LOGIN.alreadyAs(session.account));
    }
    this.#host.inform(LOGIN.begin(account));
    this.#ask({ kind: "login", account });
  }

  event(event: ChatEvent): void {
    switch (event.type) {
      case "askPassword":
        return this.#ask({ kind: "entry", account: event.account });
      case "loggedIn":
      case "registered":
        this.#right = this.#typed ?? this.#right;
        this.#typed = undefined;
        return this.#offer();
      case "entered":
        return this.#offer();
      case "loginFailed": {
        const typed = this.#typed;
        this.#typed = undefined;
        // Before registration the session itself asks again.
        const inside = this.#host.stay?.session.link === "up";
        if (typed !== undefined && event.wrong && inside) {
          this.#host.inform(LOGIN.again);
          this.#ask({ kind: "login", account: typed.account });
        }
        return;
      }
      case "error":
      case "lost":
        if (this.#typed?.atTheDoor === false) this.#typed = undefined;
        return;
    }
  }

  /** Another question replaces the open one. */
  forget(): void {
    this.#question = undefined;
  }

  /** Takes an answer. Returns whether the open question was one of these. */
  answer(text: string): boolean {
    const question = this.#question;
    if (question === undefined) return false;
    this.#question = undefined;
    this.#take(question, text);
    return true;
  }

  #take(question: Question, text: string): void {
    const { stay } = this.#host;
    switch (question.kind) {
      case "new": {
        if (text === "") return this.#host.inform(REGISTRATION.cancelled);
        const fault = passwordFault(text, stay?.session.nick ?? "");
        if (fault === undefined) return this.#ask({ kind: "again", password: text });
        this.#host.inform(`${fault.text}.`);
        return this.#ask({ kind: "new" });
      }
      case "again":
        if (text !== question.password) {
          this.#host.inform(REGISTRATION.different);
          return this.#ask({ kind: "new" });
        }
        this.#typed = { account: stay?.session.nick ?? "", password: text, atTheDoor: false };
        return stay?.apply(stay.session.signUp(text, Date.now()));
      case "login": {
        if (text === "") return this.#host.inform(LOGIN.notLoggedIn);
        this.#typed = { account: question.account, password: text, atTheDoor: false };
        return stay?.apply(stay.session.logIn(question.account, text, Date.now()));
      }
      case "entry":
        this.#typed = text === ""
          ? undefined
          : { account: question.account, password: text, atTheDoor: true };
        return stay?.givePassword(text);
      case "remember": {
        const [, yes, no] = /^(y|yes)$|^(n|no|)$/i.exec(text.trim()) ?? [];
        if (yes !== undefined) return void this.#keep(question.typed);
        if (no !== undefined) return;
        this.#host.inform(LOGIN.remember);
        return this.#ask(question);
      }
      default:
        question satisfies never;
    }
  }

  /** Asks whether to store a password, once it is known to be right and no question is open. */
  #offer(): void {
    const typed = this.#right;
    if (typed === undefined || this.#host.stay?.session.link !== "up") return;
    if (this.#question !== undefined) return;
    this.#right = undefined;
    if (this.#passwords === undefined || this.#asked.has(typed.account)) return;
    this.#asked.add(typed.account);
    this.#ask({ kind: "remember", typed });
  }

  async #keep({ account, password }: Typed): Promise<void> {
    const { target } = this.#host;
    if (target === undefined || this.#passwords === undefined) return;
    const keeping = await this.#passwords.keep(target, account, password);
    this.#host.inform("kept" in keeping ? keeping.kept : keeping.fault);
  }

  #ask(question: Question): void {
    this.#question = question;
    this.#host.ask(QUESTION[question.kind]);
  }
}

const QUESTION: Readonly<Record<Question["kind"], InlineQuestion>> = {
  new: "newPassword",
  again: "newPasswordAgain",
  login: "accountPassword",
  entry: "accountPassword",
  remember: "remember",
};
