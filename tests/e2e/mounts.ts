/** File systems of a test's own. */
import { LACKING } from "../permitted.ts";

/** Why no file system can be mounted for a test; empty if one can. */
export async function noMounts(): Promise<string> {
  if (LACKING.length > 0) return "it needs all permissions";
  const { success } = await new Deno.Command("unshare", {
    args: ["-rm", "mount", "-t", "tmpfs", "none", "/mnt"],
    stderr: "null",
  }).output().catch(() => ({ success: false }));
  return success ? "" : "no file system can be mounted";
}
