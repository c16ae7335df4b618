/**
 * The slash commands: one row each.
 * @module
 */
import { nearest } from "../../text/nearest.ts";
import type { Action } from "./action.ts";
import {
  aimed,
  history,
  isRoom,
  join,
  kick,
  named,
  part,
  rank,
  roomName,
  whom,
} from "./arguments.ts";
import { COMMANDS_SAY } from "../../wording/client.ts";
import { COMMAND_HELP, HELP_SAYS } from "../../wording/slash_commands.ts";

/** What an argument names, for completion. */
export type ArgumentKind = "name" | "room" | "command" | "file" | "text";

interface Row {
  /** Its arguments, for the help; it takes none if this is left out. */
  readonly usage?: string;
  /** What its arguments name, if {@linkcode KINDS} does not tell that from `usage`. */
  readonly takes?: readonly ArgumentKind[];
  /** Other names for it, as other programs have them. */
  readonly aliases?: readonly string[];
  /** Whether `/help` alone explains it: what most people need. */
  readonly common?: true;
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
    common: true,
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
  ctcp: {
    usage: "NAME COMMAND",
    run: (rest) => aimed(rest, (target, text) => ({ do: "ctcp", target, text })),
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
    common: true,
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
    aliases: ["j"],
    common: true,
    run: join,
  },
  kick: {
    usage: "NAME [REASON]",
    run: kick,
  },
  list: {
    usage: "[TEXT]",
    common: true,
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
    common: true,
    run: (text) => text === "" ? undefined : { do: "act", text },
  },
  mode: {
    usage: "[ROOM] [MODES]",
    takes: ["room", "text"],
    run: (text) => ({ do: "mode", text }),
  },
  motd: {
    run: alone({ do: "motd" }),
  },
  msg: {
    usage: "NAME TEXT",
    common: true,
    run: (rest) => aimed(rest, (target, text) => ({ do: "tell", target, text })),
  },
  mute: {
    usage: "[NAME]",
    run: (rest) => whom(rest, (who) => ({ do: "mute", who, lift: false })),
  },
  nick: {
    usage: "NAME",
    takes: ["text"],
    common: true,
    run: (name) => name === "" ? undefined : { do: "rename", name },
  },
  notice: {
    usage: "NAME TEXT",
    run: (rest) => aimed(rest, (target, text) => ({ do: "notice", target, text })),
  },
  ns: {
    usage: "TEXT",
    takes: [],
    aliases: ["nickserv"],
    run: (text) => text === "" ? undefined : { do: "tell", target: "NickServ", text },
  },
  op: {
    usage: "NAME",
    run: (rest) => rank(rest, "op", true),
  },
  oper: {
    usage: "NAME PASSWORD",
    takes: [],
    run: (rest) => /^\S+ +\S+$/.test(rest) ? { do: "raw", line: `OPER ${rest}` } : undefined,
  },
  part: {
    usage: "[ROOM] [REASON]",
    aliases: ["close", "leave"],
    common: true,
    run: part,
  },
  query: {
    usage: "NAME",
    common: true,
    run: (rest) =>
      named(rest, (name) => isRoom(name) ? { do: "show", place: name } : { do: "query", name }),
  },
  quit: {
    usage: "[REASON]",
    aliases: ["exit"],
    common: true,
    run: (reason) => ({ do: "leave", reason }),
  },
  raw: {
    usage: "LINE",
    aliases: ["quote"],
    run: (line) => line === "" ? undefined : { do: "raw", line },
  },
  react: {
    usage: "EMOJI",
    takes: [],
    run: (text) => text === "" ? undefined : { do: "react", text, msgid: undefined, give: true },
  },
  register: {
    common: true,
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
    common: true,
    run: (text) => text === "" ? undefined : { do: "search", text },
  },
  stop: {
    run: alone({ do: "stop" }),
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
  version: {
    usage: "[NAME]",
    run: (rest) =>
      rest === ""
        ? { do: "raw", line: "VERSION" }
        : named(rest, (target) => ({ do: "ctcp", target, text: "VERSION" })),
  },
  voice: {
    usage: "NAME",
    run: (rest) => rank(rest, "voice", true),
  },
  who: {
    usage: "[ROOM]",
    aliases: ["names"],
    common: true,
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
  whowas: {
    usage: "NAME",
    run: (rest) => named(rest, (name) => ({ do: "whowas", name })),
  },
};

export interface SlashCommand extends Required<Omit<Row, "common">> {
  readonly common: boolean;
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
    const { usage = "", aliases = [], common = false, ...row } = ROWS[name];
    const takes = usage.match(/[A-Z]+/g)?.flatMap((word) => KINDS[word] ?? ["text" as const]);
    const help = COMMAND_HELP[name];
    return { name, help, usage, aliases, common, takes: takes ?? [], ...row };
  },
);

/** The command of this name or alias, in any case. */
export function commandNamed(typed: string): SlashCommand | undefined {
  const name = typed.toLowerCase();
  return SLASH_COMMANDS.find((command) => command.name === name || command.aliases.includes(name));
}

/** The most likely command: the shortest one that starts with what was typed, or one like it. */
export function closest(typed: string): string | undefined {
  const names = SLASH_COMMANDS.flatMap((command) => [command.name, ...command.aliases]);
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

/** How wide the help is: it must fit any terminal. */
const HELP_COLUMNS = 79;

function help(rest: string): Action {
  const asked = rest.replace(/^\//, "").toLowerCase();
  if (asked === "") return { do: "inform", lines: overview() };
  if (asked === "all") return { do: "inform", lines: aligned(SLASH_COMMANDS) };
  const command = commandNamed(asked);
  if (command !== undefined) {
    return { do: "inform", lines: [explained(command)] };
  }
  const close = closest(asked);
  const line = close === undefined
    ? COMMANDS_SAY.unknown(asked)
    : COMMANDS_SAY.unknownGuess(asked, close);
  return { do: "inform", lines: [line] };
}

/** A command, what it does, and its other names. */
export function explained(command: SlashCommand): string {
  const help = command.help + HELP_SAYS.aliases(command.aliases);
  return COMMANDS_SAY.explained(usageOf(command), help);
}

/** What most people need, on one screen of 24 rows: commands, the names of the others, and keys. */
function overview(): string[] {
  const others = SLASH_COMMANDS.filter(({ common, name }) => !common && name !== "help").map((
    { name },
  ) => `/${name}`);
  const common = SLASH_COMMANDS.filter(({ common }) => common);
  return [...aligned(common), HELP_SAYS.others, ...filled(others), ...HELP_SAYS.keys];
}

/** A row for each command, with what it does in a column of its own. */
function aligned(commands: readonly SlashCommand[]): string[] {
  const width = Math.max(...commands.map((one) => usageOf(one).length)) + 2;
  return commands.map((one) => usageOf(one).padEnd(width) + one.help);
}

/** Words in as few rows as they fit into. */
function filled(words: readonly string[]): string[] {
  const rows: string[] = [];
  for (const word of words) {
    const last = rows.at(-1);
    if (last === undefined || last.length + word.length >= HELP_COLUMNS) rows.push(word);
    else rows[rows.length - 1] = `${last} ${word}`;
  }
  return rows;
}
