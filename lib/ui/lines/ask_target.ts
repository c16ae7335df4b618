import { isLeaving } from "../../client/input/interpret.ts";
import { parseTarget, type TargetCheck } from "../../client/trust/target.ts";
import type { FrontEnd } from "../front_end.ts";
import type { LineReader } from "./line_reader.ts";
import type { Streams } from "./streams.ts";
import { ADDRESS_FAULT } from "../../wording/reaching.ts";

/** Rooms that are shown meanwhile: one may be chosen instead of an address. */
export interface RoomChoice {
  choose(text: string): TargetCheck | undefined;
}

/**
 * Asks for a server's address until the answer can be parsed; a pipe is asked once. Returns
 * undefined if the person leaves.
 */
export async function askTarget(
  front: FrontEnd,
  input: LineReader,
  streams: Streams,
  typed: boolean,
  rooms?: RoomChoice,
): Promise<TargetCheck | undefined> {
  for (;;) {
    streams.write(front.ask("address"));
    const line = await input.next();
    streams.write(front.answered());
    if (line === undefined && !typed) {
      await streams.flushed();
      return { fault: ADDRESS_FAULT.missing };
    }
    if (line === undefined || isLeaving(line.text)) return undefined;
    if (line.text.trim() === "" && typed) continue;
    const check = rooms?.choose(line.text) ?? parseTarget(line.text);
    if ("target" in check || !typed) {
      await streams.flushed();
      return check;
    }
    streams.write([{ stream: "err", text: `${check.fault}\n` }]);
    await streams.flushed();
  }
}
