/**
 * A session that logs in to servers of many kinds.
 * @module
 */
import { assertEquals } from "@std/assert";
import type { SessionOptions } from "../../../lib/client/session/context.ts";
import type { Credentials } from "../../../lib/client/session/login_state.ts";
import type { Secrecy } from "../../../lib/client/session/doubt.ts";
import { toBase64 } from "../../../lib/crypto/base64.ts";
import { saslChunks, SaslReader } from "../../../lib/irc/sasl.ts";
import {
  type Bytes,
  newVerifier,
  ScramClient,
  ScramServer,
  type ScramVerifier,
} from "../../../lib/crypto/scram.ts";
import { quickHashes } from "../../fuzz/quick_hashes.ts";
import { Drive } from "../drive.ts";

export const PASSWORD = "correct horse";
export const CREDENTIALS: Credentials = { account: "Gamze", password: PASSWORD };

/** Options of a session that logs in: with given credentials, by asking, or both. */
export function login(given: Credentials | undefined, asks: boolean): Partial<SessionOptions> {
  const insecure = asks ? "ask" : "never";
  const hashes = quickHashes();
  const exchange = (account: string, password: string) =>
    new ScramClient(hashes, account, password, toBase64(hashes.random(18)));
  return { insecure, login: { given, asks, exchange } };
}

/** A session whose server offers these SASL mechanisms. */
export class Visitor extends Drive {
  #next = 0;

  connect(sasl = "sasl=PLAIN,SCRAM-SHA-256", secrecy: Secrecy = "sure"): this {
    this.do(this.session.open(this.now, secrecy));
    if (sasl === "") this.server(":s CAP * LS :server-time", ":s CAP * ACK :server-time");
    else this.server(`:s CAP * LS :${sasl}`, ":s CAP * ACK :sasl");
    this.server(":s 366 * #lobby :End");
    return this;
  }

  /** Answers the lookup of a stored password. */
  recall(password: string | undefined): this {
    const request = this.requests.shift();
    if (request?.kind !== "recall") throw new Error("nothing is looked up");
    return this.do(this.session.recalled(request.account, password, this.now));
  }

  /** Answers the request to compute a proof. */
  async prove(): Promise<this> {
    const request = this.requests.shift();
    if (request?.kind !== "prove") throw new Error("no challenge is worked out");
    const proof = await request.exchange.answer(request.challenge);
    return this.do(this.session.proved(request.id, proof, this.now));
  }

  confirm(yes: boolean): this {
    return this.do(this.session.confirm(yes, this.now));
  }

  password(text: string): this {
    return this.do(this.session.givePassword(text, this.now));
  }

  /** The client's next message in the exchange. */
  message(): Bytes {
    const reader = new SaslReader();
    for (const line of this.sent.slice(this.#next)) {
      this.#next++;
      const [, chunk] = /^AUTHENTICATE (?!PLAIN|SCRAM|\*)(.*)$/.exec(line) ?? [];
      if (chunk === undefined) continue;
      const frame = reader.push(chunk);
      if (frame.kind === "payload") return frame.bytes;
    }
    throw new Error(`there is none in ${this.sent.join("\n")}`);
  }

  /** Sends the server's next message in the exchange. */
  challenge(payload: Uint8Array): this {
    return this.server(...saslChunks(payload).map((chunk) => `AUTHENTICATE ${chunk}`));
  }

  ok(account = "Gamze"): this {
    return this.server(
      `:s 900 * *!u@h ${account} :You are now logged in`,
      ":s 903 * :SASL authentication successful",
    );
  }

  /** Plays the welcome up to the room. */
  welcome(name = "Gamze"): this {
    this.server(`:s 001 ${name} :Welcome`, `:${name}!u@h JOIN #lobby`);
    return this.server(`:s 353 ${name} = #lobby :${name}`, `:s 366 ${name} #lobby :End`);
  }
}

export async function verifier(password = PASSWORD): Promise<ScramVerifier> {
  return (await newVerifier(quickHashes(), password))!;
}

/** Plays the server's side of SCRAM up to its verdict. Returns whether the password was right. */
export async function scram(visitor: Visitor, kept: ScramVerifier): Promise<boolean> {
  const server = new ScramServer(quickHashes(), "nonce-of-the-server");
  assertEquals(server.greet(visitor.message())?.name, "Gamze");
  visitor.challenge(server.challenge(kept));
  await visitor.prove();
  const signature = await server.check(visitor.message());
  if (signature === undefined) {
    visitor.server(":s 904 * :SASL authentication failed");
    return false;
  }
  visitor.challenge(signature);
  assertEquals(visitor.message().length, 0);
  return true;
}

/** A registered session on a server that offers this. */
export function inside(sasl: string, secrecy: Secrecy = "sure"): Visitor {
  const visitor = new Visitor({ name: "Deniz", ...login(undefined, true) });
  visitor.do(visitor.session.open(visitor.now, secrecy));
  const names = sasl.replace(/=\S+/g, "");
  visitor.server(`:s CAP * LS :${sasl}`, `:s CAP * ACK :${names}`, ":s 366 * #lobby :End");
  if (visitor.requests.length > 0) visitor.recall(undefined);
  visitor.welcome("Deniz").takeSent();
  visitor.takeEvents();
  return visitor;
}

/** The question before a password is sent over an open connection. */
export const OPEN =
  "This connection is not encrypted: others on the network can read what you send";
export const LOCAL =
  "You gave the password to a program on this machine, and another one may be listening now";
export const DOWNGRADED =
  "This server offered a way of logging in that keeps the password secret, and now wants the " +
  "password itself";

/** Gamze's session, not yet connected. */
export function visits(
  given: Credentials | undefined,
  asks: boolean,
  more: Partial<SessionOptions> = {},
): Visitor {
  return new Visitor({ name: "Gamze", ...login(given, asks), ...more });
}
