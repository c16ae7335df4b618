/**
 * The sockets that the server listens on.
 * @module
 */
import { Listener } from "../../net/listener.ts";
import type { Config } from "../../server/settings/config.ts";

export interface Door {
  readonly listener: Listener;
  /** Whether its connections are encrypted. */
  readonly secure: boolean;
}

/**
 * Opens the sockets of a configuration, the plain one first.
 *
 * @throws {ListenError} if one can't be opened; then none is. The message is for the user.
 */
export function openDoors({ host, port, plain, tls }: Config): Door[] {
  const doors: Door[] = [];
  try {
    if (plain) doors.push({ listener: new Listener(host, port), secure: false });
    if (tls !== null) {
      doors.push({ listener: new Listener(host, tls.port, "tls-port"), secure: true });
    }
  } catch (error) {
    for (const { listener } of doors) listener.close();
    throw error;
  }
  return doors;
}
