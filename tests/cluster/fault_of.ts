import { assertRejects } from "@std/assert";
import { NatsError, type NatsFault } from "../../lib/cluster/nats/nats_fault.ts";

/** The fault of what should fail. */
export async function faultOf(work: Promise<unknown>): Promise<NatsFault> {
  const { fault } = await assertRejects(() => work, NatsError);
  return fault;
}
