/**
 * Names that nobody can choose: those of the server, and those that it gives to guests.
 * @module
 */
import { lookAlike, wideLooks } from "./looks.ts";
import { fold } from "./names.ts";

/** The service that people write to about their accounts. */
export const SERVICE = "NickServ";

/** Names of IRC services and of people who run a server. */
const RESERVED: readonly string[] = [
  SERVICE,
  "ChanServ",
  "MemoServ",
  "OperServ",
  "HostServ",
  "BotServ",
  "SaslServ",
  "Services",
  "Server",
  "System",
  "Localhost",
  "Root",
  "Admin",
  "Administrator",
  "Operator",
  "Oper",
  "IRCop",
  "Sysop",
];

/** Characters that decorate a name without making it another: `NickServ_`, `[Admin]`. */
const DECORATION = /[_\-.'[\]\\^{}]/g;

const TAKEN: ReadonlySet<string> = new Set(RESERVED.flatMap(bareLooks));

function bareLooks(name: string): string[] {
  // A bar may be a decoration, or stand for an l.
  return [name, name.replaceAll("|", "")].flatMap(wideLooks)
    .map((look) => look.replace(DECORATION, ""));
}

/**
 * Whether a name looks like a reserved one, or like the name of the server on the wire. The
 * operator can still make an account of it.
 */
export function isReserved(name: string, server: string): boolean {
  const own = bareLooks(server);
  return bareLooks(name).some((look) => TAKEN.has(look) || own.includes(look));
}

/** Whether a name looks like that of the service, which not even an account can have. */
export function looksLikeService(name: string): boolean {
  return lookAlike(name, SERVICE, wideLooks);
}

/**
 * Whether the server gives names like this one: `Guest12`. Anyone may use it, but nobody can own it.
 */
export function isGuestName(name: string): boolean {
  return /^guest\d+$/.test(fold(name));
}
