/**
 * What someone can type besides messages: one row each.
 * @module
 */
import { nearest } from "../../text/nearest.ts";
import type { Action } from "./action.ts";
import { history, isRoom, join, kick, named, part, rank, roomName, whom } from "./arguments.ts";

export type { Action, FrontAction, RankName, SessionAction } from "./action.ts";

/** What an argument names, for completion. */
export type ArgumentKind = "name" | "room" | "command" | "file" | "text";

/** One command. */
export interface SlashCommand {
  /** What is typed behind the slash. */
  readonly name: string;
  /** Its arguments, for the help; empty where it takes none. */
  readonly usage: string;
  /** What it does: one sentence. */
  readonly help: string;
  /** What its arguments name, in order; the last one also stands for all behind it. */
  readonly takes: readonly ArgumentKind[];
  /**
   * Understands it.
   *
   * @param rest what stands behind the name, without the spaces around it.
   * @returns undefined where `rest` is not what it takes; then its usage is shown.
   */
  readonly run: (rest: string) => Action | undefined;
}

/** Every command, by its name. */
export const SLASH_COMMANDS: readonly SlashCommand[] = [
  {
    name: "away",
    usage: "[REASON]",
    help: "Tells the others that you are not there.",
    takes: ["text"],
    run: (reason) => ({ do: "away", reason }),
  },
  {
    name: "back",
    usage: "",
    help: "Tells the others that you are there again.",
    takes: [],
    run: (rest) => rest === "" ? { do: "back" } : undefined,
  },
  {
    name: "ban",
    usage: "[NAME]",
    help: "Keeps someone out of the room; without a name, lists who is kept out.",
    takes: ["name"],
    run: (rest) => whom(rest, (who) => ({ do: "ban", who, lift: false })),
  },
  {
    name: "clear",
    usage: "",
    help: "Clears the screen.",
    takes: [],
    run: (rest) => rest === "" ? { do: "clear" } : undefined,
  },
  {
    name: "deop",
    usage: "NAME",
    help: "Takes from someone the right to run the room.",
    takes: ["name"],
    run: (rest) => rank(rest, "op", false),
  },
  {
    name: "devoice",
    usage: "NAME",
    help: "Takes from someone the right to speak where not everyone may.",
    takes: ["name"],
    run: (rest) => rank(rest, "voice", false),
  },
  {
    name: "help",
    usage: "[COMMAND]",
    help: "Lists the commands, or explains one.",
    takes: ["command"],
    run: help,
  },
  {
    name: "history",
    usage: "[NUMBER]",
    help: "Shows all of the long messages that were shortened; else older messages.",
    takes: [],
    run: history,
  },
  {
    name: "ignore",
    usage: "[NAME]",
    help: "Hides what someone says; without a name, lists who is hidden.",
    takes: ["name"],
    run: (rest) => whom(rest, (who) => ({ do: "ignore", name: who || undefined, lift: false })),
  },
  {
    name: "invite",
    usage: "NAME",
    help: "Invites someone into the room.",
    takes: ["name"],
    run: (rest) => named(rest, (name) => ({ do: "invite", name })),
  },
  {
    name: "join",
    usage: "ROOM [KEY]",
    help: "Enters another room; KEY is the word that some rooms ask for.",
    takes: ["room", "text"],
    run: join,
  },
  {
    name: "kick",
    usage: "NAME [REASON]",
    help: "Puts someone out of the room.",
    takes: ["name", "text"],
    run: kick,
  },
  {
    name: "list",
    usage: "[TEXT]",
    help: "Lists the rooms of the server, or those with TEXT in their name or topic.",
    takes: ["text"],
    run: (filter) => ({ do: "list", filter }),
  },
  {
    name: "login",
    usage: "[NAME]",
    help: "Logs in to NAME, else to the account that you had last; asks for the password.",
    takes: ["name"],
    run: (rest) =>
      rest === ""
        ? { do: "login", account: undefined }
        : named(rest, (account) => ({ do: "login", account })),
  },
  {
    name: "logout",
    usage: "",
    help: "Logs out of your account.",
    takes: [],
    run: (rest) => rest === "" ? { do: "logout" } : undefined,
  },
  {
    name: "me",
    usage: "TEXT",
    help: "Says what you do: /me waves.",
    takes: ["text"],
    run: (text) => text === "" ? undefined : { do: "act", text },
  },
  {
    name: "msg",
    usage: "NAME TEXT",
    help: "Says something to one person only.",
    takes: ["name", "text"],
    run: (rest) => {
      const [, target, text] = /^([^\s:,][^\s,]*)\s+(.+)$/su.exec(rest) ?? [];
      if (target === undefined || text === undefined) return undefined;
      return { do: "tell", target, text };
    },
  },
  {
    name: "mute",
    usage: "[NAME]",
    help: "Lets someone be in the room, but not speak; without a name, lists who is silenced.",
    takes: ["name"],
    run: (rest) => whom(rest, (who) => ({ do: "mute", who, lift: false })),
  },
  {
    name: "nick",
    usage: "NAME",
    help: "Changes your username.",
    takes: ["text"],
    run: (name) => name === "" ? undefined : { do: "rename", name },
  },
  {
    name: "op",
    usage: "NAME",
    help: "Gives someone the right to run the room.",
    takes: ["name"],
    run: (rest) => rank(rest, "op", true),
  },
  {
    name: "part",
    usage: "[ROOM] [REASON]",
    help: "Leaves a room: this one, or another.",
    takes: ["room", "text"],
    run: part,
  },
  {
    name: "query",
    usage: "NAME",
    help: "Opens the private conversation with someone.",
    takes: ["name"],
    run: (rest) =>
      named(rest, (name) => isRoom(name) ? { do: "show", place: name } : { do: "query", name }),
  },
  {
    name: "quit",
    usage: "[REASON]",
    help: 'Leaves. A line that is just "exit" does the same.',
    takes: ["text"],
    run: (reason) => ({ do: "leave", reason }),
  },
  {
    name: "raw",
    usage: "LINE",
    help: "Sends a line of the IRC protocol as it is.",
    takes: ["text"],
    run: (line) => line === "" ? undefined : { do: "raw", line },
  },
  {
    name: "register",
    usage: "",
    help: "Makes your username your own; asks for a password.",
    takes: [],
    run: (rest) => rest === "" ? { do: "register" } : undefined,
  },
  {
    name: "rooms",
    usage: "",
    help: "Lists the rooms and private conversations that are open.",
    takes: [],
    run: (rest) => rest === "" ? { do: "rooms" } : undefined,
  },
  {
    name: "save",
    usage: "FILE",
    help: "Writes what was said here to a file.",
    takes: ["file"],
    run: (file) => file === "" ? undefined : { do: "save", file },
  },
  {
    name: "search",
    usage: "TEXT",
    help: "Looks for what was said here, where the server keeps it.",
    takes: ["text"],
    run: (text) => text === "" ? undefined : { do: "search", text },
  },
  {
    name: "topic",
    usage: "[TEXT]",
    help: "Shows the topic of the room, or changes it; /topic - takes it away.",
    takes: ["text"],
    run: (rest) => ({ do: "topic", text: rest === "" ? undefined : rest === "-" ? "" : rest }),
  },
  {
    name: "unban",
    usage: "NAME",
    help: "Lets someone in again.",
    takes: ["name"],
    run: (rest) => named(rest, (who) => ({ do: "ban", who, lift: true })),
  },
  {
    name: "unignore",
    usage: "NAME",
    help: "Shows again what someone says.",
    takes: ["name"],
    run: (rest) => named(rest, (name) => ({ do: "ignore", name, lift: true })),
  },
  {
    name: "unmute",
    usage: "NAME",
    help: "Lets someone speak again.",
    takes: ["name"],
    run: (rest) => named(rest, (who) => ({ do: "mute", who, lift: true })),
  },
  {
    name: "voice",
    usage: "NAME",
    help: "Gives someone the right to speak where not everyone may.",
    takes: ["name"],
    run: (rest) => rank(rest, "voice", true),
  },
  {
    name: "who",
    usage: "[ROOM]",
    help: "Shows who is in the chat room.",
    takes: ["room"],
    run: (rest) => {
      if (rest === "") return { do: "who", room: undefined };
      const room = roomName(rest);
      return room === undefined ? undefined : { do: "who", room };
    },
  },
  {
    name: "whois",
    usage: "NAME",
    help: "Shows who someone is.",
    takes: ["name"],
    run: (rest) => named(rest, (name) => ({ do: "whois", name })),
  },
];

