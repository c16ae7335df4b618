/**
 * Notices that the network changed or that the machine slept, from what the system tells each
 * second.
 * @module
 */

/** How often to look, in milliseconds. */
export const LOOK_MS = 1000;

/** The machine slept, or something else stopped the program, if nobody looked for this long. */
const SLEPT_MS = 5000;

/**
 * - `gone`: the address of our connection is gone, and with it the connection.
 * - `slept`: the machine slept, so the connection may be dead.
 * - `changed`: there are other addresses than before, so there may be a network again.
 */
export type NetworkChange = "gone" | "slept" | "changed";

export class NetworkWatch {
  #lookedAt: number | undefined;
  #addresses: string | undefined;

  /**
   * Looks at the system.
   *
   * @param addresses those of this machine; empty if the system doesn't tell.
   * @param own the address of our end of the connection, if there is one.
   * @returns what happened since the last look.
   */
  look(
    now: number,
    addresses: readonly string[],
    own: string | undefined,
  ): NetworkChange | undefined {
    const slept = this.#lookedAt !== undefined && now - this.#lookedAt > SLEPT_MS;
    this.#lookedAt = now;
    const before = this.#addresses;
    if (addresses.length > 0) this.#addresses = addresses.toSorted().join(" ");
    const isGone = own !== undefined && addresses.length > 0 && !addresses.includes(own);
    // What was never there can't go: the system may write it in another form.
    if (isGone && before?.split(" ").includes(own)) return "gone";
    if (slept) return "slept";
    return before === undefined || before === this.#addresses ? undefined : "changed";
  }
}
