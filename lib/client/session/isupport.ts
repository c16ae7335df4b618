/**
 * What a server says of itself (RPL_ISUPPORT), as far as a session goes by it.
 *
 * Source: Modern IRC Client Protocol, "RPL_ISUPPORT Parameters"; IRCv3 `chathistory`, `monitor`,
 * `message-tags` (`CLIENTTAGDENY`).
 * @module
 */
import { fold, type Folded } from "../../irc/names.ts";
import { USUAL_SYMBOLS } from "./names_reply.ts";

/** What parameter a channel mode takes: a list's entry, one always, one when it is set, or none. */
export type ServerModeKind = "list" | "always" | "set" | "flag";

/** The longest token that is read, in UTF-16 units. */
const LONGEST_TOKEN = 500;

/** The most that a server can let us change with one MODE line. */
const MOST_MODES = 20;

/** The letters of the ranks whose symbols are {@linkcode USUAL_SYMBOLS}. */
const USUAL_RANKS = "qaohv";

/** What the server can do, as said so far; until then what most servers do. */
export class Isupport {
  /** The letters of the modes that are ranks, highest first. */
  ranks: string = USUAL_RANKS;
  /** The symbols of the ranks, in the same order. */
  symbols: string = USUAL_SYMBOLS;
  /** What the names of rooms start with. */
  chantypes = "#&";
  /** The symbols that can stand before a room, to speak to those with that rank only. */
  statusmsg = "";
  /** How many messages one answer of CHATHISTORY can hold; 0 for no limit. */
  chathistory = 0;
  /** Whether CHATHISTORY can be asked by id. */
  byMsgid = true;
  /** How many names can be watched (MONITOR); 0 where that can't be done. */
  monitor = 0;
  /** The longest name of a room, in the server's count; 0 where it is not known. */
  channelLength = 0;
  /** The longest name of a user, in the server's count; 0 where it is not known. */
  nickLength = 0;
  /** How many modes one MODE line changes at most. */
  modes = 3;
  /** What an extended ban starts with and its types; undefined where there are none. */
  extban: { readonly prefix: string; readonly types: string } | undefined;
  /** Whether WHO can be asked for single fields (WHOX). */
  whox = false;
  /** What LIST can be asked for. */
  elist = "";
  /** What the network calls itself. */
  network = "";
  /** The client-only tags that it does not pass on. */
  #denied: readonly string[] = [];
  #rfc1459 = false;
  #kinds: ReadonlyMap<string, ServerModeKind> = kinds("beI,k,l,imnst");

  /** Reads the parameters of one line. Returns whether names compare otherwise from here on. */
  read(params: readonly string[]): boolean {
    const before = this.#rfc1459;
    for (const param of params) {
      if (param.length > LONGEST_TOKEN) continue;
      const [, name = "", value = ""] = /^([A-Z0-9/-]+)(?:=(.*))?$/s.exec(param) ?? [];
      if (Object.hasOwn(TOKENS, name)) TOKENS[name]!(this, value);
    }
    return before !== this.#rfc1459;
  }