/** What is said about an empty line. */
export const EMPTY_LINE = "You cannot send an empty message.";

/**
 * What a line asks for. A line that starts with a slash is a command or nothing: mistyped ones
 * never reach the room. Two slashes say a text that starts with one. A text of several lines, which
 * is pasted or written with care, is always said.
 */
export function interpret(line: string): Action {
  const text = line.trim();
  if (text === "") return { do: "reject", line, why: EMPTY_LINE };
  if (text.includes("\n")) return { do: "say", text: line };
  if (text === "exit") return { do: "leave", reason: "" };
  if (line.startsWith("//")) return { do: "say", text: line.slice(1) };
  if (line.startsWith("/")) return interpretCommand(line);
  return { do: "say", text: line };
}

/**
 * Whether a line may hold a password, which is then not kept among what was typed: also one that
 * is in the wrong place.
 */
export function mayBeSecret(line: string): boolean {
  const text = line.trim();
  return /^\/(?:register|login\s+\S+)\s+\S/i.test(text) ||
    /^\/(?:msg|query)\s+\S*serv\s/i.test(text) ||
    /^\/(?:raw\s+)?(?:pass|oper|authenticate|identify|nickserv|ns)\s/i.test(text) ||
    /^\/raw\s+(?:register|(?:privmsg|notice)\s+\S*serv)\s/i.test(text);
}

