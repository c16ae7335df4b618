/**
 * Finds passwords in what is typed, so that they are neither shown nor remembered.
 * @module
 */
import { closest, commandNamed } from "./commands.ts";
import { NOT_SENT } from "../../wording/client.ts";

/** The services that people send passwords to: NickServ and the like, QuakeNet's Q, Undernet's X. */
const SERVICE = /^(?:\S*serv|[qx])(?:@\S*)?$/i;

/** The commands of services that hold a password. */
const HOLDS_PASSWORD =
  /^(?:auth|authenticate|drop|ghost|group|id|identify|link|login|newpass|oper|pass|password|recover|regain|register|release|sauth|set\s+pass\w*|setpass|sidentify|verify)$/i;

/** The commands of IRC, or of other programs, that hold a password. */
const PASSWORD_COMMANDS: ReadonlySet<string> = new Set(
  "auth authenticate id identify login oper pass register".split(" "),
);

/** A message without the password in it, to be shown; the message itself if it holds none. */
export function withoutSecret(target: string, text: string): string {
  if (!SERVICE.test(target)) return text;
  const words = /^\s*((?:set\s+)?[^\s:]+)\s+\S/i.exec(text)?.[1];
  return words !== undefined && HOLDS_PASSWORD.test(words) ? NOT_SENT.secret(words) : text;
}

/**
 * Whether a line may hold a password, also if its command is mistyped or in the wrong place. Such
 * lines are not remembered, and only their command is shown.
 *
 * @param place the room or person that it is typed to.
 */
export function mayBeSecret(line: string, place = ""): boolean {
  const text = line.trim();
  const [, slash, typed, rest] = /^(\/?)(\S+)\s+(\S.*)$/su.exec(text) ?? [];
  if (typed === undefined || rest === undefined) return false;
  if (slash === "") return withoutSecret(place, text) !== text;
  const word = typed.toLowerCase();
  const known = commandNamed(word)?.name;
  if (known === undefined && PASSWORD_COMMANDS.has(word)) return true;
  switch (known ?? closest(word)) {
    case "register":
    case "ns":
      return true;
    case "login":
    case "oper":
      return known === "oper" || /\s/.test(rest);
    case "msg":
    case "query":
    case "notice":
      return SERVICE.test(rest.split(/\s/, 1)[0]!) && /\s/.test(rest);
    case "raw":
      return mayBeSecretLine(rest);
    default:
      return false;
  }
}

/** Whether a line of the protocol may hold a password. */
function mayBeSecretLine(line: string): boolean {
  const [command = "", target = "", ...more] = line.replace(/^(?:[@:]\S+\s+)+/, "").split(/\s+/);
  const word = command.toLowerCase();
  if (PASSWORD_COMMANDS.has(word) || word === "ns" || SERVICE.test(word)) return target !== "";
  return /^(?:privmsg|notice|squery)$/.test(word) && SERVICE.test(target) && more.length > 0;
}
