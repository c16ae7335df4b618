/**
 * What the server tells of itself: the table of its metrics, and how it does.
 *
 * Parts count in plain numbers; they are gathered when somebody asks.
 *
 * @module
 */
import process from "node:process";
import type { Flusher } from "../../net/flusher.ts";
import type { EntryRefusal } from "../../server/entry/admission.ts";
import type { LogEvent } from "../../server/log_event.ts";
import { Tally } from "../../server/world/tally.ts";
import type { World } from "../../server/world/world.ts";
import type { Store } from "../../store/store.ts";
import {
  type Buckets,
  exposition,
  EXPOSITION_TYPE,
  type Figures,
  type MetricType,
} from "../../web/exposition.ts";
import { type Answer, sentence } from "../../web/response.ts";
import { CLUSTER } from "../../wording/cluster.ts";
import { HEALTHY, METRIC_HELP } from "../../wording/metrics.ts";
import type { Entrance } from "./entrance.ts";
import type { Gatekeeper } from "./gatekeeper.ts";
import type { LoopDelay } from "./loop_delay.ts";

/** The parts of a server that know its figures. */
export interface Watched {
  readonly world: World;
  readonly store: Store;
  readonly gatekeeper: Gatekeeper;
  readonly entrance: Entrance;
  readonly flusher: Flusher;
  readonly loopDelay: LoopDelay;
  readonly happened: Happened;
  /** The connections of browsers that are no WebSockets. */
  readonly webVisits: () => number;
  /** Undefined if the server is alone. */
  readonly cluster: () => ClusterFigures | undefined;
}

/** The figures of a server of a cluster. */
export interface ClusterFigures {
  /** The nodes that are there, itself too. */
  readonly nodes: number;
  /** The last entry that it has applied. */
  readonly applied: number;
  /** The records that wait to be published. */
  readonly waiting: number;
  /** Whether it lets people in. */
  readonly open: boolean;
}

/** Counts what happens to users. */
export class Happened {
  readonly #tally = new Tally();

  note(event: LogEvent): void {
    this.#tally.add(kindOf(event));
  }

  of(kind: ReturnType<typeof kindOf>): number {
    return this.#tally.of(kind);
  }
}

/** The kind of an event; of one of accounts, what was done. */
function kindOf(event: LogEvent) {
  return event.kind === "account" ? event.did : event.kind;
}

type Sample = number | Buckets;

/** A metric: how its values are gathered. */
interface Metric {
  readonly type: MetricType;
  readonly label: string | undefined;
  readonly read: (server: Watched) => Readonly<Record<string, Sample>>;
}

/** A metric of one value. */
function one(type: MetricType, read: (server: Watched) => Sample): Metric {
  return { type, label: undefined, read: (server) => ({ value: read(server) }) };
}

/** A metric of several values, by the value of a label. */
function several(type: MetricType, label: string, read: Metric["read"]): Metric {
  return { type, label, read };
}

/** A metric that a server has only in a cluster. */
function ofCluster(type: MetricType, read: (cluster: ClusterFigures) => number): Metric {
  return {
    type,
    label: undefined,
    read(server) {
      const cluster = server.cluster();
      return cluster === undefined ? {} : { value: read(cluster) };
    },
  };
}

