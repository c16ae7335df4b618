import type { NatsClient } from "../../cluster/nats/nats_client.ts";
import { NatsError } from "../../cluster/nats/nats_fault.ts";
import { ClusterError } from "../../cluster/engine.ts";
import { ADMIN } from "../../wording/command_line.ts";
import type { NatsWay } from "../args/request.ts";
import { natsClient } from "../serve/nats_access.ts";
import type { RunningCluster } from "../serve/running_file.ts";
import { AdminError } from "./admin_error.ts";

/** How long it may take to connect, in milliseconds. */
const CONNECT_MS = 5_000;

/**
 * Connects to the NATS servers of a cluster for some work.
 *
 * @param cluster the node is the one that the work asks something of, if any.
 * @throws {AdminError} if NATS can't be reached or does not do it.
 */
export async function withNats<T>(
  cluster: NatsWay & Partial<RunningCluster>,
  work: (client: NatsClient) => Promise<T>,
): Promise<T> {
  const { node } = cluster;
  let client: NatsClient | undefined;
  try {
    client = await natsClient(cluster, node === undefined ? "chat" : `chat program for ${node}`);
    client.start();
    await client.connected(CONNECT_MS);
    return await work(client);
  } catch (error) {
    if (error instanceof ClusterError) throw new AdminError(error.message);
    if (!(error instanceof NatsError)) throw error;
    const { kind } = error.fault;
    throw new AdminError(
      kind === "timeout" || kind === "lost"
        ? ADMIN.unknown
        : kind === "noResponders" && node !== undefined
        ? ADMIN.noAnswer(node)
        : error.message,
    );
  } finally {
    await client?.close();
  }
}
