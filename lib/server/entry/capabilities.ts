/**
 * The capabilities that a server offers with its settings, and their values.
 *
 * Source: IRCv3 "Client Capability Negotiation", SASL 3.2, `account-registration`, `multiline`.
 * @module
 */
import { CAPABILITIES, type CapabilityName } from "../../irc/caps.ts";
import { RESUME } from "../../irc/resume.ts";
import { SASL_MECHANISMS } from "../../irc/sasl.ts";
import type { Config } from "../settings/config.ts";
import { MULTILINE_VALUE } from "../../irc/multiline.ts";
import type { World } from "../world/world.ts";

/** The value of a capability; undefined if it is not offered. */
type Value = (config: Config) => string | undefined;

/** Capabilities that have values or depend on settings. */
const VALUES: ReadonlyMap<CapabilityName, Value> = new Map<CapabilityName, Value>([
  ["draft/account-registration", ({ accounts }) => {
    if (!accounts.registration) return undefined;
    const keys: string[] = [];
    if (accounts.beforeConnect) keys.push("before-connect");
    if (accounts.emailRequired) keys.push("email-required");
    return keys.join(",");
  }],
  ["draft/multiline", () => MULTILINE_VALUE],
  [RESUME, ({ limits }) => limits.returnSeconds > 0 ? "" : undefined],
  ["sasl", () => SASL_MECHANISMS.join(",")],
]);

/** The capabilities that a server offers, with their values, or "". */
export function offeredCapabilities(config: Config): ReadonlyMap<CapabilityName, string> {
  const offered = new Map<CapabilityName, string>();
  for (const { name } of CAPABILITIES) {
    const value = VALUES.has(name) ? VALUES.get(name)!(config) : "";
    if (value !== undefined) offered.set(name, value);
  }
  return offered;
}

export function withValue([name, value]: readonly [name: string, value: string]): string {
  return value === "" ? name : `${name}=${value}`;
}

/** Announces with CAP NEW and CAP DEL what changed with the settings. */
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
