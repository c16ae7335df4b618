/**
 * The slash commands: one row each.
 * @module
 */
import { nearest } from "../../text/nearest.ts";
import type { Action } from "./action.ts";
import { history, isRoom, join, kick, named, part, rank, roomName, whom } from "./arguments.ts";
import { COMMANDS_SAY } from "../../wording/client.ts";
import { COMMAND_HELP } from "../../wording/slash_commands.ts";

/** What an argument names, for completion. */
export type ArgumentKind = "name" | "room" | "command" | "file" | "text";

interface Row {
  /** Its arguments, for the help; it takes none if this is left out. */
  readonly usage?: string;
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

type CommandName = keyof typeof COMMAND_HELP;

const ROWS: Readonly<Record<CommandName, Row>> = {
  away: {
    usage: "[REASON]",
    run: (reason) => ({ do: "away", reason }),
  },
  back: {
    run: alone({ do: "back" }),
  },
  ban: {
    usage: "[NAME]",
    run: (rest) => whom(rest, (who) => ({ do: "ban", who, lift: false })),
  },
  clear: {
    run: alone({ do: "clear" }),
  },
  deop: {
    usage: "NAME",
    run: (rest) => rank(rest, "op", false),
  },
  devoice: {
    usage: "NAME",
    run: (rest) => rank(rest, "voice", false),
  },
  help: {
    usage: "[COMMAND]",
    run: help,
  },
  history: {
    usage: "[NUMBER]",
    run: history,
  },
  ignore: {
    usage: "[NAME]",
    run: (rest) => whom(rest, (who) => ({ do: "ignore", name: who || undefined, lift: false })),
  },
  invite: {
    usage: "NAME",
    run: (rest) => named(rest, (name) => ({ do: "invite", name })),
  },
  join: {
    usage: "ROOM [KEY]",
    run: join,
  },
  kick: {
    usage: "NAME [REASON]",
    run: kick,
  },
  list: {
    usage: "[TEXT]",
    run: (filter) => ({ do: "list", filter }),
  },
  login: {
    usage: "[NAME]",
    run: (rest) => whom(rest, (name) => ({ do: "login", account: name || undefined })),
  },
  logout: {
    run: alone({ do: "logout" }),
  },
  me: {
    usage: "TEXT",
    run: (text) => text === "" ? undefined : { do: "act", text },
  },
  msg: {
    usage: "NAME TEXT",
    run: (rest) => {
      const [, target, text] = /^([^\s:,][^\s,]*)\s+(.+)$/su.exec(rest) ?? [];
      return target === undefined || text === undefined ? undefined : { do: "tell", target, text };
    },
  },
  mute: {
    usage: "[NAME]",
    run: (rest) => whom(rest, (who) => ({ do: "mute", who, lift: false })),
  },
  nick: {
    usage: "NAME",
    takes: ["text"],
    run: (name) => name === "" ? undefined : { do: "rename", name },
  },
  op: {
    usage: "NAME",
    run: (rest) => rank(rest, "op", true),
  },
  part: {
    usage: "[ROOM] [REASON]",
    run: part,
  },
  query: {
    usage: "NAME",
    run: (rest) =>
      named(rest, (name) => isRoom(name) ? { do: "show", place: name } : { do: "query", name }),
  },
  quit: {
    usage: "[REASON]",
    run: (reason) => ({ do: "leave", reason }),
  },
  raw: {
    usage: "LINE",
    run: (line) => line === "" ? undefined : { do: "raw", line },
  },
  register: {
    run: alone({ do: "register" }),
  },
  rooms: {
    run: alone({ do: "rooms" }),
  },
  save: {
    usage: "FILE",
    run: (file) => file === "" ? undefined : { do: "save", file },
  },
  search: {
    usage: "TEXT",
    run: (text) => text === "" ? undefined : { do: "search", text },
  },
  topic: {
    usage: "[TEXT]",
    run: (rest) => ({ do: "topic", text: rest === "" ? undefined : rest === "-" ? "" : rest }),
  },
  unban: {
    usage: "NAME",
    run: (rest) => named(rest, (who) => ({ do: "ban", who, lift: true })),
  },
  unignore: {
    usage: "NAME",
    run: (rest) => named(rest, (name) => ({ do: "ignore", name, lift: true })),
  },
  unmute: {
    usage: "NAME",
    run: (rest) => named(rest, (who) => ({ do: "mute", who, lift: true })),
  },
  voice: {
    usage: "NAME",
    run: (rest) => rank(rest, "voice", true),
  },
  who: {
    usage: "[ROOM]",
    run: (rest) => {
      if (rest === "") return { do: "who", room: undefined };
      const room = roomName(rest);
      return room === undefined ? undefined : { do: "who", room };
    },
  },
  whois: {
    usage: "NAME",
    run: (rest) => named(rest, (name) => ({ do: "whois", name })),
  },
};

export interface SlashCommand extends Required<Row> {
  /** What is typed after the slash. */
  readonly name: CommandName;
  /** What it does: one sentence. */
  readonly help: string;
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
export const SLASH_COMMANDS: readonly SlashCommand[] = (Object.keys(ROWS) as CommandName[]).map(
  (name) => {
    const { usage = "", ...row } = ROWS[name];
    const takes = usage.match(/[A-Z]+/g)?.flatMap((word) => KINDS[word] ?? ["text" as const]);
    return { name, help: COMMAND_HELP[name], usage, takes: takes ?? [], ...row };
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
    const lines = shown.map((one) => COMMANDS_SAY.explained(usageOf(one), one.help));
    return { do: "inform", lines: asked === "" ? [...lines, COMMANDS_SAY.screenReader] : lines };
  }
  const close = closest(asked);
  const line = close === undefined
    ? COMMANDS_SAY.unknown(asked)
    : COMMANDS_SAY.unknownGuess(asked, close);
  return { do: "inform", lines: [line] };
}
