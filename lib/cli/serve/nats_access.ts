/**
 * How this machine reaches NATS.
 * @module
 */
import { ClusterError } from "../../cluster/engine.ts";
import { NatsClient } from "../../cluster/nats/nats_client.ts";
import { NATS_SYSTEM } from "../../cluster/nats/nats_system.ts";
import { parseCredentials, parseNatsUrl } from "../../cluster/nats/nats_url.ts";
import type { NatsWay } from "../args/request.ts";
import { readCertificate, readPassword, type Warn } from "./load.ts";

/**
 * Makes a client, which has not started.
 *
 * @param name the client's name in the reports of NATS.
 * @throws {ClusterError} if an address or the credentials are not valid; other errors as
 * `readPassword`. The messages are for the user.
 */
export async function natsClient(
  { servers, credentials, ca }: NatsWay,
  name: string,
  warn?: Warn,
): Promise<NatsClient> {
  const parsed = servers.map((url) => {
    const server = parseNatsUrl(url);
    if ("fault" in server) throw new ClusterError(`${url}: ${server.fault}`);
    return server;
  });
  const authority = ca === null ? undefined : await readCertificate(ca, Deno.readTextFile);
  const login = credentials === null
    ? undefined
    : parseCredentials(await readPassword(credentials, Deno.readTextFile, warn));
  if (login !== undefined && "fault" in login) {
    throw new ClusterError(`${credentials}: ${login.fault}`);
  }
  return new NatsClient({
    servers: parsed,
    name,
    system: NATS_SYSTEM,
    ...login === undefined ? {} : { credentials: () => login },
    ...authority === undefined ? {} : { ca: authority },
  });
}
