/**
 * The files that `chat join` keeps for a person: where they are, and how they are written.
 *
 * Source: XDG Base Directory Specification 0.8; the usual places of macOS and Windows.
 * @module
 */
import { withoutErrno } from "../../text/without_errno.ts";
import type { Environment } from "../../ui/terminal/style.ts";
import { FILE_REASONS } from "../../wording/client.ts";

/** The paths of the files; undefined if the environment names no directory for them. */
export type OwnPaths = Readonly<
  Record<"settings" | "passwords" | "knownHosts" | "nodes" | "visits", string | undefined>
>;

/**
 * Where the files are.
 *
 * @param os as `Deno.build.os`.
 */
export function ownPaths(os: string, env: Environment): OwnPaths {
  const { APPDATA, LOCALAPPDATA, HOME, XDG_CONFIG_HOME } = env;
  if (os === "windows") {
    return {
      settings: APPDATA && `${APPDATA}\\chat\\config.json`,
      passwords: APPDATA && `${APPDATA}\\chat\\passwords.json`,
      knownHosts: LOCALAPPDATA && `${LOCALAPPDATA}\\chat\\known_hosts`,
      nodes: LOCALAPPDATA && `${LOCALAPPDATA}\\chat\\nodes.json`,
      visits: LOCALAPPDATA && `${LOCALAPPDATA}\\chat\\visits.json`,
    };
  }
  // The specification: a path that is not absolute is ignored.
  const config = XDG_CONFIG_HOME?.startsWith("/")
    ? XDG_CONFIG_HOME
    : HOME && `${HOME}/${os === "darwin" ? "Library/Application Support" : ".config"}`;
  return {
    settings: config && `${config}/chat/config.json`,
    passwords: config && `${config}/chat/passwords.json`,
    knownHosts: config && `${config}/chat/known_hosts`,
    nodes: config && `${config}/chat/nodes.json`,
    visits: config && `${config}/chat/visits.json`,
  };
}

/**
 * Writes a file that only its owner can read. It is written aside and then renamed, so that it is
 * never half-written.
 *
 * @param follows whether a symbolic link stays one.
 */
export async function writeOwnFile(path: string, text: string, follows = false): Promise<void> {
  const directory = path.replace(/[/\\][^/\\]*$/, "");
  await Deno.mkdir(directory, { recursive: true, mode: 0o700 });
  const target = follows ? await Deno.realPath(path).catch(() => path) : path;
  const draft = `${target}.${crypto.randomUUID()}`;
  try {
    await Deno.writeTextFile(draft, text, { createNew: true, mode: 0o600 });
    await Deno.rename(draft, target);
  } catch (error) {
    await Deno.remove(draft).catch(() => {});
    throw error;
  }
}

/** The text of a file; undefined if there is none. */
export async function textOf(path: string): Promise<string | undefined> {
  try {
    return await Deno.readTextFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

/** Why something could not be done with a file: part of a sentence, in plain words. */
export function reasonOf(error: unknown): string {
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  return FILE_REASONS[name] ?? withoutErrno(message);
}
