/**
 * The site of a server: one page that says what this is.
 * @module
 */
import { FIRST_PAGE } from "../wording/web_door.ts";
import type { Asset, Site } from "./site.ts";

const PAGE: Asset = {
  type: "text/html; charset=utf-8",
  bytes: new TextEncoder().encode(FIRST_PAGE),
  cache: "no-cache",
};

export const firstPage: Site = { find: (path) => path === "/" ? PAGE : undefined };
