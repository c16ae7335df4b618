/**
 * The session of a stay.
 * @module
 */
import { toBase64 } from "../../crypto/base64.ts";
import { type Hashes, ScramClient } from "../../crypto/scram.ts";
import { Session } from "../session/session.ts";
import type { StayOptions } from "./stay_options.ts";

/** The size of a SCRAM nonce in bytes, before it is written as base64. */
const NONCE_BYTES = 18;

export function newSession(options: StayOptions, hashes: Hashes): Session {
  const { target, name, password, person, insecure, rich, typing, login } = options;
  const exchange = (account: string, password: string) =>
    new ScramClient(hashes, account, password, toBase64(hashes.random(NONCE_BYTES)));
  return new Session({
    ...{ room: target.room, unnamed: target.unnamed, key: options.key ?? target.key },
    ...{ name, password, invitation: target.invite, insecure, version: options.version },
    ...{ typing, multiline: true, stays: rich, person },
    secret: options.secret,
    history: rich ? true : "missed",
    login: login && { given: login.given, asks: login.asks, exchange },
  });
}
