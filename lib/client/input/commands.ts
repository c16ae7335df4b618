/**
 * The slash commands: one row each.
 * @module
 */
import { nearest } from "../../text/nearest.ts";
import type { Action } from "./action.ts";
import { history, isRoom, join, kick, named, part, rank, roomName, whom } from "./arguments.ts";

/** What an argument names, for completion. */
export type ArgumentKind = "name" | "room" | "command" | "file" | "text";

interface Row {
  /** Its arguments, for the help; it takes none if this is left out. */
  readonly usage?: string;
  /** What it does: one sentence. */
  readonly help: string;
  /** What its arguments name, if {@linkcode KINDS} does not tell that from `usage`. */
  readonly takes?: readonly ArgumentKind[];
  /**
   * Understands it.
   *
   * @param rest the text after the name, without surrounding spaces.
   * @returns undefined if `rest` is not what the command takes; then its usage is shown.
   */
  readonly run: (rest: string) => Action | undefined;
}

const ROWS: Readonly<Record<string, Row>> = {
  away: {
    usage: "[REASON]",
    help: "Tells the others that you are not there.",
    run: (reason) => ({ do: "away", reason }),
  },
  back: {
    help: "Tells the others that you are there again.",
    run: alone({ do: "back" }),
  },
  ban: {
    usage: "[NAME]",
    help: "Keeps someone out of the room; without a name, lists who is kept out.",
    run: (rest) => whom(rest, (who) => ({ do: "ban", who, lift: false })),
  },
  clear: {
    help: "Clears the screen.",
    run: alone({ do: "clear" }),
  },
  deop: {
    usage: "NAME",
    help: "Takes from someone the right to run the room.",
    run: (rest) => rank(rest, "op", false),
  },
  devoice: {
    usage: "NAME",
    help: "Takes from someone the right to speak where not everyone may.",
    run: (rest) => rank(rest, "voice", false),
  },
  help: {
    usage: "[COMMAND]",
    help: "Lists the commands, or explains one.",
    run: help,
  },
  history: {
    usage: "[NUMBER]",
    help: "Shows all of the long messages that were shortened; else older messages.",
    run: history,
  },
  ignore: {
    usage: "[NAME]",
    help: "Hides what someone says; without a name, lists who is hidden.",
    run: (rest) => whom(rest, (who) => ({ do: "ignore", name: who || undefined, lift: false })),
  },
  invite: {
    usage: "NAME",
    help: "Invites someone into the room.",
    run: (rest) => named(rest, (name) => ({ do: "invite", name })),
  },
  join: {
    usage: "ROOM [KEY]",
    help: "Enters another room; KEY is the word that some rooms ask for.",
    run: join,
  },
  kick: {
    usage: "NAME [REASON]",
    help: "Puts someone out of the room.",
    run: kick,
  },
  list: {
    usage: "[TEXT]",
    help: "Lists the rooms of the server, or those with TEXT in their name or topic.",
    run: (filter) => ({ do: "list", filter }),
  },
  login: {
    usage: "[NAME]",
    help: "Logs in to NAME, else to the account that you had last; asks for the password.",
    run: (rest) => whom(rest, (name) => ({ do: "login", account: name || undefined })),
  },
  logout: {
    help: "Logs out of your account.",
    run: alone({ do: "logout" }),
  },
  me: {
    usage: "TEXT",
    help: "Says what you do: /me waves.",
    run: (text) => text === "" ? undefined : { do: "act", text },
  },
  msg: {
    usage: "NAME TEXT",
    help: "Says something to one person only.",
    run: (rest) => {
      const [, target, text] = /^([^\s:,][^\s,]*)\s+(.+)$/su.exec(rest) ?? [];
      return target === undefined || text === undefined ? undefined : { do: "tell", target, text };
    },
  },
  mute: {
    usage: "[NAME]",
    help: "Lets someone be in the room, but not speak; without a name, lists who is silenced.",
    run: (rest) => whom(rest, (who) => ({ do: "mute", who, lift: false })),
  },
  nick: {
    usage: "NAME",
    help: "Changes your username.",
    takes: ["text"],
    run: (name) => name === "" ? undefined : { do: "rename", name },
  },
  op: {
    usage: "NAME",
    help: "Gives someone the right to run the room.",
    run: (rest) => rank(rest, "op", true),
  },
  part: {
    usage: "[ROOM] [REASON]",
    help: "Leaves a room: this one, or another.",
    run: part,
  },
  query: {
    usage: "NAME",
    help: "Opens the private conversation with someone.",
    run: (rest) =>
      named(rest, (name) => isRoom(name) ? { do: "show", place: name } : { do: "query", name }),
  },
  quit: {
    usage: "[REASON]",
    help: 'Leaves. A line that is just "exit" does the same.',
    run: (reason) => ({ do: "leave", reason }),
  },
  raw: {
    usage: "LINE",
    help: "Sends a line of the IRC protocol as it is.",
    run: (line) => line === "" ? undefined : { do: "raw", line },
  },
  register: {
    help: "Makes your username your own; asks for a password.",
    run: alone({ do: "register" }),
  },
  rooms: {
    help: "Lists the rooms and private conversations that are open.",
    run: alone({ do: "rooms" }),
  },
  save: {
    usage: "FILE",
    help: "Writes what was said here to a file.",
    run: (file) => file === "" ? undefined : { do: "save", file },
  },
  search: {
    usage: "TEXT",
    help: "Looks for what was said here, where the server keeps it.",
    run: (text) => text === "" ? undefined : { do: "search", text },
  },
  topic: {
    usage: "[TEXT]",
    help: "Shows the topic of the room, or changes it; /topic - takes it away.",
    run: (rest) => ({ do: "topic", text: rest === "" ? undefined : rest === "-" ? "" : rest }),
  },
  unban: {
    usage: "NAME",
    help: "Lets someone in again.",
    run: (rest) => named(rest, (who) => ({ do: "ban", who, lift: true })),
  },
  unignore: {
    usage: "NAME",
    help: "Shows again what someone says.",
    run: (rest) => named(rest, (name) => ({ do: "ignore", name, lift: true })),
  },
  unmute: {
    usage: "NAME",
    help: "Lets someone speak again.",
    run: (rest) => named(rest, (who) => ({ do: "mute", who, lift: true })),
  },
  voice: {
    usage: "NAME",
    help: "Gives someone the right to speak where not everyone may.",
    run: (rest) => rank(rest, "voice", true),
  },
  who: {
    usage: "[ROOM]",
    help: "Shows who is in the chat room.",
    run: (rest) => {
      if (rest === "") return { do: "who", room: undefined };
      const room = roomName(rest);
      return room === undefined ? undefined : { do: "who", room };
    },
  },
  whois: {
    usage: "NAME",
    help: "Shows who someone is.",
    run: (rest) => named(rest, (name) => ({ do: "whois", name })),
  },
};

