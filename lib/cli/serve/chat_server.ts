/**
 * A running server: connects its sockets, the chat and what keeps watch over them.
 * @module
 */
import type { PortKeys } from "../args/request.ts";
import type { Clustering } from "./clustering.ts";
import type { ClusterNode } from "../../cluster/cluster_node.ts";
import { webHashes } from "../../crypto/hashes.ts";
import { Log } from "./log.ts";
import { Flusher } from "../../net/flusher.ts";
import { Listener } from "../../net/listener.ts";
import { openTurns } from "../../net/turn.ts";
import { verifyPassword } from "../../crypto/password_hash.ts";
import { placeOf } from "./startup_lines.ts";
import { clockTime } from "./clock_time.ts";
import { digest } from "./digest.ts";
import { type Door, openDoors, openWeb } from "./doors.ts";
import { Entrance } from "./entrance.ts";
import { Gatekeeper } from "./gatekeeper.ts";
import { certificateHosts, serverName } from "./hosts.ts";
import { LoopDelay } from "./loop_delay.ts";
import { Happened, reportsOf } from "./metrics.ts";
import { Pauses } from "./pauses.ts";
import { collectGarbage, SpareMemory } from "./spare_memory.ts";
import { type Encryption, EncryptionError } from "./tls.ts";
import { Upkeep } from "./upkeep.ts";
import { WebDoor } from "./web_door.ts";
import { WEB_PATIENCE, type WebPatience } from "./web_visit.ts";
import type { Cloak } from "../../server/entry/cloak.ts";
import { type Config } from "../../server/settings/config.ts";
import { sweep, sweepInterval } from "../../server/entry/liveness.ts";
import { reload as applyConfig } from "../../server/settings/reload.ts";
import { directly } from "../../server/participant.ts";
import { tellOperators } from "../../server/world/operators.ts";
import { setNodes } from "../../server/world/nodes.ts";
import type { User } from "../../server/world/user.ts";
import { World } from "../../server/world/world.ts";
import type { Store } from "../../store/store.ts";
import { pageSite } from "../../web/assets/page_site.ts";
import { firstPage } from "../../web/first_page.ts";
import { socketsOf } from "../../web/node_origins.ts";
import { OwnHosts } from "../../web/own_hosts.ts";
import { LOG } from "../../wording/log.ts";

/** How long peers may take to leave when the server closes, in milliseconds. */
const CLOSE_MS = 1500;

export interface ServerParts {
  readonly config: Config;
  /** What it tells of itself: `chat 1.2.3`. */
  readonly version: string;
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
  /** The server's place in a cluster; undefined if it is alone. It must {@linkcode Server.join}. */
  readonly clustering?: Clustering | undefined;
  /** A cluster has no use for this server any more; takes a sentence. */
  readonly failed?: (why: string) => void;
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
  #sweeper: ReturnType<typeof setInterval> | undefined;
  readonly #upkeep: Upkeep;
  readonly #clustering: Clustering | undefined;
  #node: ClusterNode | undefined;
  #accepting: Promise<unknown> = Promise.resolve();
  readonly #reload: () => Promise<Config>;

