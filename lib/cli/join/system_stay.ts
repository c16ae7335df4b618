/**
 * Stays over the sockets, with the clock and the files of this machine.
 * @module
 */
import { Stay } from "../../client/stay/stay.ts";
import type { StayEntry, StayOptions } from "../../client/stay/stay_options.ts";
import { webHashes } from "../../crypto/hashes.ts";
import type { Proxy } from "../../net/proxy.ts";
import { type Confirm, Dialler, type Trust } from "./dialler.ts";
import { nodeMemory } from "./memory.ts";
import { dialBy } from "./server_link.ts";
import { SYSTEM_TIMERS } from "../../client/stay/system_timers.ts";
import { watchNetwork } from "./watch_network.ts";

/** How the server is reached. */
export interface Reaching {
  readonly trust: Trust;
  readonly proxy?: Proxy | undefined;
}

export type EntryOptions = StayEntry & Reaching;

/**
 * Makes a stay.
 *
 * @param confirm asks whether to trust a new server; undefined if nobody can be asked.
 */
export function systemStay(
  options: StayOptions,
  { trust, proxy }: Reaching,
  confirm: Confirm | undefined,
): Stay {
  let own: string | undefined;
  const dialler = new Dialler(options.target, trust, confirm, proxy);
  return new Stay(options, {
    dial: dialBy(dialler, (from) => own = from),
    timers: SYSTEM_TIMERS,
    random: Math.random,
    hashes: webHashes(),
    ...trust.nodes !== undefined && { nodes: nodeMemory(trust.nodes, options.target) },
    watch: (stay) => watchNetwork(stay, () => own),
  });
}