export interface SlashCommand extends Required<Row> {
  /** What is typed after the slash. */
  readonly name: string;
}

/** What the words of a usage name; all others are text, and numbers are not completed. */
const KINDS: Readonly<Record<string, readonly ArgumentKind[]>> = {
  COMMAND: ["command"],
  FILE: ["file"],
  NAME: ["name"],
  NUMBER: [],
  ROOM: ["room"],
};

/**
 * Every command, sorted by name. `takes` holds what the arguments name, in order; its last item also
 * stands for all further ones.
 */
export const SLASH_COMMANDS: readonly SlashCommand[] = Object.entries(ROWS).map(
  ([name, { usage = "", ...row }]) => {
    const takes = usage.match(/[A-Z]+/g)?.flatMap((word) => KINDS[word] ?? ["text" as const]);
    return { name, usage, takes: takes ?? [], ...row };
  },
);

/** The command of this name, in any case. */
export function commandNamed(typed: string): SlashCommand | undefined {
  const name = typed.toLowerCase();
  return SLASH_COMMANDS.find((command) => command.name === name);
}

/** The most likely command: the shortest one that starts with what was typed, or one like it. */
export function closest(typed: string): string | undefined {
  const names = SLASH_COMMANDS.map((command) => command.name);
  const started = typed === "" ? [] : names.filter((name) => name.startsWith(typed));
  const shortest = started.toSorted((a, b) => a.length - b.length)[0];
  return shortest ?? nearest(typed, names);
}

/** A command as it is typed: `/msg NAME TEXT`. */
export function usageOf({ name, usage }: SlashCommand): string {
  return `/${name} ${usage}`.trimEnd();
}

function alone(action: Action): Row["run"] {
  return (rest) => rest === "" ? action : undefined;
}

function help(rest: string): Action {
  const asked = rest.replace(/^\//, "").toLowerCase();
  const shown = SLASH_COMMANDS.filter(({ name }) => asked === "" || name === asked);
  if (shown.length > 0) {
    return { do: "inform", lines: shown.map((one) => `${usageOf(one)}: ${one.help}`) };
  }
  const close = closest(asked);
  const hint = close === undefined ? "" : ` Did you mean /${close}?`;
  return { do: "inform", lines: [`There is no command /${asked}. /help lists them.${hint}`] };
}
