/**
 * Where a server keeps what must last.
 * @module
 */
import { AUTO_DATA } from "../../server/settings/config.ts";

/** The system, as far as it matters here. */
export interface Platform {
  /** `Deno.build.os`. */
  readonly os: string;
  /** A variable of the environment; undefined where it is not set or may not be read. */
  readonly env: (name: string) => string | undefined;
}

/**
 * The directory that a setting `data` means.
 *
 * @returns null where nothing is to be kept on disk; undefined where the system doesn't say where
 * such things go.
 */
export function dataDirectory(
  data: string | null,
  { os, env }: Platform,
): string | null | undefined {
  if (data !== AUTO_DATA) return data;
  const state = env("XDG_STATE_HOME");
  // XDG Base Directory Specification: a path that is not absolute is to be ignored.
  if (state !== undefined && isAbsolute(state)) return `${state}/chat`;
  if (os === "windows") return under(env("LOCALAPPDATA"), "\\chat");
  const path = os === "darwin" ? "/Library/Application Support/chat" : "/.local/state/chat";
  return under(env("HOME"), path);
}

/** This system. */
export const HERE: Platform = {
  os: Deno.build.os,
  env(name) {
    try {
      return Deno.env.get(name);
    } catch {
      return undefined;
    }
  },
};

function isAbsolute(path: string): boolean {
  return /^(?:\/|[A-Za-z]:[\\/])/.test(path);
}

function under(home: string | undefined, path: string): string | undefined {
  return home ? home + path : undefined;
}
