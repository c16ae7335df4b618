/**
 * What a server that runs says of itself to other programs of this machine: a small file in its
 * data, which is there while it runs. After a crash it stays; that nobody has the data then, tells
 * its lock.
 * @module
 */
import { replaceFile } from "./replace_file.ts";

/** Where a server can be reached. */
export interface Running {
  /** The address that it listens on; null for all. */
  readonly host: string | null;
  /** The port without encryption; null if there is none. */
  readonly port: number | null;
  /** The port with encryption; null if there is none. */
  readonly tlsPort: number | null;
  /** The fingerprint of the certificate, if the server made it itself: one that is given is renewed. */
  readonly fingerprint: string | null;
}

function pathIn(directory: string): string {
  return `${directory}/chat.running`;
}

/**
 * Writes it. What can't be written is left out: then others go by what they are told.
 *
 * @returns how to delete it again.
 */
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

/** Reads it; undefined if there is none that can be understood. */
export function readRunning(directory: string): Running | undefined {
  try {
    const { host, port, tlsPort, fingerprint } = JSON.parse(
      Deno.readTextFileSync(pathIn(directory)),
    );
    const isPort = (value: unknown) => value === null || Number.isInteger(value);
    const isText = (value: unknown) => value === null || typeof value === "string";
    const isOurs = isText(host) && isText(fingerprint) && isPort(port) && isPort(tlsPort);
    return isOurs ? { host, port, tlsPort, fingerprint } : undefined;
  } catch {
    return undefined;
  }
}
