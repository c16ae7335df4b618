/**
 * `chat.running`: tells other programs on this machine how to reach the running server. After a
 * crash it stays, but then nobody holds the lock of the data.
 * @module
 */
import { replaceFile } from "../../store/sqlite/files.ts";
import type { NatsWay } from "../args/request.ts";

export interface Running {
  readonly host: string | null;
  readonly port: number | null;
  readonly tlsPort: number | null;
  /** The port for browsers; left out if there is none. */
  readonly webPort?: number;
  /** The fingerprint of a certificate that the server made itself; others are renewed. */
  readonly fingerprint: string | null;
  /** How the other servers of its cluster are reached; left out if it is alone. */
  readonly cluster?: RunningCluster;
}

/** What is needed to reach a cluster, without secrets. Paths are absolute. */
export interface RunningCluster extends NatsWay {
  readonly node: string;
}

function pathIn(directory: string): string {
  return `${directory}/chat.running`;
}

/** Writes the file, if possible. Returns a function that deletes it again. */
export function writeRunning(directory: string, running: Running): () => void {
  const path = pathIn(directory);
  const remove = () => {
    try {
      Deno.removeSync(path);
    } catch {
      // It could not be written, or somebody else deleted it.
    }
  };
  try {
    replaceFile(path, `${JSON.stringify(running)}\n`);
  } catch {
    remove();
  }
  return remove;
}

/** Reads the file; undefined if there is none, or it is damaged. */
export function readRunning(directory: string): Running | undefined {
  try {
    const { host, port, tlsPort, fingerprint, webPort, cluster } = JSON.parse(
      Deno.readTextFileSync(pathIn(directory)),
    );
    const isPort = (value: unknown) => value === null || Number.isInteger(value);
    const isText = (value: unknown) => value === null || typeof value === "string";
    const isOurs = isText(host) && isText(fingerprint) && isPort(port) && isPort(tlsPort);
    if (!isOurs) return undefined;
    return {
      ...{ host, port, tlsPort, fingerprint },
      ...Number.isInteger(webPort) && { webPort },
      ...isCluster(cluster) && { cluster },
    };
  } catch {
    return undefined;
  }
}

function isCluster(value: unknown): value is RunningCluster {
  const { servers, node, credentials, ca } = (value ?? {}) as Partial<RunningCluster>;
  return Array.isArray(servers) && typeof node === "string" && credentials !== undefined &&
    ca !== undefined;
}
