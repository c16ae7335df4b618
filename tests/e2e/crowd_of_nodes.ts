/**
 * People on all servers of a cluster who talk all the time, and what they know of it afterwards:
 * what was acknowledged, what was heard, in which order.
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { pause } from "../../lib/cli/os/pause.ts";
import { env } from "../permitted.ts";
import type { ClusterNodes } from "./cluster_nodes.ts";
import { RawClient } from "./raw_client.ts";
import { Talker, TALKER_WAYS } from "./talker.ts";

const CAPS = "echo-message message-tags server-time batch draft/chathistory";
const SAID = /^@(\S+) :([^!]+)!\S+ PRIVMSG #lobby :(.*)$/;
const MSGID = /(?:^|;)msgid=([^;]+)/;

/** A message: its id, a space, its author and text. */
export type SaidLine = string;

/** Whether all is done as long and as often as can be, and figures are told: `CHAT_FAULTS`. */
export const THOROUGH = env("CHAT_FAULTS") !== undefined;

/** Tells figures to those who want them. */
export function tell(text: string): void {
  if (THOROUGH) console.log(text);
}

/** How many times something is done: in the suite 3 times. */
export function times(thorough: number): number {
  return THOROUGH ? thorough : 3;
}

/** How long a speaker waits between its words, in milliseconds: the load is the same everywhere. */
const PACE_MS = 10;

function saidIn(lines: readonly string[]): SaidLine[] {
  return lines.flatMap((line) => {
    const [, tags = "", nick, text] = SAID.exec(line) ?? [];
    const id = MSGID.exec(tags)?.[1];
    return id === undefined ? [] : [`${id} ${nick}: ${text}`];
  });
}

export function textOf(line: SaidLine): string {
  return line.slice(line.indexOf(" ") + 1);
}

/** Enters the lobby with a client that hears everything with its id. */
export async function enterLobby(port: number, nick: string): Promise<RawClient> {
  const client = await RawClient.connect(port);
  try {
    await client.send(`CAP REQ :${CAPS}`, `NICK ${nick}`, "USER raw 0 * :Raw", "CAP END");
    await client.until(/ (376|422) /);
    await client.send("JOIN #lobby");
    await client.until(/ 366 /);
    return client;
  } catch (error) {
    await client[Symbol.asyncDispose]();
    throw error;
  }
}

/** How long a server may need until it lets people in, in milliseconds. */
const OPEN_MS = 20_000;

/** Tries until a server lets people in. */
export async function enterWhenOpen(
  port: number,
  nick: string,
  withinMs = OPEN_MS,
): Promise<RawClient> {
  for (const until = performance.now() + withinMs;;) {
    try {
      return await enterLobby(port, nick);
    } catch (error) {
      if (performance.now() > until) throw error;
    }
    await pause(100);
  }
}

/** Speaks until its connection ends or it is stopped. It has no way back. */
export class Speaker {
  readonly client: RawClient;
  readonly name: string;
  readonly #done: Promise<void>;
  #isStopped = false;
  #count = 0;
  /** The longest time from saying to hearing, in milliseconds. */
  longestMs = 0;

  private constructor(client: RawClient, name: string, onHeard: () => void) {
    this.client = client;
    this.name = name;
    this.#done = this.#run(onHeard);
  }

  static async start(port: number, name: string, onHeard = () => {}): Promise<Speaker> {
    return new Speaker(await enterLobby(port, name), name, onHeard);
  }

  async #run(onHeard: () => void): Promise<void> {
    try {
      while (!this.#isStopped) {
        const since = performance.now();
        const words = Array.from(
          { length: 1 + this.#count % 4 },
          () => `PRIVMSG #lobby :${this.name} ${++this.#count}`,
        );
        await this.client.send(...words);
        await this.client.until(
          new RegExp(`^@\\S+ :${this.name}!\\S+ PRIVMSG #lobby :${this.name} ${this.#count}$`),
        );
        this.longestMs = Math.max(this.longestMs, performance.now() - since);
        onHeard();
        await pause(PACE_MS);
      }
    } catch {
      // The server is gone.
    }
  }

  /** Everything that it heard, in order. */
  get heard(): SaidLine[] {
    return saidIn(this.client.received.lines);
  }

  /** Its own words that it has heard. */
  get acknowledged(): SaidLine[] {
    return this.heard.filter((line) => textOf(line).startsWith(`${this.name}: `));
  }

