/**
 * Definitions of tests that need permissions. Plain `deno test` grants none: these tests are then
 * skipped, with a message, and Deno does not prompt.
 * @module
 */

/** A permission of Deno. */
type Permission = "env" | "net" | "read" | "run" | "sys" | "write";

const ALL: readonly Permission[] = ["env", "net", "read", "run", "sys", "write"];

/** The permissions that were not granted, or only in part. */
export const LACKING: readonly Permission[] = ALL.filter((name) =>
  Deno.permissions.querySync({ name }).state !== "granted"
);

/** The result of {@linkcode needing}. */
export type Permitted = (
  name: string,
  fn: Deno.TestDefinition["fn"],
  missing?: string | undefined,
) => Deno.TestDefinition;

/**
 * Defines a test that needs these permissions, or all of them if none is named. `missing` is a
 * further reason to skip the test; leave it empty or undefined if there is none.
 */
export function needing(...needed: readonly Permission[]): Permitted {
  const lacking = LACKING.filter((name) => needed.length === 0 || needed.includes(name));
  const flags = lacking.map((name) => `--allow-${name}`).join(" ");
  return (name, fn, missing = "") => {
    const why = flags === "" ? missing : `needs ${flags}`;
    return { name: why === "" ? name : `${name} (skipped: ${why})`, ignore: why !== "", fn };
  };
}

/** Defines a test that needs all permissions. */
export const permitted: Permitted = needing();

/** Reads an environment variable. Returns undefined if it is not set or may not be read. */
export function env(name: string): string | undefined {
  return LACKING.includes("env") ? undefined : Deno.env.get(name);
}
