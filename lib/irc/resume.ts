/**
 * The way back into one's own stay: a capability of this project. See docs/protocol.md.
 * @module
 */

/** The name of the capability. Nobody can own a name under `internal`, so nobody else uses it. */
export const RESUME = "chat.internal/resume";
