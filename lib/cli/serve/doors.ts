/**
 * The sockets that the server listens on.
 * @module
 */
import { Listener } from "../../net/listener.ts";
import type { Config } from "../../server/settings/config.ts";

/** One of them. */
export interface Door {
  /** Takes the connections in. */
  readonly listener: Listener;
  /** Whether they are encrypted. */
  readonly secure: boolean;
}

/**
 * Opens the sockets that the settings name, the plain one first.
 *
 * @throws {ListenError} where one can't be opened; then none is open. The message is for the user.
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
