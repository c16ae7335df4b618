/**
 * Reading the configuration again while the server runs.
 * @module
 */
import { announceCapabilities } from "../entry/capabilities.ts";
import { reviewOpers } from "../world/operators.ts";
import type { World } from "../world/world.ts";
import {
  type Config,
  type ConfigOverrides,
  merge,
  SETTINGS,
  valueAt,
  withSetting,
} from "./config.ts";

/** The running configuration, with those settings of `read` that can change while it runs. */
export function withReloadable(running: Config, read: Config): Config {
  let changes: ConfigOverrides = {};
  for (const { path, reload } of SETTINGS) {
    const value = valueAt(read, path);
    // What is switched off stays off.
    const isOn = value !== undefined && valueAt(running, path) !== undefined;
    if (reload && isOn) changes = withSetting(changes, path, value);
  }
  return merge(running, changes);
}

/** Applies a configuration that was read again to a world, and announces what changes for users. */
export function reload(world: World, read: Config, now: number): void {
  const before = world.config;
  world.config = withReloadable(before, read);
  reviewOpers(world, now);
  announceCapabilities(world, before, now);
}
