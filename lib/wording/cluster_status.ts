/**
 * What `chat cluster status` shows.
 * @module
 */
import { plural } from "./plural.ts";

export const CLUSTER_STATUS = {
  // A server: parts of a line.
  node: (node: string, version: string, host: string): string => `${node}: ${version} at ${host}`,
  people: (count: number): string => count === 1 ? "1 person" : `${count} people`,
  behind: (entries: number): string =>
    entries === 0 ? "up to date" : `${plural(entries, "entry", "entries")} behind`,
  closed: (): string => "lets nobody in",
  silent: (time: string): string => `does not answer, last heard ${time}`,
  gone: (time: string): string => `not there, last heard ${time}`,
  nobody: "No server answers.",
  engine: (
    servers: number,
    leader: string | null,
    copies: number,
    late: readonly string[],
  ): string => {
    const leads = leader === null ? "" : `, ${leader} leads the stream`;
    const state = late.length === 0 ? "all up to date" : `not up to date: ${late.join(", ")}`;
    const kept = servers === 1
      ? ""
      : copies === 1
      ? ", but only one has the stream"
      : `, ${copies} copies of it, ${state}`;
    return `NATS: ${plural(servers, "server")}${leads}${kept}`;
  },
  stream: (first: number, last: number, megabytes: number, most: number): string =>
    `The stream: entries ${first} to ${last}, ${megabytes.toFixed(1)} of ${most.toFixed(0)} MB`,
  same: (entry: number, hash: string): string =>
    `After entry ${entry} they all had the same state: ${hash}`,
  different: (
    entry: number,
    hashes: readonly (readonly [node: string, hash: string])[],
  ): string => {
    const all = hashes.map(([node, hash]) => `${node} ${hash}`);
    return `After entry ${entry} THEIR STATES DIFFERED: ${all.join(", ")}`;
  },
  notCompared: "Their states were not compared yet.",
} as const;
