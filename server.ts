/**
 * `chat serve`: wires the layers together. Signals are handled here, sockets in `lib/cli/serve`, the
 * chat in `lib/server`.
 * @module
 */
import about from "./deno.json" with { type: "json" };
import { readEnvironment } from "./lib/cli/join/environment.ts";
import type { PortKeys, ServeOptions } from "./lib/cli/args/request.ts";
import { writeRunning } from "./lib/cli/serve/running_file.ts";
import { webHashes } from "./lib/crypto/hashes.ts";
import { localHost } from "./lib/lan/lan_names.ts";
import { Log } from "./lib/cli/serve/log.ts";
import { Flusher } from "./lib/net/flusher.ts";
import { Listener, ListenError } from "./lib/net/listener.ts";
import { openTurns } from "./lib/net/turn.ts";
import { verifyPassword } from "./lib/crypto/password_hash.ts";
import { joinLines, openingLines, runningOf } from "./lib/cli/serve/startup_lines.ts";
import { Announcer, noticeOf } from "./lib/cli/serve/announcer.ts";
import { openCloaking } from "./lib/cli/serve/cloak_key.ts";
import { clockTime } from "./lib/cli/serve/clock_time.ts";
import { openData } from "./lib/cli/serve/data.ts";
import { type Door, openDoors, openWeb } from "./lib/cli/serve/doors.ts";
import { Entrance } from "./lib/cli/serve/entrance.ts";
import { Gatekeeper } from "./lib/cli/serve/gatekeeper.ts";
import { certificateHosts, machineName, serverName } from "./lib/cli/serve/hosts.ts";
import { LoopDelay } from "./lib/cli/serve/loop_delay.ts";
import { Happened, reportsOf } from "./lib/cli/serve/metrics.ts";
import { Pauses } from "./lib/cli/serve/pauses.ts";
import { collectGarbage, SpareMemory } from "./lib/cli/serve/spare_memory.ts";
import { type Encryption, EncryptionError, openEncryption } from "./lib/cli/serve/tls.ts";
import { Upkeep } from "./lib/cli/serve/upkeep.ts";
import { WebDoor } from "./lib/cli/serve/web_door.ts";
import { WEB_PATIENCE, type WebPatience } from "./lib/cli/serve/web_visit.ts";
import { onStopSignals } from "./lib/cli/os/signals.ts";
import type { Cloak } from "./lib/server/entry/cloak.ts";
import type { Config } from "./lib/server/settings/config.ts";
import { sweep, sweepInterval } from "./lib/server/entry/liveness.ts";
import { reload } from "./lib/server/settings/reload.ts";
import { tellOperators } from "./lib/server/world/operators.ts";
import { World } from "./lib/server/world/world.ts";
import type { Store } from "./lib/store/store.ts";
import { outputFault } from "./lib/ui/lines/streams.ts";
import { pageSite } from "./lib/web/assets/page_site.ts";
import { firstPage } from "./lib/web/first_page.ts";
import { OwnHosts } from "./lib/web/own_hosts.ts";
import { LOG } from "./lib/wording/log.ts";

/** How long peers may take to leave when the server closes, in milliseconds. */
const CLOSE_MS = 1500;

export interface ServerParts {
  readonly config: Config;
  /** For messages about ports that can't be opened. */
  readonly portKeys?: PortKeys;
  /** Not closed by the server. */
  readonly store: Store;
  readonly cloak: Cloak;
  readonly log: Log;
  /** Undefined if the configuration has no encrypted socket. */
  readonly encryption: Encryption | undefined;
  /** Reads the configuration again; rejects with a message for the user. */
  readonly reload: () => Promise<Config>;
  /** How long browsers may take. */
  readonly webPatience?: WebPatience;
}

/** A running server. */
export class Server {
  readonly doors: readonly Door[];
  /** The port for browsers, or why it could not be opened; undefined if there is none. */
  readonly web: Listener | string | undefined;
  /** The name under which the local network finds the server; undefined if it is not announced. */
  localHost: string | undefined;
  readonly #webDoor: WebDoor;
  readonly #world: World;
  readonly #log: Log;
  readonly #encryption: Encryption | undefined;
  readonly #flusher = new Flusher();
  readonly #turns = openTurns();
  readonly #spareMemory = new SpareMemory(collectGarbage);
  readonly #pauses = new Pauses();
  readonly #loopDelay = new LoopDelay();
  readonly #entrance: Entrance;
  readonly #sweeper: ReturnType<typeof setInterval>;
  readonly #upkeep: Upkeep;
  readonly #accepting: Promise<unknown>;
  readonly #reload: () => Promise<Config>;

