/**
 * Taking over settings while the server runs.
 * @module
 */
import { announceCapabilities } from "../entry/capabilities.ts";
import type { World } from "../world/world.ts";
import { type Config, SETTINGS } from "./config.ts";

/**
 * The settings that run, with those of `read` that may change meanwhile. What is fixed (sockets,
 * names, files) stays.
 */
export function withReloadable(running: Config, read: Config): Config {
  const config: Record<string, unknown> = { ...running };
  for (const { path, reload } of SETTINGS) {
    const [head = "", tail] = path.split(".");
    if (!reload) continue;
    const value = read[head as keyof Config];
    if (tail === undefined) config[head] = value;
    else {config[head] = {
        ...config[head] as object,
        [tail]: (value as Record<string, unknown>)[tail],
      };}
  }
  return config as Config;
}

/** Has a world go by settings that were read again, and tells of what changes for its users. */
export function reload(world: World, read: Config, now: number): void {
  const before = world.config;
  world.configure(withReloadable(before, read), now);
  announceCapabilities(world, before, now);
}
