/**
 * What can go wrong between this server and NATS.
 * @module
 */
import { ENGINE_FAULT } from "../../wording/engine.ts";

type Faults = typeof ENGINE_FAULT;

/** A fault: its kind and what its sentence in {@linkcode ENGINE_FAULT} says. */
export type NatsFault = {
  readonly [K in keyof Faults]:
    & { readonly kind: K }
    & (Parameters<Faults[K]>[0] extends infer P extends object ? P : unknown);
}[keyof Faults];

/** Carries a fault. Its message is a sentence for people. */
export class NatsError extends Error {
  override readonly name = "NatsError";

  constructor(readonly fault: NatsFault) {
    super((ENGINE_FAULT[fault.kind] as (fault: NatsFault) => string)(fault));
  }
}
