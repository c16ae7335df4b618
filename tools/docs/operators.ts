import { SETTINGS } from "../../lib/server/settings/config.ts";
import { code } from "./markdown.ts";

/** The generated parts, by the name in the markers. */
export const OPERATORS: ReadonlyMap<string, () => string> = new Map([["reload", reload]]);

/** Which settings a running server takes over, its sockets excluded. */
function reload(): string {
  const isTaken = ({ path, reload }: typeof SETTINGS[number]) => reload && !path.startsWith("tls.");
  const [taken = [], fixed = []] = [true, false].map((wanted) =>
    SETTINGS.filter((setting) => isTaken(setting) === wanted).map(({ path }) => code(path))
  );
  return `- Taken over: ${taken.join(", ")}.\n- Only by a new start: ${fixed.join(", ")}.\n`;
}