  /** Stops speaking. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#done;
  }
}

/** Reads what was said in the lobby after a message (all if it is undefined), in order. */
export async function historyAfter(
  client: RawClient,
  last: SaidLine | undefined,
): Promise<SaidLine[]> {
  const all: SaidLine[] = [];
  const idOf = (line: SaidLine) => line.slice(0, line.indexOf(" "));
  for (;;) {
    const from = client.received.lines.length;
    const after = all.at(-1) ?? last;
    const asked = after === undefined
      ? "timestamp=1970-01-01T00:00:00.000Z"
      : `msgid=${idOf(after)}`;
    await client.send(`CHATHISTORY AFTER #lobby ${asked} 100`);
    await client.until(/ BATCH -/);
    const inBatch = client.received.lines.slice(from).filter((line) =>
      /^@batch=|;batch=/.test(line)
    );
    const found = saidIn(inBatch);
    if (inBatch.length === 0) return all;
    if (found.length === 0) throw new Error(`only others: ${inBatch.join("\n")}`);
    all.push(...found);
  }
}

/**
 * Reads the history from all servers, which must be the same. Returns it.
 *
 * @param reader how the names of those who read begin; they must be free.
 */
export async function commonHistory(
  nodes: ClusterNodes,
  reader: string,
  after: SaidLine | undefined,
): Promise<SaidLine[]> {
  await using readers = new AsyncDisposableStack();
  const clients = new Map<string, RawClient>();
  for (const node of nodes.names) {
    const client = await enterWhenOpen(nodes.port(node), `${reader}-${node}`);
    clients.set(node, readers.use(client));
  }
  const last = nodes.names.at(-1)!;
  let common: { readonly node: string; readonly said: SaidLine[] } | undefined;
  for (const [node, client] of clients) {
    // Whatever a server still had to pass on came before those who entered there.
    if (node !== last) await client.until(new RegExp(`:${reader}-${last}!\\S+ JOIN `));
    const said = await historyAfter(client, after);
    common ??= { node, said };
    assertSame(said, common.said, `the history of ${node} is that of ${common.node}`);
  }
  assert(common !== undefined);
  return common.said;
}

/** Like `assertEquals`, with a short message if long lists differ. */
export function assertSame(actual: readonly string[], wanted: readonly string[], what: string) {
  const at = actual.findIndex((line, index) => line !== wanted[index]);
  if (at < 0 && actual.length === wanted.length) return;
  const from = Math.max(0, (at < 0 ? actual.length : at) - 2);
  assertEquals(actual.slice(from, from + 8), wanted.slice(from, from + 8), what);
}

/** Asserts that all of `part` is in `whole`, in the same order, without gaps if it may have none. */
export function assertPart(part: readonly SaidLine[], whole: readonly SaidLine[], what: string) {
  const places = new Map(whole.map((line, index) => [line, index]));
  let before: number | undefined;
  for (const line of part) {
    const place = places.get(line);
    assert(place !== undefined, `${what}: ${line} is not in the history`);
    assert(
      before === undefined || place === before + 1,
      `${what}: a gap or another order at ${line}`,
    );
    before = place;
  }
}

/** Two stays of each way on all servers in turn, in the lobby. */
export async function talkersOn(nodes: ClusterNodes): Promise<Talker[]> {
  const talkers: Talker[] = [];
  for (const [index, way] of [...TALKER_WAYS, ...TALKER_WAYS].entries()) {
    const node = nodes.names[index % nodes.names.length]!;
    const port = await way.port(nodes.node(node));
    const talker = nodes.guests.use(new Talker(`Talker${index}`, port, index % 2 === 0, way));
    talkers.push(talker);
    await talker.entered();
  }
  return talkers;
}

/** Has all stop, and checks what speakers and talkers know against the history of all nodes. */
export async function checkAll(
  nodes: ClusterNodes,
  speakers: readonly Speaker[],
  talkers: readonly Talker[],
) {
  await Promise.all(speakers.map((speaker) => speaker.stop()));
  const ends = talkers.map((talker) => talker.last("#lobby"));
  await Promise.all(talkers.map((talker) => talker.hears(...ends)));
  const history = await commonHistory(nodes, "reader", undefined);
  const texts = history.map(textOf);
  assertEquals(texts.length, new Set(texts).size, "nothing is twice in the history");
  for (const speaker of speakers) {
    assertPart(speaker.heard, history, speaker.name);
    const there = new Set(history);
    for (const line of speaker.acknowledged) assert(there.has(line), `${line} is lost`);
  }
  for (const { name, heard } of talkers) {
    assertEquals(heard.length, new Set(heard).size, `${name} heard nothing twice`);
  }
  for (const talker of talkers) assertEquals(await talker.leave(), 0);
  for (const { client } of speakers) await client[Symbol.asyncDispose]();
  return history;
}

/** How long a server may take to notice that NATS gave it another stream, in milliseconds. */
const NOTICED_MS = 5_000;

/** The common history of the servers that have not stopped; undefined if all have. */
export async function historyLeft(nodes: ClusterNodes): Promise<readonly string[] | undefined> {
  for (let attempt = 0;; attempt++) {
    const stopped = new Set<string>();
    for (const name of nodes.names) void nodes.node(name).status.then(() => stopped.add(name));
    await pause(NOTICED_MS);
    for (const name of stopped) await nodes.kill(name);
    if (nodes.names.length === 0) return undefined;
    try {
      return await commonHistory(nodes, `reader${attempt}`, undefined);
    } catch (error) {
      if (attempt > 0 && stopped.size === 0) throw error;
    }
  }
}

/** What a server says at the start, and what it says when that has happened. */
const OLD_NATS = /NATS \S+ may give servers different entries[^]*NATS gave this server other/;

/**
 * Runs a part of a test in which servers of NATS stand still or end. Old ones may give servers
 * different entries then: if one has noticed that and stopped, the rest is not as it should be, and
 * the part may fail. But those that are left must have one history.
 */
export async function unlessNatsDiffers(
  nodes: ClusterNodes,
  part: () => Promise<void>,
): Promise<void> {
  try {
    await part();
  } catch (error) {
    await pause(NOTICED_MS);
    const told = new Map(nodes.names.map((name) => [name, nodes.node(name).stdout.text]));
    const stopped = nodes.names.filter((name) => OLD_NATS.test(told.get(name)!));
    if (stopped.length === 0) {
      for (const text of told.values()) console.log(text);
      throw error;
    }
    const history = await historyLeft(nodes);
    const left = history === undefined ? "none is" : `${nodes.names.join(" and ")} are`;
    console.log(`NATS gave ${stopped.join(" and ")} other entries than the rest: ${left} left`);
  }
}
