/// <reference lib="dom" />
import type { NetworkListener } from "../../../client/stay/stay_options.ts";

/** How often the clock is looked at, and by how much it may jump, in milliseconds. */
const LOOK_MS = 1000;
const JUMP_MS = 4000;

/** After a longer freeze, the connection is hardly alive; a new one is there sooner than an answer. */
const FREEZE_MS = 10_000;

/**
 * Tells a stay when the page wakes up or the network is back: browsers stop the scripts of pages
 * that nobody sees, and a phone closes their connections meanwhile without a word.
 */
export function watchPage(stay: NetworkListener): () => void {
  let looked = Date.now();
  const check = () => {
    const slept = Date.now() - looked;
    looked = Date.now();
    if (slept > FREEZE_MS && stay.link === "up") stay.cut();
    stay.check();
  };
  const seen = () => {
    if (document.visibilityState === "visible") stay.check();
  };
  const timer = setInterval(() => {
    if (Date.now() - looked > JUMP_MS) stay.check();
    looked = Date.now();
  }, LOOK_MS);
  document.addEventListener("resume", check);
  document.addEventListener("visibilitychange", seen);
  for (const type of ["online", "pageshow"]) addEventListener(type, seen);
  return () => {
    clearInterval(timer);
    document.removeEventListener("resume", check);
    document.removeEventListener("visibilitychange", seen);
    for (const type of ["online", "pageshow"]) removeEventListener(type, seen);
  };
}
