/**
 * Names that nobody chooses: those of the server itself, by which people would take somebody for
 * whoever runs it, and those that it gives to people who have none.
 * @module
 */
import { lookAlike, wideLooks } from "./looks.ts";
import { fold } from "./names.ts";

/** The name that people write to about their accounts. */
export const SERVICE = "NickServ";

/** The other names are those of services of IRC, and of people who run a server. */
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

/** Characters that decorate a name without making it another one: `NickServ_`, `[Admin]`. */
const DECORATION = /[_\-.'[\]\\^{}]/g;

const TAKEN: ReadonlySet<string> = new Set(RESERVED.flatMap(bareLooks));

function bareLooks(name: string): string[] {
  // A bar may be a decoration, or stand for an l.
  return [name, name.replaceAll("|", "")].flatMap(wideLooks)
    .map((look) => look.replace(DECORATION, ""));
}

/**
 * Whether a name is one of the server's, or looks like one. Whoever runs the server can give it to
 * somebody, as an account.
 *
 * @param server what the server calls itself on the wire.
 */
export function isReserved(name: string, server: string): boolean {
  const own = bareLooks(server);
  return bareLooks(name).some((look) => TAKEN.has(look) || own.includes(look));
}

/** Whether a name looks like that of the service, which not even an account can have. */
export function looksLikeService(name: string): boolean {
  return lookAlike(name, SERVICE, wideLooks);
}

/** Whether a name is one that the server gives: `Guest12`. Anybody may have it, nobody owns it. */
export function isGuestName(name: string): boolean {
  return /^guest\d+$/.test(fold(name));
}
