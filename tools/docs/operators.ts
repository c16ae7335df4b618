import { METRICS } from "../../lib/cli/serve/metrics.ts";
import { SETTINGS } from "../../lib/server/settings/config.ts";
import { METRIC_HELP } from "../../lib/wording/metrics.ts";
import { code, plain, table } from "./markdown.ts";

/** The generated parts, by the name in the markers. */
export const OPERATORS: ReadonlyMap<string, () => string> = new Map([
  ["metrics", metrics],
  ["reload", reload],
]);

function metrics(): string {
  const rows = Object.entries(METRICS);
  return table(["Metric", "Type", "Label", "What it tells"], rows, ([name, { type, label }]) => [
    code(name),
    type,
    code(label ?? ""),
    plain(METRIC_HELP[name as keyof typeof METRIC_HELP]),
  ]);
}

/** Which settings a running server takes over, its sockets excluded. */
function reload(): string {
  const isTaken = ({ path, reload }: typeof SETTINGS[number]) => reload && !path.startsWith("tls.");
  const [taken = [], fixed = []] = [true, false].map((wanted) =>
    SETTINGS.filter((setting) => isTaken(setting) === wanted).map(({ path }) => code(path))
  );
  return `- Taken over: ${taken.join(", ")}.\n- Only by a new start: ${fixed.join(", ")}.\n`;
}
