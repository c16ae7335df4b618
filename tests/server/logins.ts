/**
 * Accounts and logins for the tests of the server.
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { webHashes } from "../../lib/crypto/hashes.ts";
import { parse } from "../../lib/irc/message.ts";
import { plainMessage, saslChunks } from "../../lib/irc/sasl.ts";
import { type Hashes, newVerifier } from "../../lib/crypto/scram.ts";
import type { ConfigOverrides } from "../../lib/server/settings/config.ts";
import { CALM, type Client, Harness } from "./harness.ts";

/** Fast and unsafe: few rounds. */
export const hashes: Hashes = webHashes(4096);
/** The password of every account. */
export const PASSWORD = "correct horse";

/** A server with accounts of these names and one password. */
export async function serverWith(
  names: readonly string[],
  overrides: ConfigOverrides = {},
): Promise<Harness> {
  const harness = new Harness({ ...CALM, ...overrides });
  for (const name of names) await addAccount(harness, name);
  return harness;
}

export async function addAccount(harness: Harness, name: string): Promise<void> {
  const verifier = { mechanism: "SCRAM-SHA-256", ...(await newVerifier(hashes, PASSWORD))! };
  assert(harness.store.accounts.add(name, verifier, harness.now));
}

/** Sends a SASL message. Returns the answers to its last chunk. */
export async function authenticate(client: Client, payload: Uint8Array): Promise<string[]> {
  let answers: string[] = [];
  for (const chunk of saslChunks(payload)) {
    answers = await client.askSlow(`AUTHENTICATE ${chunk}`);
  }
  return answers;
}

/** Logs in with PLAIN. Returns the answers. */
export async function plain(
  client: Client,
  authcid: string,
  password = PASSWORD,
  authzid = "",
): Promise<string[]> {
  assertEquals(await client.askSlow("AUTHENTICATE PLAIN"), [":chat.test AUTHENTICATE +"]);
  return await authenticate(client, plainMessage({ authzid, authcid, password }));
}

/** The commands and numerics of lines. */
export function codes(lines: readonly string[]): string[] {
  return lines.map((line) => parse(line)!.command);
}

/** An unregistered client that has asked for SASL and chosen a name. */
export function newcomer(harness: Harness, nick: string, host?: string): Client {
  const client = harness.connect(host).send("CAP LS 302", "CAP REQ sasl", `NICK ${nick}`);
  client.send(`USER ${nick} 0 * :${nick}`).take();
  return client;
}

/** A registered client that is logged in. */
export async function member(harness: Harness, nick: string, account = nick): Promise<Client> {
  const client = newcomer(harness, nick);
  assertEquals(codes(await plain(client, account)), ["900", "903"]);
  client.send("CAP END");
  assert(client.user.registered, `${nick} is in`);
  client.take();
  return client;
}