  /**
   * Opens the chat room.
   *
   * @throws {ListenError} if it can't listen; the message is for the user.
   */
  constructor(
    {
      config,
      portKeys = {},
      store,
      cloak,
      log,
      encryption,
      reload,
      webPatience = WEB_PATIENCE,
    }: ServerParts,
  ) {
    this.doors = openDoors(config, portKeys);
    this.web = openWeb(config, portKeys);
    const secure = this.doors.find((door) => door.secure);
    if (config.tls !== null && secure !== undefined) {
      // STS tells clients the actual port, also for port 0.
      config = { ...config, tls: { ...config.tls, port: secure.listener.port } };
    }
    this.#encryption = encryption;
    this.#log = log;
    this.#reload = reload;
    const happened = new Happened();
    this.#world = new World({
      config,
      name: config.name ?? serverName(),
      version: `chat ${about.version}`,
      startedAt: Date.now(),
      runId: crypto.randomUUID().replaceAll("-", ""),
      store,
      cloak,
      hashes: webHashes(),
      writer: this.#flusher,
      log: (event) => {
        happened.note(event);
        log.user(event);
      },
      verify: verifyPassword,
      wait: (ms) => this.#pauses.wait(ms),
      clockTime,
      stopwatch: () => performance.now(),
      reload: () => this.reload(),
    });
    const [world, gatekeeper] = [this.#world, new Gatekeeper(this.#world, Date.now())];
    const flusher = this.#flusher;
    this.#entrance = new Entrance({
      world,
      gatekeeper,
      log,
      flusher,
      encryption,
      spareMemory: this.#spareMemory,
      pauses: this.#pauses,
    });
    const { host } = config;
    const [entrance, loopDelay] = [this.#entrance, this.#loopDelay];
    const webVisits = () => this.#webDoor.visits;
    this.#webDoor = new WebDoor({
      world,
      gatekeeper,
      entrance,
      log,
      encryption,
      site: pageSite(
        { title: config.title ?? world.name, encrypted: encryption !== undefined },
        firstPage,
      ),
      reports: reportsOf(
        { world, store, gatekeeper, entrance, flusher, loopDelay, happened, webVisits },
      ),
      hosts: new OwnHosts(
        () => [
          ...certificateHosts(world.name, host),
          ...this.localHost === undefined ? [] : [this.localHost],
        ],
      ),
      patience: webPatience,
    });
    this.#sweeper = setInterval(
      () => sweep(this.#world, Date.now()),
      sweepInterval(this.#world),
    );
    void this.#turns.then((turns) => {
      if (turns !== undefined) this.#flusher.turn = turns.next;
    });
    this.#upkeep = new Upkeep(this.#world);
    const complain = (text: string) => log.server({ kind: "warning", text });
    this.#accepting = Promise.all([
      ...this.doors.map(({ listener, secure }) =>
        listener.run((conn) => this.#entrance.take(conn, secure), complain)
      ),
      ...this.web instanceof Listener
        ? [this.web.run((conn) => this.#webDoor.take(conn), complain)]
        : [],
    ]);
    encryption?.probe();
    encryption?.watch(() => this.#newCertificate(), (text) => this.warn(text));
  }

  /** Warns in the log, and tells the operators who are connected. */
  warn(text: string): void {
    this.#log.server({ kind: "warning", text });
    tellOperators(this.#world, text, Date.now());
  }

  /**
   * Reads the configuration and the certificate again, and logs that. Nobody is dropped.
   *
   * @throws {Error} if the configuration can't be used; then nothing has changed.
   */
  async reload(): Promise<void> {
    try {
      const read = await this.#reload();
      reload(this.#world, read, Date.now());
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      this.#log.server({ kind: "warning", text: LOG.notReloaded(why) });
      throw error;
    }
    this.#log.server({ kind: "reloaded", text: LOG.reloaded });
    try {
      if (await this.#encryption?.reload()) this.#newCertificate();
    } catch (error) {
      if (!(error instanceof EncryptionError)) throw error;
      this.warn(LOG.oldCertificate(error.message));
    }
  }

  #newCertificate(): void {
    const { fingerprint } = this.#encryption!.context;
    this.#log.server({
      kind: "reloaded",
      text: LOG.newCertificate(fingerprint),
      detail: { fingerprint },
    });
  }

  /** Closes the server. Resolves when all connections are gone. */
  async close(): Promise<void> {
    clearInterval(this.#sweeper);
    this.#spareMemory.stop();
    await this.#upkeep.stop();
    await this.#encryption?.close();
    for (const { listener } of this.doors) listener.close();
    if (this.web instanceof Listener) this.web.close();
    await this.#accepting;
    await this.#webDoor.close();
    this.#loopDelay.stop();
    this.#pauses.end();
    this.#world.close(LOG.closing, Date.now());
    await this.#entrance.empty(CLOSE_MS, LOG.closing);
    (await this.#turns)?.close();
  }
}

/** Runs `chat serve` until a signal stops it. Returns the exit status. */
export async function serve(options: ServeOptions): Promise<number> {
  let config: Config = { ...options.config, title: options.config.title ?? machineName() };
  using signals = new DisposableStack();
  // By default they end a program; other servers do something by them, so people send them.
  for (const signal of ["SIGUSR1", "SIGUSR2"] as const) listen(signals, signal, () => {});
  const log = new Log({
    format: options.log,
    messages: options.logMessages,
    lobby: config.lobby,
    now: Date.now,
    write: (bytes) => Deno.stdout.write(bytes),
    failed: (error) => {
      // Nobody reads it, so nobody misses it.
      if (error instanceof Deno.errors.BrokenPipe) return;
      try {
        console.error(LOG.noLog(outputFault(error)));
      } catch {
        // The terminal was closed.
      }
    },
  });
  // Under `deno task`, which can't be put aside, the terminal would hang with the stopped server.
  // Such launchers pass the signal on, so it comes several times at once.
  let told: ReturnType<typeof setTimeout> | undefined;
  const stays = () => {
    if (told === undefined) log.server({ kind: "warning", text: LOG.noSuspend });
    clearTimeout(told);
    told = setTimeout(() => told = undefined, 1000);
  };
  signals.defer(() => clearTimeout(told));
  if (readEnvironment().CHAT_SUSPEND === "no") listen(signals, "SIGTSTP", stays);
  let server: Server | undefined;
  const early: string[] = [];
  const data = openData(
    config,
    ({ message }) => server === undefined ? early.push(message) : server.warn(message),
  );
  if ("refusal" in data) {
    console.error(data.refusal);
    return 1;
  }
  const { store } = data;
  const cloaking = openCloaking(data.directory, data.ranBefore);
  let encryption: Encryption | undefined;
  let warnings: readonly string[];
  try {
    ({ config, encryption, warnings } = await openEncryption(config, data.directory));
    server = new Server({
      config,
      portKeys: options.portKeys,
      store,
      cloak: cloaking.cloak,
      log,
      encryption,
      reload: () => options.reload((text) => server?.warn(text)),
    });
  } catch (error) {
    store.close();
    if (!(error instanceof ListenError || error instanceof EncryptionError)) throw error;
    console.error(error.message);
    return 1;
  }
  const { web } = server;
  const page = web instanceof Listener ? web : undefined;
  const forget = data.directory !== null && data.kept
    ? writeRunning(data.directory, runningOf(config, server.doors, encryption, page?.port))
    : () => {};
  for (const event of openingLines(server.doors)) log.server(event);
  // In a terminal it means that the terminal was closed, twice with most shells.
  const hangup = [Deno.stdin, Deno.stdout, Deno.stderr].some((stream) => stream.isTerminal());
  // If it fails, the log says so.
  const rehash = () => void server.reload().catch(() => {});
  if (!hangup) listen(signals, "SIGHUP", rehash);
  const [asked, impatient] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const deaf = onStopSignals(
    () => asked.resolve(),
    (signal) => signal === "SIGHUP" || impatient.resolve(),
    { hangup },
  );
  const notice = noticeOf(config, server.doors, encryption, page);
  const announcer = notice && new Announcer({
    ...notice,
    machine: serverName(),
    named: ({ title, host }) => {
      const detail = { title, host: localHost(host) };
      server.localHost = detail.host;
      log.server({ kind: "announced", text: LOG.announced(title, detail.host), detail });
    },
  });
  await Promise.race([announcer?.settled, asked.promise]);
  const names = announcer?.names;
  for (const event of joinLines(config, server.doors, encryption, names, page)) log.server(event);
  if (data.directory !== null && data.kept) {
    log.server({ kind: "data", text: LOG.kept(config.history.days, data.directory) });
  } else if (config.data === null) {
    log.server({ kind: "data", text: LOG.notKept });
  }
  const given = [
    ...options.warnings,
    ...data.warnings,
    ...early,
    ...cloaking.warnings,
    ...warnings,
    ...typeof web === "string" ? [LOG.noPage(web)] : [],
  ];
  for (const text of given) {
    log.server({ kind: "warning", text });
  }
  await asked.promise;
  log.server({ kind: "closing", text: LOG.closing });
  await Promise.race([
    Promise.all([server.close(), announcer?.close()]).then(() => {
      forget();
      store.close();
      log.server({ kind: "closed", text: LOG.closed });
      return Promise.race([log.flush(), pause(200)]);
    }),
    impatient.promise,
  ]);
  deaf();
  return 0;
}

/** Listens to a signal, if the system has it, until the stack is disposed of. */
function listen(stack: DisposableStack, signal: Deno.Signal, listener: () => void): void {
  if (Deno.build.os === "windows") return;
  Deno.addSignalListener(signal, listener);
  stack.defer(() => Deno.removeSignalListener(signal, listener));
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
