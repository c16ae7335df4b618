/**
 * The masks by which people are kept out or silenced.
 *
 * Source: Modern IRC Client Protocol, "Ban Channel Mode", "Wildcard Expressions".
 * @module
 */
import { BoundedMap } from "../../collections/bounded_map.ts";
import { nickOf } from "../../irc/message.ts";
import type { Isupport } from "./isupport.ts";

/** Of how many people the host is remembered: those who were seen last. */
const MOST = 2000;

/** The longest host that is remembered, in UTF-16 units. */
const LONGEST = 100;

/** The most masks that are remembered for one name. */
const MOST_MASKS = 10;

/** Who was seen to come from where, and which masks were made of that. */
export class Hostmasks {
  readonly #isupport: Isupport;
  readonly #hosts = new BoundedMap<string, string>(MOST);
  readonly #made = new BoundedMap<string, Set<string>>(MOST);

  /** Makes one that has seen nobody. */
  constructor(isupport: Isupport) {
    this.#isupport = isupport;
  }

  /** A message came from `nick!user@host`. */
  saw(source: string): void {
    const at = source.lastIndexOf("@");
    const host = source.slice(at + 1);
    if (at <= 0 || !source.includes("!") || host === "" || host.length > LONGEST) return;
    this.#hosts.set(this.#isupport.fold(nickOf(source)), host);
  }

  /** Somebody has another name. */
  renamed(from: string, to: string): void {
    const host = this.#hosts.get(this.#isupport.fold(from));
    if (host !== undefined) this.#hosts.set(this.#isupport.fold(to), host);
  }

  /**
   * The mask for a name: `*!*@host` where the host is known, else `nick!*@*`. What is a mask
   * already stays as it is.
   *
   * @param shared hosts that can't be meant: those of ourselves.
   */
  maskOf(who: string, shared: string | undefined): string {
    if (isMask(who, this.#isupport)) return who;
    const host = this.#hosts.get(this.#isupport.fold(who));
    return host === undefined || host === shared ? `${who}!*@*` : `*!*@${host}`;
  }

  /** A mask was made for a name, so that it is known when it is to be lifted. */
  made(who: string, mask: string): void {
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

/** Whether that is no name but a mask already: `*!*@host`, or an extended one such as `~a:name`. */
function isMask(who: string, isupport: Isupport): boolean {
  const prefix = isupport.extban?.prefix ?? "";
  return /[*?!@]/.test(who) || /^.?[a-zA-Z]+:/.test(who) && prefix !== "" && who.startsWith(prefix);
}
