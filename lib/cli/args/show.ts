/** Longer values are shortened in a message. */
const LONGEST = 60;

/** A value as an error message shows it: on one line, not too long, and nothing that acts. */
export function show(value: unknown): string {
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object" && value !== null) return "an object";
  const text = JSON.stringify(value) ?? "nothing";
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST)}...`;
}
