/**
 * Network namespaces: a network of a test's own.
 * @module
 */
import { LACKING } from "../permitted.ts";

/** Makes a network of one machine, which has the address 192.168.1.20. */
export const NETWORK = "ip link set lo up && ip link add eth0 type veth peer name eth1 && " +
  "ip link set eth0 up && ip link set eth1 up && ip addr add 192.168.1.20/24 dev eth0";

/** The command that enters a new network namespace; undefined if that is not possible here. */
export const UNSHARE: readonly string[] | undefined = await unshare();

/** Why there is none; empty if there is one. */
export const NO_NAMESPACE = UNSHARE === undefined ? "there is no network of its own to be had" : "";

async function unshare(): Promise<readonly string[] | undefined> {
  if (LACKING.length > 0) return undefined;
  for (const flags of [["-n"], ["-rn"]]) {
    const command = ["unshare", ...flags];
    const tried = await new Deno.Command(command[0]!, {
      args: [...command.slice(1), "sh", "-c", NETWORK],
      ...{ stdout: "null", stderr: "null" },
    }).output().catch(() => undefined);
    if (tried?.success) return command;
  }
  return undefined;
}
