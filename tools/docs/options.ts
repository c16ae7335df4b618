import { usage } from "../../lib/cli/args/help.ts";
import { commandNamed, type SubcommandName } from "../../lib/cli/args/options.ts";
import type { Setting } from "../../lib/server/settings/config.ts";
import { code, table } from "./markdown.ts";

/** The table of a command's options; those of `serve` with their keys in the configuration file. */
export function optionsTable(name: SubcommandName): string {
  const options = commandNamed(name)?.options ?? [];
  const withKeys = options.some(({ setting }) => setting !== undefined);
  const head = withKeys ? ["Option", "Key", "Default", "Meaning"] : ["Option", "Meaning"];
  return table(head, options, (option) => [
    code(usage(option)),
    ...(withKeys ? keyAndDefault(option.setting) : []),
    option.meaning,
  ]);
}

function keyAndDefault(setting: Setting | undefined): [key: string, byDefault: string] {
  if (setting === undefined) return ["", ""];
  const { path, type, default: value } = setting;
  const means = type.kind === "text" && value === null ? ` (${type.nullMeans})` : "";
  return [code(path), code(JSON.stringify(value)) + means];
}
