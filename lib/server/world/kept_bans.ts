/**
 * The bans of a server that outlast it.
 * @module
 */
import type { StateStore } from "../../store/server_state.ts";
import { banState, type HostBan, HostBans } from "./host_bans.ts";

/** The bans of a server: what is added and taken back is so in its store, too. */
export class KeptBans extends HostBans {
  readonly #serverState: StateStore;

  /**
   * Takes in the bans that were kept.
   *
   * @param now the time, in milliseconds since 1970.
   */
  constructor(serverState: StateStore, now: number) {
    super();
    this.#serverState = serverState;
    this.restore(serverState.bans(now));
  }

  /** As {@linkcode HostBans.add}; it lasts. */
  override add(ban: HostBan): boolean {
    const replaced = this.find(ban.mask, ban.kind);
    if (!super.add(ban)) return false;
    if (replaced !== undefined) this.#forget(replaced);
    this.#serverState.saveBan(banState(ban));
    return true;
  }

  /** As {@linkcode HostBans.remove}, for good. */
  override remove(mask: string, kind: HostBan["kind"]): HostBan | undefined {
    const ban = super.remove(mask, kind);
    if (ban !== undefined) this.#forget(ban);
    return ban;
  }

  #forget(ban: HostBan): void {
    const { kind, mask } = banState(ban);
    this.#serverState.forgetBan(kind, mask);
  }
}
