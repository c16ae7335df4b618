/**
 * `chat serve`: wires the layers together. The sockets and signals are here, the chat is in
 * `lib/server`.
 * @module
 */
import about from "./deno.json" with { type: "json" };
import type { ServeOptions } from "./lib/cli/request.ts";
import { CLIENT_LINES, type Line } from "./lib/irc/lines.ts";
import { Log } from "./lib/log.ts";
import { hostAndPort, networkAddresses, plainHost } from "./lib/net/address.ts";
import { Connection } from "./lib/net/connection.ts";
import { Flusher } from "./lib/net/flusher.ts";
import { Listener, ListenError } from "./lib/net/listener.ts";
import { verifyPassword } from "./lib/password.ts";
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

/** What peers have to be gone by once the server closes, in milliseconds. */
const CLOSE_MS = 1500;

/** A server that is running. */
export class Server {
  readonly #world: World;
  readonly #log: Log;
  readonly #listener: Listener;
  readonly #admission = new Admission();
  readonly #flusher = new Flusher();
  /** So many who are refused are told why, and logged. */
  readonly #refusals = new TokenBucket({ perSecond: 10, burst: 50 }, Date.now());
  readonly #open = new Map<Connection, Promise<void>>();
  /** Aborted when the server closes: nobody waits for an allowance any more. */
  readonly #closing = new AbortController();
  readonly #sweeper: ReturnType<typeof setInterval>;
  readonly #accepting: Promise<void>;
  readonly #reload: () => Promise<Config>;

  /**
   * Opens the chat room and starts to take people in.
   *
   * @param reload reads the settings again; rejects, with a message for the user, where they can't
   * be used.
   * @throws {ListenError} where it can't listen; the message is for the user.
   */
  constructor(config: Config, log: Log, reload: () => Promise<Config>) {
    this.#log = log;
    this.#reload = reload;
    this.#world = new World({
      config,
      name: config.name ?? serverName(),
      version: `chat ${about.version}`,
      startedAt: Date.now(),
      runId: crypto.randomUUID().replaceAll("-", ""),
      log: (event) => log.user(event),
      verify: verifyPassword,
      wait: (ms) => this.#wait(ms),
      reload: () => this.reload(),
    });
    this.#listener = new Listener(config.host, config.port);
    this.#sweeper = setInterval(
      () => sweep(this.#world, Date.now()),
      sweepInterval(this.#world),
    );
    this.#accepting = this.#listener.run(
      (conn) => this.#accept(conn),
      (text) => log.server({ kind: "warning", text }),
    );
  }

  /** The port that it listens on. */
  get port(): number {
    return this.#listener.port;
  }

  /** The address and port that it listens on, as text. */
  get address(): string {
    return hostAndPort(this.#listener.host, this.#listener.port);
  }

  /**
   * Takes over the settings that can change while it runs, and logs that. Nobody is dropped.
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
  }

  #accept(conn: Deno.TcpConn): void {
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
    if (refusal !== undefined) return this.#refuse(conn, host, address, refusal);
    try {
      conn.setNoDelay();
    } catch {
      // It is gone already, which the first read will tell.
    }
    const connection = new Connection(conn, {
      lines: CLIENT_LINES,
      sendQueueBytes: limits.sendQueueBytes,
      flusher: this.#flusher,
      refuse: (first) => isTls(first) ? "It speaks TLS, which this port does not" : undefined,
    });
    const peer = { sink: connection, host: wireHost(host), address };
    const user = this.#world.connect(peer, now);
    const over = connection.run({
      line: (line) => this.#pace(this.#run(user, () => this.#receive(user, line))),
      overflow: () => this.#world.quit(user, "SendQ exceeded", Date.now()),
      closed: (reason) => {
        this.#admission.leave(host, Date.now());
        this.#run(user, () => this.#world.disconnected(user, reason, Date.now()));
        this.#open.delete(connection);
      },
    });
    this.#open.set(connection, over);
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

  #refuse(conn: Deno.TcpConn, host: string, address: string, reason: string): void {
    if (this.#refusals.tryTake(Date.now())) {
      this.#world.log({ kind: "refused", address, reason });
    } else {
      // Someone comes again and again: that is worth no reason, and no line in the log.
      return conn.close();
    }
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
    this.#listener.close();
    await this.#accepting;
    this.#closing.abort();
    this.#world.close("The server is closing", Date.now());
    const cut = setTimeout(() => {
      for (const connection of this.#open.keys()) connection.close("The server is closing");
    }, CLOSE_MS);
    await Promise.all(this.#open.values());
    clearTimeout(cut);
  }
}

/** Runs `chat serve` until it is told to stop. Returns the exit status. */
export async function serve(options: ServeOptions): Promise<number> {
  const { config } = options;
  const log = new Log({
    format: options.log,
    messages: options.logMessages,
    lobby: config.lobby,
    now: Date.now,
    write: (bytes) => Deno.stdout.write(bytes),
  });
  let server: Server;
  try {
    server = new Server(config, log, () => options.reload());
  } catch (error) {
    if (!(error instanceof ListenError)) throw error;
    console.error(error.message);
    return 1;
  }
  announce(server, config, log);
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
      log.server({ kind: "closed", text: "The server is closed" });
      return Promise.race([log.flush(), pause(200)]);
    }),
    impatient.promise,
  ]);
  deaf();
  return 0;
}

function announce(server: Server, config: Config, log: Log): void {
  log.server({ kind: "created", text: "The socket is created" });
  log.server({
    kind: "bound",
    text: `The socket is bound to ${server.address}`,
    detail: { port: server.port },
  });
  if (config.tls !== null) {
    const text = "This version cannot encrypt connections: what is said can be read on the network";
    log.server({ kind: "warning", text });
  }
  log.server({ kind: "ready", text: "The server is ready: the chat room is open" });
  const port = server.port === 6667 ? "" : `:${server.port}`;
  for (const host of joinHosts(config.host)) {
    const command = `chat join ${port !== "" && host.includes(":") ? `[${host}]` : host}${port}`;
    log.server({ kind: "hint", text: `Others join with: ${command}`, detail: { command } });
  }
}

/** The addresses under which others find the server. */
function joinHosts(host: string | null): readonly string[] {
  if (host !== null && host !== "0.0.0.0" && host !== "::") return [host];
  try {
    const hosts = networkAddresses(Deno.networkInterfaces());
    const reached = host === "0.0.0.0" ? hosts.filter((address) => !address.includes(":")) : hosts;
    if (reached.length > 0) return reached;
  } catch {
    // This system doesn't tell: then it is only reached from itself, as far as we know.
  }
  return ["localhost"];
}

/** This machine's name as that of an IRC server, which needs a dot in it. */
function serverName(): string {
  let name = "chat";
  try {
    name = Deno.hostname().toLowerCase().replace(/[^a-z0-9.-]/g, "").slice(0, 50) || name;
  } catch {
    // The system doesn't tell.
  }
  return /^[a-z0-9-]+(\.[a-z0-9-]+)+$/.test(name) ? name : `${name.replaceAll(".", "")}.local`;
}

/** A host as a parameter on the wire: one that starts with `:` would be read as the last one. */
function wireHost(host: string): string {
  return host.startsWith(":") ? `0${host}` : host;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