  /**
   * Opens the chat room.
   *
   * @throws {ListenError} if it can't listen; the message is for the user.
   */
  constructor(
    {
      config,
      version,
      portKeys = {},
      store,
      cloak,
      log,
      encryption,
      reload,
      webPatience = WEB_PATIENCE,
      clustering,
      failed = () => {},
    }: ServerParts,
  ) {
    const agreement = clustering?.agreement;
    if (agreement !== undefined) config = clustering!.configWith(agreement);
    this.doors = openDoors(config, portKeys);
    this.web = openWeb(config, portKeys);
    const secure = this.doors.find((door) => door.secure);
    if (config.tls !== null && secure !== undefined) {
      // STS tells clients the actual port, also for port 0.
      config = { ...config, tls: { ...config.tls, port: secure.listener.port } };
    }
    this.#clustering = clustering;
    this.#encryption = encryption;
    this.#log = log;
    this.#reload = reload;
    const happened = new Happened();
    const hashes = webHashes();
    this.#world = new World({
      config,
      name: agreement?.name ?? config.name ?? serverName(),
      version,
      startedAt: agreement?.startedAt ?? Date.now(),
      runId: agreement?.runId ?? crypto.randomUUID().replaceAll("-", ""),
      store,
      cloak: clustering?.cloak ?? cloak,
      hashes,
      digest,
      loginSecret: clustering?.loginSecret ?? hashes.random(32),
      writer: this.#flusher,
      log: (event) => {
        // Each server of a cluster tells of those who are connected to it.
        if (this.#node?.isElsewhere) return;
        happened.note(event);
        log.user(event);
      },
      verify: verifyPassword,
      wait: (ms) => this.#pauses.wait(ms),
      clockTime,
      stopwatch: () => performance.now(),
      reload: () => this.reload(),
      ...clustering && {
        share: (user: User, outcome: string, result: unknown, run: (now: number) => void) =>
          this.#node!.share(user, outcome, result, run),
        isHere: (user: User) => this.#node!.isHere(user),
      },
    });
    const [world, gatekeeper] = [this.#world, new Gatekeeper(this.#world, Date.now())];
    const flusher = this.#flusher;
    const node = this.#node = clustering?.join(world, version, {
      place: placeOf(config, this.doors, encryption, this.web),
      clock: Date.now,
      soon: setImmediate,
      say: (text) => this.warn(text),
      heard: () => flusher.heard(),
      failed,
      fault: (error) => log.fault(error),
      counted: (host, change) => gatekeeper.countElsewhere(host, change, Date.now()),
      agreed: (agreement, now) => {
        applyConfig(world, clustering.configWith(agreement), now);
        if (this.#node?.isOpen) void this.#reread(clustering);
      },
      nodesChanged: (others, now) => setNodes(world, others, now),
    });
    this.#entrance = new Entrance({
      world,
      admit: node?.admit ?? directly(world, Date.now),
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
        () => socketsOf(world.nodes),
      ),
      reports: reportsOf(
        {
          ...{ world, store, gatekeeper, entrance, flusher, loopDelay, happened, webVisits },
          cluster: () => clustering?.figures,
        },
      ),
      hosts: new OwnHosts(
        () => [
          ...certificateHosts(world.name, host),
          ...this.localHost === undefined ? [] : [this.localHost],
        ],
      ),
      patience: webPatience,
    });
    gatekeeper.isOpen = () => node?.isOpen ?? true;
    // The servers of a cluster check by themselves.
    if (node === undefined) {
      this.#sweeper = setInterval(() => sweep(world, Date.now()), sweepInterval(world));
    }
    void this.#turns.then((turns) => {
      if (turns !== undefined) this.#flusher.turn = turns.next;
    });
    this.#upkeep = new Upkeep(this.#world, { tidies: node === undefined });
    if (node === undefined) this.#accept();
    encryption?.probe();
    encryption?.watch(() => this.#newCertificate(), (text) => this.warn(text));
  }

  /** Takes part in the cluster. Resolves when people can enter. */
  async join(): Promise<void> {
    if (this.#clustering === undefined) return;
    await this.#clustering.start();
    this.#accept();
  }

  #accept(): void {
    const complain = (text: string) => this.#log.server({ kind: "warning", text });
    this.#accepting = Promise.all([
      ...this.doors.map(({ listener, secure }) =>
        listener.run((conn) => this.#entrance.take(conn, secure), complain)
      ),
      ...this.web instanceof Listener
        ? [this.web.run((conn) => this.#webDoor.take(conn), complain)]
        : [],
    ]);
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
      if (this.#clustering !== undefined) await this.#clustering.publish(read);
      else applyConfig(this.#world, read, Date.now());
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

  /** Another server of the cluster was told to read its configuration again: so does this one. */
  async #reread(clustering: Clustering): Promise<void> {
    try {
      const read = clustering.reread(await this.#reload(), (text) => this.warn(text));
      applyConfig(this.#world, read, Date.now());
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      this.#log.server({ kind: "warning", text: LOG.notReloaded(why) });
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
    if (this.#clustering !== undefined) await this.#clustering.close();
    else this.#world.close(LOG.closing, Date.now());
    await this.#entrance.empty(CLOSE_MS, LOG.closing);
    (await this.#turns)?.close();
  }
}
