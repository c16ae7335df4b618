import { AUTO_DATA } from "../../server/settings/config.ts";

/** What matters of the system. */
export interface Platform {
  /** `Deno.build.os`. */
  readonly os: string;
  /** A variable of the environment; undefined if it is not set or may not be read. */
  readonly env: (name: string) => string | undefined;
}

/**
 * The directory in which a server keeps its data, for a setting `data`. Null if nothing is kept on
 * disk; undefined if the system doesn't say where data goes.
 */
export function dataDirectory(
  data: string | null,
  { os, env }: Platform,
): string | null | undefined {
  if (data !== AUTO_DATA) return data;
  const state = env("XDG_STATE_HOME");
  // XDG Base Directory Specification: paths that are not absolute are ignored.
  if (state !== undefined && isAbsolute(state)) return `${state}/chat`;
  if (os === "windows") return under(env("LOCALAPPDATA"), "\\chat");
  const path = os === "darwin" ? "/Library/Application Support/chat" : "/.local/state/chat";
  return under(env("HOME"), path);
}

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
