import { VALUES } from "../../wording/command_line.ts";

const LONGEST = 60;

/** A value for an error message: on one line, at most {@linkcode LONGEST} characters, harmless. */
export function show(value: unknown): string {
  if (Array.isArray(value)) return VALUES.list;
  if (typeof value === "object" && value !== null) return VALUES.object;
  const text = JSON.stringify(value) ?? VALUES.nothing;
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST)}...`;
}
