/**
 * The capability by which a client whose connection was lost takes over its own stay.
 * @module
 */

/** Its name, of this project until IRCv3 has one. */
export const RESUME = "chat.internal/resume";
