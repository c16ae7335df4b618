/**
 * Which settings all nodes of a cluster must share, and how a node's own configuration joins them.
 * @module
 */
import {
  type Config,
  type ConfigOverrides,
  merge,
  type SettingPath,
  SETTINGS,
  valueAt,
  withSetting,
} from "../server/settings/config.ts";
import type { SettingValue } from "../server/settings/setting_type.ts";
import type { Agreement } from "./records.ts";

/** Settings of a machine, by path or section: sockets, files, secrets. */
const OWN: ReadonlySet<string> = new Set([
  ...["host", "port", "plain", "data", "announce", "password", "opers", "tls", "web", "cluster"],
  // The server's name is part of the agreement.
  "name",
]);

/**
 * A broken hash, which no password fits to: for operators, or a server, whose password a node does
 * not know. Another text would be the password itself.
 */
const NO_PASSWORD = "pbkdf2-sha256$";

function isShared(path: SettingPath): boolean {
  return !OWN.has(path.split(".")[0]!);
}

/** What a configuration says about the settings that are shared. */
export function sharedOf(
  config: Config,
): Pick<Agreement, "settings" | "hasPassword" | "opers"> {
  const settings: Record<string, unknown> = {};
  for (const { path } of SETTINGS) if (isShared(path)) settings[path] = valueAt(config, path);
  const { password, opers } = config;
  return { settings, hasPassword: password !== null, opers: opers.map(({ name }) => name) };
}

/** An agreement with what a node's configuration, read again, changes in all nodes. */
export function changedBy(agreement: Agreement, config: Config): Agreement {
  const { settings, ...rest } = sharedOf(config);
  // Others need a new start, and nodes don't start at the same time.
  const changed = SETTINGS.filter(({ path, reload }) => reload && path in settings)
    .map(({ path }) => [path, settings[path]]);
  return {
    ...agreement,
    ...rest,
    settings: { ...agreement.settings, ...Object.fromEntries(changed) },
  };
}

/** A node's configuration with the settings that were agreed on. */
export function withAgreed(config: Config, agreement: Agreement): Config {
  let changes: ConfigOverrides = {};
  for (const { path } of SETTINGS) {
    const value = agreement.settings[path];
    if (isShared(path) && value !== undefined) {
      changes = withSetting(changes, path, value as SettingValue);
    }
  }
  const known = new Map(config.opers.map((oper) => [oper.name, oper]));
  const opers = agreement.opers.map((name) => known.get(name) ?? { name, password: NO_PASSWORD });
  const password = agreement.hasPassword ? config.password ?? NO_PASSWORD : null;
  return merge(config, changes, { opers, password, name: agreement.name });
}

/** A setting whose value here is not the one that was agreed on. */
export interface Difference {
  readonly path: string;
  readonly here: unknown;
  readonly agreed: unknown;
}

/** The settings in which a node's configuration differs from the agreement. */
export function differences(config: Config, agreement: Agreement): readonly Difference[] {
  const own = sharedOf(config);
  const found = Object.entries(own.settings)
    // Without a title, the one that was agreed on is fine.
    .filter(([path, value]) => path !== "title" || value !== null)
    .filter(([path, value]) => JSON.stringify(value) !== JSON.stringify(agreement.settings[path]))
    .map(([path, here]) => ({ path, here, agreed: agreement.settings[path] }));
  const missing = agreement.opers.filter((name) => !own.opers.includes(name));
  return missing.length === 0
    ? found
    : [...found, { path: "opers", here: own.opers, agreed: agreement.opers }];
}
