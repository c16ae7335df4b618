/**
 * `chat serve`: wires the layers together. The sockets and signals are here, the chat is in
 * `lib/server`.
 * @module
 */
import about from "./deno.json" with { type: "json" };
import type { ServeOptions } from "./lib/cli/request.ts";
import { webHashes } from "./lib/hashes.ts";
import { CLIENT_LINES, type Line } from "./lib/irc/lines.ts";
import { Log } from "./lib/log.ts";
import { hostAndPort, plainHost } from "./lib/net/address.ts";
import { Connection } from "./lib/net/connection.ts";
import { Flusher } from "./lib/net/flusher.ts";
import { ListenError } from "./lib/net/listener.ts";
import { TlsSocket } from "./lib/net/tls_socket.ts";
import { openTurns } from "./lib/net/turn.ts";
import { verifyPassword } from "./lib/password.ts";
import { announcement } from "./lib/serve/announce.ts";
import { clockTime } from "./lib/serve/clock_time.ts";
import { openData, whereKept } from "./lib/serve/data.ts";
import { type Door, openDoors } from "./lib/serve/doors.ts";
import { serverName } from "./lib/serve/hosts.ts";
import { garbageCollector, SpareMemory } from "./lib/serve/spare_memory.ts";
import { type Encryption, EncryptionError, openEncryption } from "./lib/serve/tls.ts";
import { Upkeep } from "./lib/serve/upkeep.ts";
import { onStopSignals } from "./lib/signals.ts";
import { Admission } from "./lib/server/admission.ts";
import { COMMANDS } from "./lib/server/commands/table.ts";
import type { Config } from "./lib/server/config.ts";
import { receive } from "./lib/server/dispatch.ts";
import { TokenBucket } from "./lib/server/flood.ts";
import { isForeign, isTls } from "./lib/server/foreign.ts";
import { sweep, sweepInterval } from "./lib/server/liveness.ts";
import { withReloadable } from "./lib/server/reload.ts";
import type { User } from "./lib/server/user.ts";
import { World } from "./lib/server/world.ts";
import type { Store } from "./lib/store/store.ts";

/** What peers have to be gone by once the server closes, in milliseconds. */
const CLOSE_MS = 1500;

/** How long a peer may take to agree on encryption, in milliseconds. */
const HANDSHAKE_MS = 10_000;

/** What a peer is told that does not encrypt where it has to. It may show the first line as is. */
const ENCRYPT = new TextEncoder().encode(
  "ERROR :Closing link: this port is for encrypted connections (TLS)\r\n",
);

/** What a server is made of. */
export interface ServerParts {
  /** The settings. */
  readonly config: Config;
  /** Where what lasts is kept; still open when the server is closed. */
  readonly store: Store;
  /** Told what happens. */
  readonly log: Log;
  /** What encrypted connections are encrypted with; there where the settings have any. */
  readonly encryption: Encryption | undefined;
  /**
   * Reads the settings again; rejects, with a message for the user, where they can't be used.
   */
  readonly reload: () => Promise<Config>;
}

/** A server that is running. */
export class Server {
  /** The sockets that it listens on. */
  readonly doors: readonly Door[];
  readonly #world: World;
  readonly #log: Log;
  readonly #encryption: Encryption | undefined;
  readonly #admission = new Admission();
  readonly #flusher: Flusher;
  readonly #turns = openTurns();
  readonly #spareMemory = new SpareMemory(garbageCollector());
  /** So many who are refused are told why, and logged. */
  readonly #refusals = new TokenBucket({ perSecond: 10, burst: 50 }, Date.now());
  readonly #open = new Map<Connection, Promise<void>>();
  /** Aborted when the server closes: nobody waits for an allowance any more. */
  readonly #closing = new AbortController();
  readonly #sweeper: ReturnType<typeof setInterval>;
  readonly #upkeep: Upkeep;
  readonly #accepting: Promise<unknown>;
  readonly #reload: () => Promise<Config>;