/**
 * Whether a line that starts with a slash begins with a path, as `/usr/bin/ld: not found` does.
 * Nobody who mistypes a command writes that, and programs often do.
 */
export function startsWithPath(line: string): boolean {
  return /^\/[^\s/]+\/\S/.test(line);
}

/** Whether a line leaves, wherever one is: while a name is asked for too. */
export function isLeaving(line: string): boolean {
  const text = line.trim();
  return text === "exit" || /^\/quit(\s|$)/i.test(text);
}

/** What an answer says to a question that needs a yes in full; undefined where it says neither. */
export function isYes(answer: string): boolean | undefined {
  const text = answer.trim().toLowerCase();
  return text === "yes" ? true : text === "no" ? false : undefined;
}

/** The commands by which people say where what they type next goes, here or in other programs. */
const REDIRECTING: ReadonlySet<string> = new Set(["join", "msg", "part", "query"]);

/** With fewer letters, nobody can tell which command was meant. */
const TELLING_LETTERS = 3;

/**
 * Whether a line that was refused may have been meant to say where the lines behind it go:
 * `/qurey Ada`, `/msg Ada` without a text, or a command of another program.
 */
export function mayRedirect(line: string): boolean {
  const [, typed] = /^\s*\/(\S*)/u.exec(line) ?? [];
  if (typed === undefined) return false;
  const word = typed.toLowerCase();
  const guess = word.length < TELLING_LETTERS ? undefined : closest(word);
  const meant = commandNamed(word)?.name ?? guess;
  return meant === undefined || REDIRECTING.has(meant);
}

function interpretCommand(line: string): Action {
  const [, typed = "", rest = ""] = /^\/(\S*)\s*(.*)$/su.exec(line) ?? [];
  const command = commandNamed(typed);
  if (command === undefined) {
    const close = closest(typed.toLowerCase());
    const hint = close === undefined ? "/help lists the commands." : `Did you mean /${close}?`;
    return {
      do: "reject",
      line,
      why: `There is no command /${typed}, so this was not sent. ${hint} ` +
        "To send a text that starts with a slash, type two: //",
    };
  }
  return command.run(rest.trim()) ??
    { do: "reject", line, why: `Type it as ${usageOf(command)}` };
}

/** The command that is meant: one that starts with what was typed, the shortest; or is like it. */
function closest(typed: string): string | undefined {
  const names = SLASH_COMMANDS.map((command) => command.name);
  const started = typed === "" ? [] : names.filter((name) => name.startsWith(typed));
  const shortest = started.toSorted((a, b) => a.length - b.length)[0];
  return shortest ?? nearest(typed, names);
}

function commandNamed(typed: string): SlashCommand | undefined {
  const name = typed.toLowerCase();
  return SLASH_COMMANDS.find((command) => command.name === name);
}

function usageOf(command: SlashCommand): string {
  return command.usage === "" ? `/${command.name}` : `/${command.name} ${command.usage}`;
}

function help(rest: string): Action {
  const asked = rest.replace(/^\//, "").toLowerCase();
  const shown = asked === ""
    ? SLASH_COMMANDS
    : SLASH_COMMANDS.filter((command) => command.name === asked);
  if (shown.length > 0) {
    return { do: "inform", lines: shown.map((one) => `${usageOf(one)}: ${one.help}`) };
  }
  const close = closest(asked);
  const hint = close === undefined ? "" : ` Did you mean /${close}?`;
  return { do: "inform", lines: [`There is no command /${asked}. /help lists them.${hint}`] };
}
