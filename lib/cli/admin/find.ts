import { type Memory, Nearby, placeOf, shownTitle } from "../../client/trust/nearby.ts";
import type { FoundRoom } from "../../lan/room_browser.ts";
import { NEARBY } from "../../wording/reaching.ts";
import type { FindOptions } from "../args/request.ts";
import { readEnvironment } from "../join/environment.ts";
import { readMemory } from "../join/memory.ts";
import { pause } from "../os/pause.ts";
import { ownPaths } from "../join/own_files.ts";
import { RoomFinder } from "../join/room_finder.ts";
import { AdminError } from "./admin_error.ts";

/**
 * Runs `chat find`. Returns the lines to show.
 *
 * @throws {AdminError} if no room is found.
 */
export async function find({ json, seconds }: FindOptions): Promise<string> {
  const finder = new RoomFinder(() => {});
  await pause(seconds * 1000);
  const { rooms } = finder;
  finder.close();
  if (rooms.length === 0) throw new AdminError(NEARBY.nothing);
  if (json) return rooms.map((room) => `${JSON.stringify(eventOf(room))}\n`).join("");
  const memory = await readMemory(ownPaths(Deno.build.os, readEnvironment()));
  return foundLines(rooms, memory);
}

/** The rooms for a person, a line each. */
export function foundLines(rooms: readonly FoundRoom[], memory: Memory): string {
  const nearby = new Nearby(memory);
  return rooms.map((room) => {
    const command = `chat join ${placeOf(room)}`;
    return `${NEARBY.found(shownTitle(room.title), command, nearby.notesOn(room))}\n`;
  }).join("");
}

/** A room for a program: exactly what is announced. */
function eventOf(room: FoundRoom) {
  const { title, addresses, port, secure, channel, fingerprint, web, needs } = room;
  return {
    ...{ title, address: placeOf(room), addresses, port, encrypted: secure },
    ...{ room: channel ?? null, fingerprint: fingerprint ?? null },
    ...{ web: web ?? null, needs: needs ?? null },
  };
}
