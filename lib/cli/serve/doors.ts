/**
 * The sockets that the server listens on.
 * @module
 */
import { Listener } from "../../net/listener.ts";
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