export const METRICS: Readonly<Record<keyof typeof METRIC_HELP, Metric>> = {
  chat_build_info: several(
    "gauge",
    "version",
    ({ world }) => ({ [world.init.version.replace(/^chat /, "")]: 1 }),
  ),
  process_start_time_seconds: one("gauge", ({ world }) => world.init.startedAt / 1000),
  process_cpu_seconds_total: one("counter", () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1e6;
  }),
  process_resident_memory_bytes: one("gauge", () => Deno.memoryUsage().rss),
  chat_event_loop_delay_seconds: one("histogram", ({ loopDelay }) => loopDelay.ask()),
  chat_connections: several(
    "gauge",
    "kind",
    ({ entrance, webVisits }) => ({ ...entrance.open, http: webVisits() }),
  ),
  chat_connections_opened_total: several("counter", "kind", ({ entrance }) => entrance.opened),
  chat_refusals_total: several(
    "counter",
    "reason",
    ({ gatekeeper: { refused } }) => ofEach(refused, ["ban", "address", "server"]),
  ),
  chat_users: one("gauge", ({ world }) => world.users.size),
  chat_users_waiting: one("gauge", ({ world }) => world.stays.waiting),
  chat_users_entered_total: one("counter", ({ happened }) => happened.of("claimed")),
  chat_users_returned_total: one("counter", ({ happened }) => happened.of("returned")),
  chat_rooms: several("gauge", "state", ({ world: { channels: { all, occupied } } }) => ({
    occupied,
    empty: all.size - occupied,
  })),
  chat_messages_total: several("counter", "to", ({ world: { said } }) => ({
    room: said.rooms,
    person: said.persons,
  })),
  chat_commands_total: one(
    "counter",
    ({ world }) => world.usage.values().reduce((sum, count) => sum + count, 0),
  ),
  chat_sent_lines_total: one("counter", ({ flusher }) => flusher.totals.lines),
  chat_sent_bytes_total: one("counter", ({ flusher }) => flusher.totals.bytes),
  chat_writes_total: one("counter", ({ flusher }) => flusher.totals.writes),
  chat_send_queue_bytes: one("gauge", ({ entrance }) => entrance.pending.all),
  chat_send_queue_longest_bytes: one("gauge", ({ entrance }) => entrance.pending.most),
  chat_send_queue_overflows_total: one("counter", ({ flusher }) => flusher.totals.overflows),
  chat_accounts_registered_total: one("counter", ({ happened }) => happened.of("registered")),
  chat_logins_total: one("counter", ({ happened }) => happened.of("in")),
  chat_login_failures_total: several(
    "counter",
    "secret",
    ({ world }) => ofEach(world.logins.guard.wrong, ["account", "operator", "server"]),
  ),
  chat_accounts_readable: one("gauge", ({ store }) => store.accounts.trouble?.total ? 0 : 1),
  chat_store_writable: one("gauge", ({ store }) => store.health().fault === undefined ? 1 : 0),
  chat_cluster_nodes: ofCluster("gauge", ({ nodes }) => nodes),
  chat_cluster_open: ofCluster("gauge", ({ open }) => open ? 1 : 0),
  chat_cluster_applied_sequence: ofCluster("gauge", ({ applied }) => applied),
  chat_cluster_waiting_records: ofCluster("gauge", ({ waiting }) => waiting),
  chat_store_seconds: several("histogram", "step", ({ store }) => store.health().seconds),
};

function ofEach(tally: Tally, keys: readonly string[]): Readonly<Record<string, number>> {
  return Object.fromEntries(keys.map((key) => [key, tally.of(key)]));
}

/**
 * The answer about a server at each path that has one. It takes why the connection of whoever asks
 * is refused, if it is.
 */
export type Reports = ReadonlyMap<string, (refusal: EntryRefusal | undefined) => Answer>;

export function reportsOf(server: Watched): Reports {
  return new Map([
    ["/metrics", () => sentence(200, figuresOf(server), { "Content-Type": EXPOSITION_TYPE })],
    ["/healthz", (refusal?: EntryRefusal) => {
      const trouble = troubleOf(server, refusal);
      return trouble === undefined ? sentence(200, HEALTHY) : sentence(503, trouble);
    }],
  ]);
}

function figuresOf(server: Watched): string {
  const figures = Object.entries(METRICS).map(([name, { type, label, read }]): Figures => {
    const help = METRIC_HELP[name as keyof typeof METRIC_HELP];
    return { name, type, help, label, samples: read(server) };
  });
  // A sentence ends its last line itself.
  return exposition(figures).trimEnd();
}

/** Why the server can't do its work, in sentences; undefined if it can. */
function troubleOf(
  { store, cluster }: Watched,
  refusal: EntryRefusal | undefined,
): string | undefined {
  if (refusal?.cause === "server") return refusal.text;
  if (cluster()?.open === false) return CLUSTER.cutOff;
  const { accounts: { trouble }, history } = store;
  if (trouble?.total) return trouble.text;
  // What could not be written is tried again, else a quiet server would seem broken for long.
  history.commit();
  return store.health().fault;
}
