/**
 * Which capabilities a server offers, as its settings have it, and what it says of each.
 *
 * Source: IRCv3 "Client Capability Negotiation", SASL 3.2, `account-registration`, `multiline`.
 * @module
 */
import { CAPABILITIES, type CapabilityName } from "../../irc/caps.ts";
import { SASL_MECHANISMS } from "../../irc/sasl.ts";
import type { Config } from "../settings/config.ts";
import { MULTILINE_VALUE } from "../../irc/multiline.ts";
import type { World } from "../world/world.ts";

/** What is said of a capability beside its name; `undefined` where it is not offered. */
type Value = (config: Config) => string | undefined;

/** Those that are not just always there. */
const VALUES: ReadonlyMap<CapabilityName, Value> = new Map<CapabilityName, Value>([
  ["draft/account-registration", ({ accounts }) => {
    if (!accounts.registration) return undefined;
    const keys: string[] = [];
    if (accounts.beforeConnect) keys.push("before-connect");
    if (accounts.emailRequired) keys.push("email-required");
    return keys.join(",");
  }],
  ["draft/multiline", () => MULTILINE_VALUE],
  ["sasl", () => SASL_MECHANISMS.join(",")],
]);

/** What a server with these settings offers, by name, with its value; empty for none. */
export function offeredCapabilities(config: Config): ReadonlyMap<CapabilityName, string> {
  const offered = new Map<CapabilityName, string>();
  for (const { name } of CAPABILITIES) {
    const value = VALUES.has(name) ? VALUES.get(name)!(config) : "";
    if (value !== undefined) offered.set(name, value);
  }
  return offered;
}

/** A capability as CAP LS 302 and CAP NEW show it: `name` or `name=value`. */
export function withValue([name, value]: readonly [name: string, value: string]): string {
  return value === "" ? name : `${name}=${value}`;
}

/** Tells of what other settings have changed about the capabilities: CAP NEW and CAP DEL. */
export function announceCapabilities(world: World, before: Config, now: number): void {
  const [old, current] = [offeredCapabilities(before), offeredCapabilities(world.config)];
  const gone = [...old.keys()].filter((name) => !current.has(name));
  const added = [...current].filter(([name, value]) => old.get(name) !== value);
  if (gone.length + added.length === 0) return;
  for (const user of world.connections) {
    if (user.caps.has("cap-notify")) {
      const say = (subcommand: string, names: readonly string[]) => {
        if (names.length === 0) return;
        user.deliver(world.fromServer("CAP", [user.target, subcommand, names.join(" ")], now));
      };
      say("DEL", gone);
      say("NEW", added.map(withValue));
    }
    for (const name of gone) user.setCap(name, false);
  }
}
