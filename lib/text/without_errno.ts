/** A message of the system without Deno's `(os error 2)` and what follows that. */
export function withoutErrno(message: string): string {
  return message.replace(/ \(os error \d+\).*$/s, "");
}
