/**
 * The lines that a server logs at its start, and its `chat.running`.
 * @module
 */
import { resolve } from "node:path";
import type { Running, RunningCluster } from "./running_file.ts";
import { fingerprintGroups, hexFingerprint } from "../../irc/fingerprint.ts";
import { localHost } from "../../lan/lan_names.ts";
import type { GivenNames } from "../../lan/responder.ts";
import type { ServerEvent } from "./log.ts";
import type { NodePlace } from "../../irc/node_address.ts";
import { hostAndPort, joinHosts } from "../../net/address.ts";
import type { Listener } from "../../net/listener.ts";
import { type ClusterConfig, type Config, isClustered } from "../../server/settings/config.ts";
import type { Door } from "./doors.ts";
import { interfaces } from "./hosts.ts";
import type { Encryption } from "./tls.ts";
import { isPrivate } from "../../web/visitor.ts";
import { LOG } from "../../wording/log.ts";

/** The first lines at the start: the sockets. */
export function openingLines(doors: readonly Door[]): ServerEvent[] {
  const events: ServerEvent[] = [{ kind: "created", text: LOG.created }];
  for (const door of doors) {
    const { host, port } = door.listener;
    const detail = { port, encrypted: door.secure ? 1 : 0 };
    const bound = door.secure ? LOG.boundEncrypted : LOG.bound;
    events.push({ kind: "bound", text: bound(hostAndPort(host, port)), detail });
  }
  return [...events, { kind: "ready", text: LOG.ready }];
}

/**
 * The lines that are read aloud to others: how they join.
 *
 * @param names what the room is called on the local network; undefined if it is not announced.
 * @param web the listener for browsers; undefined if there is none.
 */
export function joinLines(
  config: Config,
  doors: readonly Door[],
  encryption: Encryption | undefined,
  names: GivenNames | undefined,
  web: Listener | undefined,
): ServerEvent[] {
  const { host } = config;
  const events: ServerEvent[] = [];
  const hint = (text: string, detail: ServerEvent["detail"]) =>
    events.push({ kind: "hint", text, ...detail && { detail } });
  if (names !== undefined) {
    const command = "chat join";
    hint(LOG.othersHere(command), { command });
  }
  const best = doors.find(({ secure }) => secure) ?? doors[0];
  if (best === undefined) return events;
  const fingerprint = best.secure ? encryption?.context.fingerprint : undefined;
  // A certificate that is given gets renewed: then its fingerprint would stop people.
  const proof = fingerprint === undefined || !encryption?.ownMade
    ? ""
    : ` --fingerprint ${fingerprint}`;
  for (const each of joinHosts(host, interfaces())) {
    const command = `chat join ${addressFor(each, best)}${proof}`;
    hint(LOG.othersJoin(command), { command });
  }
  if (web !== undefined) events.push(...pageLines(config, web, encryption !== undefined, names));
  if (fingerprint !== undefined) {
    hint(LOG.groups(fingerprintGroups(fingerprint)), { fingerprint });
    const hex = hexFingerprint(fingerprint, ":");
    hint(LOG.ircPrograms(best.listener.port, hex), { fingerprint });
  }
  return events;
}

/** The lines about the page for browsers: the addresses at which others, or else we, see it. */
function pageLines(
  { host, plain }: Config,
  { port }: Listener,
  encrypts: boolean,
  names: GivenNames | undefined,
): ServerEvent[] {
  const named = names === undefined ? [] : [localHost(names.host)];
  // The name leads to this network only.
  const isPlain = (each: string) =>
    plain && (each === "localhost" || named.includes(each) || isPrivate(each));
  const hosts = [...named, ...joinHosts(host, interfaces())]
    .filter((each) => encrypts || isPlain(each));
  return (hosts.length > 0 ? hosts : ["localhost"]).map((each) => {
    const page = `${isPlain(each) ? "http" : "https"}://${hostAndPort(each, port)}/`;
    return { kind: "hint", text: LOG.inBrowser(page), detail: { page } };
  });
}

export function runningOf(
  config: Config,
  doors: readonly Door[],
  encryption: Encryption | undefined,
  webPort: number | undefined,
): Running {
  const port = (isSecure: boolean) =>
    doors.find(({ secure }) => secure === isSecure)?.listener.port ?? null;
  const fingerprint = encryption?.ownMade ? encryption.context.fingerprint : null;
  return {
    ...{ host: config.host, port: port(false), tlsPort: port(true), fingerprint },
    ...webPort !== undefined && { webPort },
    ...isClustered(config) && { cluster: clusterOf(config.cluster!) },
  };
}

/** Other programs may run in another directory. */
function clusterOf({ servers, node, credentials, ca }: ClusterConfig): RunningCluster {
  const full = (path: string | null) => path === null ? null : resolve(path);
  return { servers, node: node!, credentials: full(credentials), ca: full(ca) };
}

/** How clients reach this server of a cluster. */
export function placeOf(
  config: Config,
  doors: readonly Door[],
  encryption: Encryption | undefined,
  web: Listener | string | undefined,
): NodePlace {
  const webPort = typeof web === "object" ? web.port : undefined;
  const { port, tlsPort, fingerprint } = runningOf(config, doors, encryption, webPort);
  return {
    host: config.cluster?.address ?? joinHosts(config.host, interfaces())[0]!,
    port: port ?? undefined,
    tlsPort: tlsPort ?? undefined,
    webPort,
    fingerprint: fingerprint ?? undefined,
  };
}

/** A server address as people type it, without the usual port. */
function addressFor(host: string, { listener: { port }, secure }: Door): string {
  if (port === (secure ? 6697 : 6667)) return host;
  return `${host.includes(":") ? `[${host}]` : host}:${secure ? "+" : ""}${port}`;
}
