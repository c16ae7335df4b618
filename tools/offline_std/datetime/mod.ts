/**
 * Stand-in for the part of `@std/datetime` that this project uses.
 *
 * @module
 */

export * from "./format.ts";
