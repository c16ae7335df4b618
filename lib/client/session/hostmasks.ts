/**
 * Masks for bans and silences.
 *
 * Source: Modern IRC Client Protocol, "Ban Channel Mode", "Wildcard Expressions".
 * @module
 */
import { BoundedMap } from "../../collections/bounded_map.ts";
import { fitsMask } from "../../irc/masks.ts";
import { nickOf } from "../../irc/message.ts";
import type { Isupport } from "./isupport.ts";

/** The most people whose hosts are remembered: the last ones seen. */
const MOST = 2000;

/** The longest host that is remembered, in UTF-16 units. */
const LONGEST = 100;

/** The most masks that are remembered for one name. */
const MOST_MASKS = 10;

/** The hosts of people, and the masks that were made of them. */
export class Hostmasks {
  readonly #isupport: Isupport;
  /** `user@host` by folded name. */
  readonly #hosts = new BoundedMap<string, string>(MOST);
  /** For whom a mask was made, by folded mask. */
  readonly #meant = new BoundedMap<string, string>(MOST);
  readonly #made = new BoundedMap<string, Set<string>>(MOST);

  constructor(isupport: Isupport) {
    this.#isupport = isupport;
  }

  /** Remembers the host in `nick!user@host`. */
  saw(source: string): void {
    const at = source.lastIndexOf("@");
    const host = source.slice(at + 1);
    if (at <= 0 || !source.includes("!") || host === "" || host.length > LONGEST) return;
    const name = nickOf(source);
    this.#hosts.set(this.#isupport.fold(name), source.slice(name.length + 1));
  }

  renamed(from: string, to: string): void {
    const host = this.#hosts.get(this.#isupport.fold(from));
    if (host !== undefined) this.#hosts.set(this.#isupport.fold(to), host);
  }

  /**
   * The mask for a name: `*!*@host` if the host is known, else `nick!*@*`. A mask stays as it is.
   *
   * @param shared a host that can't be meant: our own.
   */
  maskOf(who: string, shared: string | undefined): string {
    if (isMask(who, this.#isupport)) return who;
    const host = this.#hosts.get(this.#isupport.fold(who))?.split("@").at(-1);
    return host === undefined || host === shared ? `${who}!*@*` : `*!*@${host}`;
  }

  /** Those of some names that a mask matches, as far as their hosts are known. */
  hitBy(mask: string, names: Iterable<string>): string[] {
    const folded = this.#isupport.fold(mask);
    return [...names].filter((name) => {
      const at = this.#hosts.get(this.#isupport.fold(name)) ?? "@";
      return fitsMask(folded, this.#isupport.fold(`${name}!${at}`));
    });
  }

  /** The name for which a mask was made, the latest one; undefined for other masks. */
  meantBy(mask: string): string | undefined {
    return this.#meant.get(this.#isupport.fold(mask));
  }

  /** Remembers the mask that was made for a name, so that it can be lifted. */
  made(who: string, mask: string): void {
    if (who !== mask) this.#meant.set(this.#isupport.fold(mask), who);
    const key = this.#isupport.fold(who);
    const masks = this.#made.get(key) ?? new Set();
    if (masks.size < MOST_MASKS) masks.add(mask);
    this.#made.set(key, masks);
  }

  /** Every mask that may have been made for a name. */
  masksOf(who: string): readonly string[] {
    if (isMask(who, this.#isupport)) return [who];
    const made = this.#made.get(this.#isupport.fold(who)) ?? [];
    return [...new Set([...made, `${who}!*@*`, this.maskOf(who, undefined)])];
  }
}

/** Whether this is a mask: `*!*@host`, or an extended one such as `~a:name`. */
function isMask(who: string, isupport: Isupport): boolean {
  const prefix = isupport.extban?.prefix ?? "";
  return /[*?!@]/.test(who) || /^.?[a-zA-Z]+:/.test(who) && prefix !== "" && who.startsWith(prefix);
}
