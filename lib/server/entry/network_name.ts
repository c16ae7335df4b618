import type { Config } from "../settings/config.ts";

/**
 * The title of the room as one word: IRC programs show it, and name the files of their logs after
 * it.
 */
export function networkName({ title }: Pick<Config, "title">): string {
  return title?.trim().replace(/[\s/\\=]+/gu, "-") || "Chat";
}
