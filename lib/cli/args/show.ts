const LONGEST = 60;

/** A value for an error message: on one line, at most {@linkcode LONGEST} characters, harmless. */
export function show(value: unknown): string {
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object" && value !== null) return "an object";
  const text = JSON.stringify(value) ?? "nothing";
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST)}...`;
}
