/**
 * What someone can type besides messages: one row each.
 * @module
 */
import { nearest } from "../nearest.ts";

/** What a command can do. The front end's driver provides it. */
export interface Actor {
  /** Says something to the room. */
  say(text: string): void;
  /** Says something to one person, or to another room. */
  tell(target: string, text: string): void;
  /** Does something: a message in the third person. */
  act(text: string): void;
  /** Asks for another name. */
  rename(name: string): void;
  /** Asks who is there. */
  who(): void;
  /** Leaves. */
  leave(reason: string): void;
  /** Answers the person who typed. */
  inform(text: string): void;
  /** Tells the person that the line was not sent, and why. */
  reject(line: string, why: string): void;
}

/** One command. */
export interface Command {
  /** What is typed behind the slash. */
  readonly name: string;
  /** Its arguments, for the help; empty where it takes none. */
  readonly usage: string;
  /** What it does: one sentence. */
  readonly help: string;
  /**
   * Does it.
   *
   * @param rest what stands behind the name, without the spaces around it.
   * @returns false where `rest` is not what it takes; then its usage is shown.
   */
  readonly run: (actor: Actor, rest: string) => boolean;
}

/** Every command. */
export const COMMANDS: readonly Command[] = [
  {
    name: "help",
    usage: "[COMMAND]",
    help: "Lists the commands, or explains one.",
    run: help,
  },
  {
    name: "me",
    usage: "TEXT",
    help: "Says what you do: /me waves.",
    run: (actor, rest) => rest !== "" && done(actor.act(rest)),
  },
  {
    name: "msg",
    usage: "NAME TEXT",
    help: "Says something to one person only.",
    run: (actor, rest) => {
      const [, target, text] = /^([^\s:,][^\s,]*)\s+(.+)$/su.exec(rest) ?? [];
      return target !== undefined && text !== undefined && done(actor.tell(target, text));
    },
  },
  {
    name: "nick",
    usage: "NAME",
    help: "Changes your username.",
    run: (actor, rest) => rest !== "" && done(actor.rename(rest)),
  },
  {
    name: "quit",
    usage: "[REASON]",
    help: 'Leaves. A line that is just "exit" does the same.',
    run: (actor, rest) => done(actor.leave(rest)),
  },
  {
    name: "who",
    usage: "",
    help: "Shows who is in the chat room.",
    run: (actor, rest) => rest === "" && done(actor.who()),
  },
];

/** What is said about an empty line. */
export const EMPTY_LINE = "You cannot send an empty message.";

/**
 * Does what a line asks for. A line that starts with a slash is a command or nothing: mistyped
 * ones never reach the room. Two slashes say a text that starts with one.
 */
export function interpret(line: string, actor: Actor): void {
  const text = line.trim();
  if (text === "") actor.reject(line, EMPTY_LINE);
  else if (text === "exit") actor.leave("");
  else if (line.startsWith("//")) actor.say(line.slice(1));
  else if (line.startsWith("/")) runCommand(line, actor);
  else actor.say(line);
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

function runCommand(line: string, actor: Actor): void {
  const [, typed = "", rest = ""] = /^\/(\S*)\s*(.*)$/su.exec(line) ?? [];
  const name = typed.toLowerCase();
  const command = COMMANDS.find((command) => command.name === name);
  if (command === undefined) {
    const names = COMMANDS.map((command) => command.name);
    const started = name === "" ? undefined : names.find((known) => known.startsWith(name));
    const close = started ?? nearest(name, names);
    const hint = close === undefined ? "/help lists the commands" : `Did you mean /${close}`;
    actor.reject(
      line,
      `There is no command /${typed}, so this was not sent. ${hint}${
        close === undefined ? "." : "?"
      } To send a text that starts with a slash, type two: //`,
    );
    return;
  }
  if (!command.run(actor, rest.trim())) actor.reject(line, `Type it as ${usageOf(command)}`);
}

function usageOf(command: Command): string {
  return command.usage === "" ? `/${command.name}` : `/${command.name} ${command.usage}`;
}

function help(actor: Actor, rest: string): boolean {
  const asked = rest.replace(/^\//, "").toLowerCase();
  const shown = asked === "" ? COMMANDS : COMMANDS.filter((command) => command.name === asked);
  if (shown.length === 0) {
    actor.inform(`There is no command /${asked}. /help lists them.`);
    return true;
  }
  for (const command of shown) actor.inform(`${usageOf(command)}: ${command.help}`);
  return true;
}

function done(_: void): true {
  return true;
}
