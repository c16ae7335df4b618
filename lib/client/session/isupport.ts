/**
 * What a server says about itself (RPL_ISUPPORT), as far as a session uses it.
 *
 * Source: Modern IRC Client Protocol, "RPL_ISUPPORT Parameters"; IRCv3 `chathistory`, `monitor`,
 * `message-tags` (`CLIENTTAGDENY`).
 * @module
 */
import { fold, type Folded } from "../../irc/names.ts";
import { type NodePlace, NODES, parseNodes } from "../../irc/node_address.ts";

/** The parameter of a channel mode: a list entry, always one, one only when it is set, or none. */
export type ServerModeKind = "list" | "always" | "set" | "flag";

/** The longest token that is read, in UTF-16 units. */
const LONGEST_TOKEN = 500;

/** The most modes on one MODE line, whatever the server says. */
const MOST_MODES = 20;

/** What the server supports; by default what most servers do. */
export class Isupport {
  /** The letters of the rank modes, highest first. */
  ranks = "qaohv";
  /** The symbols of the ranks, in the same order. */
  symbols = "~&@%+";
  chantypes = "#&";
  /** The symbols that can precede a room, to speak only to those with that rank. */
  statusmsg = "";
  /** The most messages in one answer of CHATHISTORY; 0 for no limit. */
  chathistory = 0;
  byMsgid = true;
  /** How many names MONITOR takes; 0 if it is not supported. */
  monitor = 0;
  /** The longest name of a room, in the server's count; 0 if unknown. */
  channelLength = 0;
  /** The longest name of a user, in the server's count; 0 if unknown. */
  nickLength = 0;
  /** The most modes on one MODE line. */
  modes = 3;
  /** The prefix and types of extended bans, if any. */
  extban: { readonly prefix: string; readonly types: string } | undefined;
  /** Whether WHO can be asked for single fields (WHOX). */
  whox = false;
  elist = "";
  denied: readonly string[] = [];
  /** Whether `[]\^` and `{}|~` are the same in names. */
  rfc1459 = false;
  /** The parameters that the channel modes take, by letter. */
  kinds: ReadonlyMap<string, ServerModeKind> = kinds("beI,k,l,imnst");
  /** The other servers of the same chat. */
  nodes: readonly NodePlace[] = [];

  /** Reads the parameters of one line. Returns whether names compare differently from now on. */
  read(params: readonly string[]): boolean {
    const before = this.rfc1459;
    for (const param of params) {
      if (param.length > LONGEST_TOKEN) continue;
      const [, name = "", value = ""] = /^([\w./-]+)(?:=(.*))?$/s.exec(param) ?? [];
      if (Object.hasOwn(TOKENS, name)) TOKENS[name]!(this, value);
    }
    return before !== this.rfc1459;
  }

  /** A name as it is compared: at least as loosely as the server does. */
  fold(name: string): Folded {
    const folded = fold(name);
    if (!this.rfc1459) return folded;
    return folded.replace(/[[\]\\^]/g, (char) => RFC1459[char]!) as Folded;
  }

  same(a: string, b: string): boolean {
    return this.fold(a) === this.fold(b);
  }

  isRoom(target: string): boolean {
    return target.length > 0 && this.chantypes.includes(target[0]!);
  }

  /**
   * The symbols before a room that limit a message to some ranks (STATUSMSG); empty for a message
   * to all, or to a person. A symbol that also starts the names of rooms counts as one of these if
   * the name of a room follows it.
   */
  statusOf(target: string): string {
    const symbols = this.statusmsg || this.symbols;
    let length = 0;
    for (let at = 0; at < target.length && symbols.includes(target[at]!); at++) {
      if (this.isRoom(target.slice(at + 1))) length = at + 1;
    }
    return target.slice(0, length);
  }

  symbolOf(ranks: string): string {
    for (let at = 0; at < this.ranks.length; at++) {
      if (ranks.includes(this.ranks[at]!)) return this.symbols[at] ?? "";
    }
    return "";
  }

  /** The ranks that these symbols stand for. */
  ranksOf(symbols: string): string {
    return Array.from(symbols, (symbol) => this.ranks[this.symbols.indexOf(symbol)] ?? "").join("");
  }

  passesOn(tag: string): boolean {
    if (this.denied.includes(`-${tag}`)) return true;
    return !this.denied.includes("*") && !this.denied.includes(tag);
  }

  /** How a ban that only silences is written; undefined if the server has none. */
  get quiet(): { readonly letter: string; readonly before: string } | undefined {
    const { extban } = this;
    if (extban?.types.includes("q")) return { letter: "b", before: `${extban.prefix}q:` };
    if (this.kinds.get("q") === "list") return { letter: "q", before: "" };
    // InspIRCd calls it m, and needs no prefix.
    if (extban?.prefix === "" && extban.types.includes("m")) return { letter: "b", before: "m:" };
    return undefined;
  }
}

const RFC1459: Readonly<Record<string, string>> = { "[": "{", "]": "}", "\\": "|", "^": "~" };

const TOKENS: Readonly<Record<string, (isupport: Isupport, value: string) => void>> = {
  CASEMAPPING: (to, value) => to.rfc1459 = /^(?:rfc1459|strict-rfc1459$)/.test(value),
  CHANMODES: (to, value) => to.kinds = kinds(value),
  CHANNELLEN: (to, value) => to.channelLength = number(value),
  // A server without rooms would be of no use to us.
  CHANTYPES: (to, value) => to.chantypes = value || to.chantypes,
  CHATHISTORY: (to, value) => to.chathistory = number(value),
  CLIENTTAGDENY: (to, value) => to.denied = value.split(","),
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
  PREFIX: (to, value) => {
    const [, ranks, symbols] = /^\(([a-zA-Z]*)\)(\S*)$/.exec(value) ?? [];
    if (ranks === undefined || symbols === undefined || ranks.length !== symbols.length) return;
    [to.ranks, to.symbols] = [ranks, symbols];
  },
  STATUSMSG: (to, value) => to.statusmsg = value,
  WHOX: (to) => to.whox = true,
  [NODES]: (to, value) => to.nodes = parseNodes(value),
  [`-${NODES}`]: (to) => to.nodes = [],
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
