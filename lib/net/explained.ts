/**
 * Errors of encrypted connections, in the terms of Deno and in the user's words.
 * @module
 */
import { CONNECTION_FAULT } from "../wording/reaching.ts";

/** Translates errors of Node's into those of Deno's that connections know. */
export function explained(error: Error & { readonly code?: unknown }): Error {
  switch (error.code) {
    case "ECONNRESET":
      return new Deno.errors.ConnectionReset(error.message);
    case "EPIPE":
      return new Deno.errors.BrokenPipe(error.message);
    case "ECANCELED":
    case "ERR_STREAM_DESTROYED":
      return new Deno.errors.Interrupted(error.message);
    case "ERR_SSL_WRONG_VERSION_NUMBER":
      return new Error(CONNECTION_FAULT.notEncrypted);
    default:
      return typeof error.code === "string" && error.code.startsWith("ERR_SSL")
        ? new Error(CONNECTION_FAULT.encryption(error.message.replace(/ \(SSL routines.*$/, "")))
        : error;
  }
}