  /**
   * Opens the chat room and starts to take people in.
   *
   * @throws {ListenError} where it can't listen; the message is for the user.
   */
  constructor({ config, store, log, encryption, reload }: ServerParts) {
    this.doors = openDoors(config);
    const secure = this.doors.find((door) => door.secure);
    if (config.tls !== null && secure !== undefined) {
      // Programs are told the port that it really is.
      config = { ...config, tls: { ...config.tls, port: secure.listener.port } };
    }
    this.#encryption = encryption;
    this.#log = log;
    // Nobody is told what is not safe yet.
    this.#flusher = new Flusher(() => store.history.commit());
    this.#reload = reload;
    this.#world = new World({
      config,
      name: config.name ?? serverName(),
      version: `chat ${about.version}`,
      startedAt: Date.now(),
      runId: crypto.randomUUID().replaceAll("-", ""),
      store,
      hashes: webHashes(),
      log: (event) => log.user(event),
      verify: verifyPassword,
      wait: (ms) => this.#wait(ms),
      clockTime,
      stopwatch: () => performance.now(),
      reload: () => this.reload(),
    });
    this.#sweeper = setInterval(
      () => sweep(this.#world, Date.now()),
      sweepInterval(this.#world),
    );
    void this.#turns.then((turns) => {
      if (turns !== undefined) this.#flusher.turn = turns.next;
    });
    this.#upkeep = new Upkeep(this.#world);
    this.#accepting = Promise.all(
      this.doors.map(({ listener, secure }) =>
        listener.run(
          (conn) => this.#accept(conn, secure),
          (text) => log.server({ kind: "warning", text }),
        )
      ),
    );
    encryption?.watch(() => this.#newCertificate(), (text) => this.warn(text));
  }

  /** Says what whoever runs the server has to know, in its log and to its operators. */
  warn(text: string): void {
    this.#log.server({ kind: "warning", text });
    this.#world.tellOperators(text, Date.now());
  }

  /**
   * Takes over the settings that can change while it runs, and a new certificate, and logs that.
   * Nobody is dropped.
   *
   * @throws {Error} where they can't be used: then nothing has changed.
   */
  async reload(): Promise<void> {
    try {
      const read = await this.#reload();
      this.#world.configure(withReloadable(this.#world.config, read), Date.now());
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      this.#log.server({ kind: "warning", text: `The configuration stays as it was. ${why}` });
      throw error;
    }
    this.#log.server({ kind: "reloaded", text: "The configuration was read again" });
    try {
      if (await this.#encryption?.reload()) this.#newCertificate();
    } catch (error) {
      if (!(error instanceof EncryptionError)) throw error;
      this.warn(`The certificate stays as it was. ${error.message}`);
    }
  }

  #newCertificate(): void {
    const text = "There is a new certificate, for connections from now on";
    const { fingerprint } = this.#encryption!.context;
    this.#log.server({
      kind: "reloaded",
      text: `${text}: ${fingerprint}`,
      detail: { fingerprint },
    });
  }

  #accept(conn: Deno.TcpConn, secure: boolean): void {
    const { hostname, port } = conn.remoteAddr;
    const host = plainHost(hostname);
    const address = hostAndPort(host, port);
    const { limits } = this.#world.config;
    const now = Date.now();
    const { connections, users } = this.#world;
    const ban = this.#world.bans.ofAddress(host, now);
    const refusal = ban === undefined
      ? this.#admission.enter(host, limits, connections.size - users.size, now)
      : `You are banned: ${ban.reason}`;
    if (refusal !== undefined) return this.#refuse(conn, host, address, refusal, secure);
    try {
      conn.setNoDelay();
    } catch {
      // It is gone already, which the first read will tell.
    }
    const connection = new Connection(secure ? this.#encrypted(conn) : conn, {
      lines: CLIENT_LINES,
      sendQueueBytes: limits.sendQueueBytes,
      flusher: this.#flusher,
      refuse: (first) => isTls(first) ? "It speaks TLS, which this port does not" : undefined,
    });
    const peer = { sink: connection, host: wireHost(host), address, secure };
    const user = this.#world.connect(peer, now);
    const over = connection.run({
      line: (line) => this.#pace(this.#run(user, () => this.#receive(user, line))),
      overflow: () => this.#world.quit(user, "SendQ exceeded", Date.now()),
      closed: (reason) => {
        this.#admission.leave(host, Date.now());
        this.#run(user, () => this.#world.disconnected(user, reason, Date.now()));
        this.#open.delete(connection);
        this.#spareMemory.turned();
      },
    });
    this.#open.set(connection, over);
    this.#spareMemory.turned();
  }

  #encrypted(conn: Deno.TcpConn): TlsSocket {
    return TlsSocket.accept(conn, {
      context: this.#encryption!.context.secure,
      handshakeMs: HANDSHAKE_MS,
      plainAnswer: ENCRYPT,
    });
  }

  /** Runs what a peer asks for. A fault of ours costs that one connection and is logged. */
  #run<T>(user: User, work: () => T): T | undefined {
    const fault = (error: unknown) => {
      const text = error instanceof Error ? error.stack ?? error.message : String(error);
      this.#log.server({ kind: "warning", text: `A fault of the server itself: ${text}` });
      this.#world.quit(user, "Internal server error", Date.now());
    };
    try {
      const result = work();
      if (result instanceof Promise) result.catch(fault);
      return result;
    } catch (error) {
      fault(error);
      return undefined;
    }
  }

  #receive(user: User, line: Line): number | Promise<number> {
    this.#spareMemory.heard();
    if (!user.registered && isForeign(line)) {
      this.#world.quit(user, "This is no chat program", Date.now());
      return 0;
    }
    return receive(COMMANDS, this.#world, user, line, Date.now());
  }

  /** Waits as long as the peer has to; not at all where it needn't. */
  #pace(wait: number | Promise<number> | undefined): Promise<void> | undefined {
    if (typeof wait === "object") return wait.then((ms) => this.#wait(ms), () => {});
    return wait === undefined || wait === 0 ? undefined : this.#wait(wait);
  }

  /** Resolves after so many milliseconds, or when the server closes. */
  #wait(ms: number): Promise<void> {
    const { signal } = this.#closing;
    if (ms === 0 || signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        signal.removeEventListener("abort", done);
        resolve();
      };
      const timer = setTimeout(done, ms);
      signal.addEventListener("abort", done);
    });
  }

  #refuse(
    conn: Deno.TcpConn,
    host: string,
    address: string,
    reason: string,
    secure: boolean,
  ): void {
    if (this.#refusals.tryTake(Date.now())) {
      this.#world.log({ kind: "refused", address, reason });
    } else {
      // Someone comes again and again: that is worth no reason, and no line in the log.
      return conn.close();
    }
    // To say why would cost a handshake, which is what many who come at once are after.
    if (secure) return conn.close();
    const connection = new Connection(conn, {
      lines: CLIENT_LINES,
      sendQueueBytes: 0,
      flusher: this.#flusher,
    });
    const over = connection.run({
      line: () => {},
      overflow: () => {},
      closed: () => this.#open.delete(connection),
    });
    this.#open.set(connection, over);
    const line = `ERROR :Closing link: ${host} (${reason})\r\n`;
    connection.end(reason, new TextEncoder().encode(line));
  }

  /** Tells everyone that the server closes, and resolves when all are gone. */
  async close(): Promise<void> {
    clearInterval(this.#sweeper);
    this.#spareMemory.stop();
    await this.#upkeep.stop();
    this.#encryption?.close();
    for (const { listener } of this.doors) listener.close();
    await this.#accepting;
    this.#closing.abort();
    this.#world.close("The server is closing", Date.now());
    const cut = setTimeout(() => {
      for (const connection of this.#open.keys()) connection.close("The server is closing");
    }, CLOSE_MS);
    await Promise.all(this.#open.values());
    clearTimeout(cut);
    (await this.#turns)?.close();
  }
}

/** Runs `chat serve` until it is told to stop. Returns the exit status. */
export async function serve(options: ServeOptions): Promise<number> {
  let { config } = options;
  const log = new Log({
    format: options.log,
    messages: options.logMessages,
    lobby: config.lobby,
    now: Date.now,
    write: (bytes) => Deno.stdout.write(bytes),
  });
  let server: Server | undefined;
  const data = openData(config, ({ message }) => server?.warn(message));
  if ("refusal" in data) {
    console.error(data.refusal);
    return 1;
  }
  const { store } = data;
  let encryption: Encryption | undefined;
  let warnings: readonly string[];
  try {
    ({ config, encryption, warnings } = await openEncryption(config, data.directory));
    server = new Server({ config, store, log, encryption, reload: () => options.reload() });
  } catch (error) {
    store.close();
    if (!(error instanceof ListenError || error instanceof EncryptionError)) throw error;
    console.error(error.message);
    return 1;
  }
  for (const event of announcement(config, server.doors, encryption)) log.server(event);
  if (data.directory !== null) {
    log.server({ kind: "data", text: whereKept(data.directory, config) });
  }
  for (const text of [...data.warnings, ...warnings]) {
    log.server({ kind: "warning", text });
  }
  // What can't be used is in the log.
  const rehash = () => void server.reload().catch(() => {});
  if (Deno.build.os !== "windows") Deno.addSignalListener("SIGHUP", rehash);
  const [asked, impatient] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const deaf = onStopSignals(() => asked.resolve(), () => impatient.resolve(), { hangup: false });
  await asked.promise;
  if (Deno.build.os !== "windows") Deno.removeSignalListener("SIGHUP", rehash);
  log.server({ kind: "closing", text: "The server is closing" });
  await Promise.race([
    server.close().then(() => {
      store.close();
      log.server({ kind: "closed", text: "The server is closed" });
      return Promise.race([log.flush(), pause(200)]);
    }),
    impatient.promise,
  ]);
  deaf();
  return 0;
}

/** A host as a parameter on the wire: one that starts with `:` would be read as the last one. */
function wireHost(host: string): string {
  return host.startsWith(":") ? `0${host}` : host;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
