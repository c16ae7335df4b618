/**
 * The sockets that the server listens on.
 * @module
 */
import { Listener, ListenError } from "../../net/listener.ts";
import type { Config } from "../../server/settings/config.ts";
import { LISTENING } from "../../wording/command_line.ts";
import type { PortKeys } from "../args/request.ts";

export interface Door {
  readonly listener: Listener;
  /** Whether its connections are encrypted. */
  readonly secure: boolean;
}

/**
 * Opens the sockets of a configuration, the plain one first.
 *
 * @param keys the ports that a file sets.
 * @throws {ListenError} if one can't be opened; then none is. The message is for the user.
 */
export function openDoors({ host, port, plain, tls }: Config, keys: PortKeys): Door[] {
  const { byOption, byKey, byTlsKey } = LISTENING;
  const set = keys.plain === undefined
    ? (other: number) => byOption("port", other)
    : (other: number) => byKey(other, keys.plain!);
  const setTls = keys.tls === undefined
    ? (other: number) => byOption("tls-port", other)
    : (other: number) => byTlsKey(other, keys.tls!);
  const doors: Door[] = [];
  try {
    if (plain) {
      doors.push({ listener: new Listener(host, port, { usual: 6667, set }), secure: false });
    }
    if (tls !== null) {
      const listener = new Listener(host, tls.port, { usual: 6697, set: setTls });
      doors.push({ listener, secure: true });
    }
  } catch (error) {
    for (const { listener } of doors) listener.close();
    throw error;
  }
  return doors;
}

/**
 * Opens the port for browsers, without which a server does well. Returns why it could not, as a
 * sentence for the user; undefined if the configuration has none.
 */
export function openWeb({ host, web }: Config, keys: PortKeys): Listener | string | undefined {
  if (web === null) return undefined;
  const { byOption, byWebKey } = LISTENING;
  const set = keys.web === undefined
    ? (other: number) => byOption("web-port", other)
    : (other: number) => byWebKey(other, keys.web!);
  try {
    return new Listener(host, web.port, { usual: 8097, set });
  } catch (error) {
    if (error instanceof ListenError) return error.message;
    throw error;
  }
}
