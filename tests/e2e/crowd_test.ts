import { assertEquals, assertLess } from "@std/assert";
import { defaults, merge } from "../../lib/server/settings/config.ts";
import { Log } from "../../lib/cli/serve/log.ts";
import { memoryStore } from "../../lib/store/memory/store.ts";
import { Server } from "../../lib/cli/serve/chat_server.ts";
import { installed } from "./other_servers.ts";
import { BINARY } from "./program.ts";
import { RawClient } from "./raw_client.ts";
import { inTime } from "./transcript.ts";
import { permitted } from "../permitted.ts";

const STUCK = 5;
const SPEAKERS = 20;

/** How long a member may wait for its PONG. All members share one thread here. */
const PATIENCE_MS = 5000;

/** The number of members: each takes two of the files that this process may open. */
const MEMBERS = Math.min(1000, Math.floor((await openFiles() - 200) / 2));

async function openFiles(): Promise<number> {
  if (Deno.build.os === "windows" || await installed("sh") === undefined) return 2200;
  const { stdout } = await new Deno.Command("sh", { args: ["-c", "ulimit -n"] }).output();
  return Number(new TextDecoder().decode(stdout)) || Infinity;
}

/** A member of a crowded room. It only keeps how much it heard from each speaker. */
class Member implements AsyncDisposable {
  readonly heard = new Map<string, number>();
  readonly left: string[] = [];
  /** Messages that came out of order. */
  readonly wrong: string[] = [];
  readonly #conn: Deno.TcpConn;
  readonly #reading: Promise<void>;
  #inRoom = Promise.withResolvers<void>();
  #pong = Promise.withResolvers<void>();
  #news = Promise.withResolvers<void>();

  private constructor(conn: Deno.TcpConn) {
    this.#conn = conn;
    this.#reading = this.#read();
  }

  static async enter(port: number, nick: string): Promise<Member> {
    const conn = await Deno.connect({ hostname: "127.0.0.1", port });
    const member = new Member(conn);
    await member.send("CAP REQ no-implicit-names", "CAP END", `NICK ${nick}`, "USER u 0 * :r");
    await member.send("JOIN #lobby", "PING in");
    await inTime(member.#inRoom.promise, () => `${nick} in the room`);
    return member;
  }

  async #read(): Promise<void> {
    const decoder = new TextDecoder();
    const buffer = new Uint8Array(65_536);
    let rest = "";
    for (let count; (count = await this.#conn.read(buffer).catch(() => null)) !== null;) {
      const lines = (rest + decoder.decode(buffer.subarray(0, count), { stream: true })).split(
        "\r\n",
      );
      rest = lines.pop() ?? "";
      for (const line of lines) this.#take(line);
      this.#news.resolve();
      this.#news = Promise.withResolvers();
    }
  }

  #take(line: string): void {
    const [source = "", command = "", , ...text] = line.split(" ");
    if (command === "PRIVMSG") {
      const number = Number(text[0]!.slice(1));
      if (number !== (this.heard.get(source) ?? 0)) this.wrong.push(line);
      this.heard.set(source, number + 1);
    } else if (command === "QUIT") {
      this.left.push(line);
    } else if (command === "PONG") {
      this.#inRoom.resolve();
      this.#pong.resolve();
    }
  }

  async send(...lines: string[]): Promise<void> {
    const bytes = new TextEncoder().encode(lines.map((line) => `${line}\r\n`).join(""));
    for (let at = 0; at < bytes.length;) at += await this.#conn.write(bytes.subarray(at));
  }

  /** Measures how long the server takes to answer, in milliseconds. */
  async ping(): Promise<number> {
    this.#pong = Promise.withResolvers();
    const begin = performance.now();
    await this.send("PING now");
    await this.#pong.promise;
    return performance.now() - begin;
  }

  /** Waits until it has received what `done` looks for. */
  async until(done: (member: Member) => boolean): Promise<void> {
    while (!done(this)) {
      const { promise } = this.#news;
      await inTime(promise, () => `more; it heard ${JSON.stringify([...this.heard])}`);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#conn.close();
    await this.#reading;
  }
}

Deno.test(
  permitted(
    `Crowd: ${MEMBERS} busy members do not feel the five that stopped reading`,
    async () => {
      const off = {
        connectionsPerIp: 0,
        connectionsPerMinute: 0,
        messagesPerSecond: 0,
        unregistered: 0,
        sendQueueBytes: 262_144,
      };
      const config = merge(defaults(), {
        host: "127.0.0.1",
        port: 0,
        tls: null,
        web: null,
        limits: off,
      });
      let log = "";
      const server = new Server({
        config,
        version: "chat",
        store: memoryStore(),
        cloak: (address) => address,
        encryption: undefined,
        log: new Log({
          format: "text",
          messages: false,
          lobby: config.lobby,
          now: Date.now,
          write: (bytes) => {
            log += new TextDecoder().decode(bytes);
            return Promise.resolve(bytes.length);
          },
        }),
        reload: () => Promise.resolve(config),
      });
      await using stack = new AsyncDisposableStack();
      stack.defer(() => server.close());
      const { port } = server.doors[0]!.listener;
      const members: Member[] = [];
      while (members.length < MEMBERS) {
        const some = Array.from(
          { length: Math.min(50, MEMBERS - members.length) },
          (_, index) => Member.enter(port, `m${members.length + index}`),
        );
        for (const member of await Promise.all(some)) members.push(stack.use(member));
      }
      const first = members[0]!;
      for (let count = 0; count < STUCK; count++) {
        const stuck = await RawClient.user(port, `stuck${count}`, { reads: false });
        stack.use(stuck);
        await stuck.send("JOIN #lobby,#stuck");
      }
      // The text that fills their queues goes to a room of their own, while the lobby goes on.
      const talker = stack.use(await RawClient.user(port, "talker"));
      await talker.send("JOIN #stuck");
      await talker.ping();
      const noise = Array(200).fill(`PRIVMSG #stuck :${"x".repeat(400)}`);
      let rounds = 0;
      let slowest = 0;
      while (first.left.length < STUCK) {
        await talker.send(...noise);
        await talker.ping();
        const said = members.slice(0, SPEAKERS).map((each) =>
          each.send(`PRIVMSG #lobby :${rounds}`)
        );
        await Promise.all(said);
        slowest = Math.max(slowest, await members.at(-1)!.ping());
        if (++rounds > 500) throw new Error("They were never cut off");
      }
      assertLess(slowest, PATIENCE_MS);
      const expected = (member: Member) => SPEAKERS - (members.indexOf(member) < SPEAKERS ? 1 : 0);
      await Promise.all(members.map(async (member) => {
        await member.until(({ heard, left }) =>
          left.length === STUCK && heard.size === expected(member) &&
          [...heard.values()].every((count) => count === rounds)
        );
        assertEquals(member.wrong, []);
      }));
      for (const line of first.left) assertEquals(/QUIT :SendQ exceeded$/.test(line), true, line);
      assertEquals(log.match(/\(stuck\d\) is disconnected \(SendQ exceeded\)/g)?.length, STUCK);
    },
    BINARY === undefined ? "" : "it runs the sources in this process",
  ),
);
