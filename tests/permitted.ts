/**
 * Tests that need permissions. Plain `deno test` grants none: these tests are then skipped and say
 * so, and nothing asks.
 * @module
 */

/** A permission of Deno, by its name. */
type Permission = "env" | "net" | "read" | "run" | "sys" | "write";

const ALL: readonly Permission[] = ["env", "net", "read", "run", "sys", "write"];

/** The permissions that were not granted as a whole. */
export const LACKING: readonly Permission[] = ALL.filter((name) =>
  Deno.permissions.querySync({ name }).state !== "granted"
);

/** What {@linkcode needing} gives. */
export type Permitted = (
  name: string,
  fn: Deno.TestDefinition["fn"],
  missing?: string | undefined,
) => Deno.TestDefinition;

/**
 * Definitions of tests that need these permissions: all of them if none is named. `missing` says why
 * such a test can't be run here for another reason, and is empty or undefined if it can.
 */
export function needing(...needed: readonly Permission[]): Permitted {
  const lacking = LACKING.filter((name) => needed.length === 0 || needed.includes(name));
  const flags = lacking.map((name) => `--allow-${name}`).join(" ");
  return (name, fn, missing = "") => {
    const why = flags === "" ? missing : `needs ${flags}`;
    return { name: why === "" ? name : `${name} (skipped: ${why})`, ignore: why !== "", fn };
  };
}

/** The definition of a test that needs all permissions. */
export const permitted: Permitted = needing();

/** A variable of the environment; undefined too if it may not be read. */
export function env(name: string): string | undefined {
  return LACKING.includes("env") ? undefined : Deno.env.get(name);
}
