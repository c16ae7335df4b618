import {
  ConfigError,
  type ConfigOverrides,
  type Setting,
  SETTINGS,
  type Switch,
  SWITCHES,
  withSetting,
} from "../../server/settings/config.ts";
import { allows, expectation, type SettingValue } from "../../server/settings/setting_type.ts";
import { nearest } from "../../text/nearest.ts";
import { parseJson } from "../os/json_file.ts";
import { show } from "../args/show.ts";
import { SETTINGS_FAULTS } from "../../wording/command_line.ts";

const BY_PATH: ReadonlyMap<string, Setting> = new Map(SETTINGS.map((row) => [row.path, row]));
const SECTIONS: ReadonlySet<string> = new Set(
  SETTINGS.flatMap(({ path }) => path.includes(".") ? [path.slice(0, path.indexOf("."))] : []),
);

/**
 * Parses a configuration file: JSON with the keys of the settings table.
 *
 * @throws {ConfigError} naming the place or key, and what was expected there.
 */
export function parseConfig(text: string, fileName: string): ConfigOverrides {
  const file = parseJson(text, fileName);
  if (!isObject(file)) {
    throw new ConfigError(SETTINGS_FAULTS.notObject(fileName, show(file)));
  }
  let config: ConfigOverrides = {};
  for (const [key, value] of Object.entries(file)) {
    if (key.includes(".")) {
      throw unknownKey(key, fileName);
    } else if (!SECTIONS.has(key)) {
      config = set(config, key, value, fileName);
    } else if (isSwitch(key) && value === null) {
      config = { ...config, [key]: null };
    } else if (isObject(value)) {
      // Present but empty, it still says something: "tls": {} switches encryption on.
      config = { ...config, [key]: {} };
      for (const [inner, innerValue] of Object.entries(value)) {
        config = set(config, `${key}.${inner}`, innerValue, fileName);
      }
    } else {
      const expected = isSwitch(key) ? SETTINGS_FAULTS.sectionOrNull : SETTINGS_FAULTS.section;
      throw new ConfigError(SETTINGS_FAULTS.mustBe(fileName, key, expected, show(value)));
    }
  }
  return config;
}

/** Parses a file that holds the value of one setting. Throws as {@linkcode parseConfig}. */
export function parseSettingFile(text: string, fileName: string, setting: Setting): SettingValue {
  const value = parseJson(text, fileName);
  check(setting, value, fileName, SETTINGS_FAULTS.it);
  return value;
}

function set(
  config: ConfigOverrides,
  path: string,
  value: unknown,
  fileName: string,
): ConfigOverrides {
  const setting = BY_PATH.get(path);
  if (setting === undefined) throw unknownKey(path, fileName);
  check(setting, value, fileName, path);
  return withSetting(config, setting.path, value);
}

function check(
  { type, secret }: Setting,
  value: unknown,
  fileName: string,
  key: string,
): asserts value is SettingValue {
  if (allows(type, value)) return;
  const expected = expectation(type);
  throw new ConfigError(
    secret
      ? SETTINGS_FAULTS.secretMustBe(fileName, key, expected)
      : SETTINGS_FAULTS.mustBe(fileName, key, expected, show(value)),
  );
}

function unknownKey(path: string, fileName: string): ConfigError {
  const guess = likelyMeant(path);
  return new ConfigError(
    guess === undefined
      ? SETTINGS_FAULTS.unknownKey(fileName, show(path))
      : SETTINGS_FAULTS.misspelledKey(fileName, show(path), guess),
  );
}

function likelyMeant(path: string): string | undefined {
  const [section, key] = split(path);
  if (BY_PATH.has(path)) return `"${section.slice(0, -1)}": { "${key}": ... }`;
  const paths: readonly string[] = [...BY_PATH.keys()];
  const siblings = [...paths, ...SECTIONS].filter((known) => split(known)[0] === section);
  const sibling = nearest(key, siblings.map((known) => split(known)[1]));
  if (sibling !== undefined) return `"${section}${sibling}"`;
  // The key may be right but on the wrong level: "burst" for "limits.burst".
  const elsewhere = paths.find((known) => split(known)[1] === key);
  return elsewhere === undefined ? undefined : `"${elsewhere}"`;
}

/** `"limits.burst"` as `["limits.", "burst"]`, `"port"` as `["", "port"]`. */
function split(path: string): [section: string, key: string] {
  const start = path.indexOf(".") + 1;
  return [path.slice(0, start), path.slice(start)];
}

function isSwitch(key: string): key is Switch {
  return SWITCHES.includes(key as Switch);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
