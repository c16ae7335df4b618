import { ConfigError } from "../../server/settings/config.ts";
import { SETTINGS_FAULTS } from "../../wording/command_line.ts";

/**
 * Parses JSON that a person wrote. Throws a `ConfigError` with the line, the column and the fault.
 */
export function parseJson(text: string, fileName: string): unknown {
  const json = text.replace(/^\uFEFF/, "");
  try {
    return JSON.parse(json);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const before = json.slice(0, errorPosition(json, message)).split("\n");
    const line = before.length;
    const column = [...before.at(-1) ?? ""].length + 1;
    const reason = message.replace(
      /(( in JSON)? at position|, (\.\.\.)?"|(?<=end) of JSON).*/s,
      "",
    );
    const lowered = reason.charAt(0).toLowerCase() + reason.slice(1);
    throw new ConfigError(SETTINGS_FAULTS.notJson(fileName, line, column, lowered));
  }
}

/**
 * The position of an error. V8's messages tell it except for unexpected tokens; then it is the
 * length of the longest prefix without that error.
 */
function errorPosition(json: string, message: string): number {
  const told = /at position (\d+)/.exec(message)?.[1];
  if (told !== undefined) return Number(told);
  let [good, bad] = [0, json.length + 1];
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    if (hasUnexpectedToken(json.slice(0, middle))) bad = middle;
    else good = middle;
  }
  return good;
}

function hasUnexpectedToken(json: string): boolean {
  try {
    JSON.parse(json);
    return false;
  } catch (error) {
    return error instanceof Error && error.message.startsWith("Unexpected token");
  }
}