  /** A name as it is compared: at least as widely as the server does. */
  fold(name: string): Folded {
    const folded = fold(name);
    if (!this.#rfc1459) return folded;
    return folded.replace(/[[\]\\^]/g, (char) => RFC1459[char]!) as Folded;
  }

  /** Whether two names are the same. */
  same(a: string, b: string): boolean {
    return this.fold(a) === this.fold(b);
  }

  /** Whether a target is a room. */
  isRoom(target: string): boolean {
    return target.length > 0 && this.chantypes.includes(target[0]!);
  }

  /**
   * The symbols before a room that say for which ranks in it a message is (STATUSMSG); empty for a
   * message to all, or to a person. A symbol that also starts the names of rooms counts as one of
   * these if a room's name is behind it.
   */
  statusOf(target: string): string {
    const symbols = this.statusmsg || this.symbols;
    let length = 0;
    for (let at = 0; at < target.length && symbols.includes(target[at]!); at++) {
      if (this.isRoom(target.slice(at + 1))) length = at + 1;
    }
    return target.slice(0, length);
  }

  /** The symbol of the highest of some ranks; empty for none. */
  symbolOf(ranks: string): string {
    for (let at = 0; at < this.ranks.length; at++) {
      if (ranks.includes(this.ranks[at]!)) return this.symbols[at] ?? "";
    }
    return "";
  }

  /** The letters of the ranks that these symbols stand for. */
  ranksOf(symbols: string): string {
    return Array.from(symbols, (symbol) => this.ranks[this.symbols.indexOf(symbol)] ?? "").join("");
  }

  /** What parameter a mode of rooms takes; undefined where it is not known. */
  kindOf(letter: string): ServerModeKind | undefined {
    return this.#kinds.get(letter);
  }

  /** Whether a client-only tag is passed on to others. */
  passesOn(tag: string): boolean {
    if (this.#denied.includes(`-${tag}`)) return true;
    return !this.#denied.includes("*") && !this.#denied.includes(tag);
  }

  /** The mask of an entry in the list of bans that only silences; undefined where there is none. */
  get quiet(): { readonly letter: string; readonly before: string } | undefined {
    const { extban } = this;
    if (extban?.types.includes("q")) return { letter: "b", before: `${extban.prefix}q:` };
    if (this.kindOf("q") === "list") return { letter: "q", before: "" };
    // InspIRCd calls it m; there extended bans need no prefix.
    if (extban?.prefix === "" && extban.types.includes("m")) return { letter: "b", before: "m:" };
    return undefined;
  }

  /** For {@linkcode TOKENS}. */
  set denied(value: string) {
    this.#denied = value.split(",");
  }

  /** For {@linkcode TOKENS}. */
  set casemapping(value: string) {
    this.#rfc1459 = value.startsWith("rfc1459") || value === "strict-rfc1459";
  }

  /** For {@linkcode TOKENS}. */
  set chanmodes(value: string) {
    this.#kinds = kinds(value);
  }
}

const RFC1459: Readonly<Record<string, string>> = { "[": "{", "]": "}", "\\": "|", "^": "~" };

/** What each token changes. */
const TOKENS: Readonly<Record<string, (isupport: Isupport, value: string) => void>> = {
  CASEMAPPING: (to, value) => to.casemapping = value,
  CHANMODES: (to, value) => to.chanmodes = value,
  CHANNELLEN: (to, value) => to.channelLength = number(value),
  // A server without rooms is none that we could use.
  CHANTYPES: (to, value) => to.chantypes = value || to.chantypes,
  CHATHISTORY: (to, value) => to.chathistory = number(value),
  CLIENTTAGDENY: (to, value) => to.denied = value,
  "draft/CHATHISTORY": (to, value) => to.chathistory = number(value),
  ELIST: (to, value) => to.elist = value,
  EXTBAN: (to, value) => {
    const [prefix = "", types] = value.split(",", 2);
    to.extban = types === undefined ? undefined : { prefix, types };
  },
  MODES: (to, value) => to.modes = Math.min(number(value) || MOST_MODES, MOST_MODES),
  MONITOR: (to, value) => to.monitor = number(value) || Infinity,
  MSGREFTYPES: (to, value) => to.byMsgid = value.split(",").includes("msgid"),
  NICKLEN: (to, value) => to.nickLength = number(value),
  NETWORK: (to, value) => to.network = value,
  PREFIX: (to, value) => {
    const [, ranks, symbols] = /^\(([a-zA-Z]*)\)(\S*)$/.exec(value) ?? [];
    if (ranks === undefined || symbols === undefined || ranks.length !== symbols.length) return;
    [to.ranks, to.symbols] = [ranks, symbols];
  },
  STATUSMSG: (to, value) => to.statusmsg = value,
  WHOX: (to) => to.whox = true,
};

function number(value: string): number {
  return /^\d{1,9}$/.test(value) ? Number(value) : 0;
}

function kinds(value: string): ReadonlyMap<string, ServerModeKind> {
  const names: readonly ServerModeKind[] = ["list", "always", "set", "flag"];
  const lists = value.split(",", names.length);
  return new Map(
    lists.flatMap((letters, index) => Array.from(letters, (letter) => [letter, names[index]!])),
  );
}
