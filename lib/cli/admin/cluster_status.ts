import { STREAM } from "../../cluster/engine.ts";
import { JetStream, type StreamInfo } from "../../cluster/nats/jet_stream.ts";
import type { NatsClient } from "../../cluster/nats/nats_client.ts";
import { type NodeStatus, STATUS } from "../../cluster/program_desk.ts";
import { decodeText } from "../../text/bytes.ts";
import { visibleName } from "../../text/text.ts";
import { CLUSTER_STATUS } from "../../wording/cluster_status.ts";
import { ADMIN } from "../../wording/command_line.ts";
import type { ClusterOptions } from "../args/request.ts";
import { readRunning, type RunningCluster } from "../serve/running_file.ts";
import { AdminError } from "./admin_error.ts";
import { serverDirectory, timeText } from "./with_accounts.ts";
import { withNats } from "./with_nats.ts";

/** How long to wait for the answers of the nodes, in milliseconds. */
const ANSWER_MS = 1000;

/** A node as the others, or it itself, tell of it. */
interface ShownNode {
  readonly node: string;
  readonly version: string;
  readonly host: string;
  /** Null if it did not answer. */
  readonly people: number | null;
  /** How many entries it has yet to apply; null if it did not answer. */
  readonly behind: number | null;
  /** `gone`: it has left, or was given up. */
  readonly state: "open" | "closed" | "silent" | "gone";
  /** When its last entry came, in milliseconds since 1970. */
  readonly heardAt: number;
}

interface ShownStatus {
  readonly nodes: readonly ShownNode[];
  readonly engine: {
    readonly servers: number;
    readonly leader: string | null;
    readonly replicas: StreamInfo["followers"];
    readonly bytes: number;
    readonly mostBytes: number;
    readonly firstEntry: number;
    readonly lastEntry: number;
  };
  /** The last comparison of which all who answered told; null if there was none. */
  readonly compared: {
    readonly entry: number;
    readonly hashes: Readonly<Record<string, string>>;
    readonly same: boolean;
  } | null;
}

/**
 * Runs `chat cluster status`. Returns the lines to show.
 *
 * @throws {AdminError} if the server does not run in a cluster, or NATS can't be reached; other errors
 * as `natsClient`
 */
export async function clusterStatus({ data, nats, json }: ClusterOptions): Promise<string> {
  const status = await withNats(nats ?? clusterOf(data), ask);
  return json ? `${JSON.stringify(status)}\n` : text(status);
}

/** The cluster of the server on this machine. */
function clusterOf(data: string | undefined): RunningCluster {
  const directory = serverDirectory(data);
  // After a crash of the server the file is still there, and still right.
  const cluster = readRunning(directory)?.cluster;
  if (cluster !== undefined) return cluster;
  const why = ADMIN.alone(directory);
  throw new AdminError(data === undefined ? ADMIN.elsewhere(why) : why);
}

async function ask(client: NatsClient): Promise<ShownStatus> {
  const [info, messages] = await Promise.all([
    new JetStream(client, STREAM).streamInfo(),
    client.requestMany(STATUS, "", ANSWER_MS),
  ]);
  const answers = messages.map(({ payload }): NodeStatus => JSON.parse(decodeText(payload) ?? ""));
  const [best] = answers.toSorted((one, other) => other.applied - one.applied);
  return {
    nodes: (best?.nodes ?? []).map(([node, { version, place, alive, heardAt }]) => {
      const own = answers.find((answer) => answer.node === node);
      const base = { node, version: own?.version ?? version, host: place.host, heardAt };
      if (own === undefined) {
        return { ...base, people: null, behind: null, state: alive ? "silent" : "gone" };
      }
      const behind = Math.max(0, info.lastSequence - own.applied);
      return { ...base, people: own.people, behind, state: own.open ? "open" : "closed" };
    }),
    engine: {
      servers: Math.max(1, client.info?.others.length ?? 0),
      leader: info.leader ?? null,
      replicas: info.followers,
      bytes: info.bytes,
      mostBytes: Number(info.config.max_bytes),
      firstEntry: info.firstSequence,
      lastEntry: info.lastSequence,
    },
    compared: lastCompared(answers),
  };
}

function lastCompared(answers: readonly NodeStatus[]): ShownStatus["compared"] {
  const tables = answers.map(({ node, hashes }) => ({ node, hashes: new Map(hashes) }));
  const entries = [...tables[0]?.hashes.keys() ?? []];
  const entry = entries.findLast((each) => tables.every(({ hashes }) => hashes.has(each)));
  if (entry === undefined) return null;
  const hashes = Object.fromEntries(tables.map(({ node, hashes }) => [node, hashes.get(entry)!]));
  return { entry, hashes, same: new Set(Object.values(hashes)).size === 1 };
}

function text({ nodes, engine, compared }: ShownStatus): string {
  const lines = nodes.map(({ node, version, host, people, behind, state, heardAt }) => {
    const parts = [CLUSTER_STATUS.node(visibleName(node), version, visibleName(host))];
    if (people !== null) parts.push(CLUSTER_STATUS.people(people));
    if (behind !== null) parts.push(CLUSTER_STATUS.behind(behind));
    if (state !== "open") parts.push(CLUSTER_STATUS[state](timeText(heardAt)));
    return parts.join(", ");
  });
  if (nodes.length === 0) lines.push(CLUSTER_STATUS.nobody);
  const { servers, leader, replicas, bytes, mostBytes, firstEntry, lastEntry } = engine;
  const late = replicas.filter(({ isCurrent }) => !isCurrent).map(({ name }) => name);
  lines.push(CLUSTER_STATUS.engine(servers, leader, replicas.length + 1, late));
  lines.push(CLUSTER_STATUS.stream(firstEntry, lastEntry, bytes / 1e6, mostBytes / 1e6));
  if (compared === null) lines.push(CLUSTER_STATUS.notCompared);
  else if (compared.same) lines.push(CLUSTER_STATUS.same(compared.entry, first(compared.hashes)));
  else lines.push(CLUSTER_STATUS.different(compared.entry, Object.entries(compared.hashes)));
  return lines.map((line) => `${line}\n`).join("");
}

function first(hashes: Readonly<Record<string, string>>): string {
  return Object.values(hashes)[0] ?? "";
}
