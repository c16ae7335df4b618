/// <reference lib="dom" />
import type { NetworkListener } from "../../../client/stay/stay_options.ts";

/** How often the clock is looked at, and by how much it may jump, in milliseconds. */
const LOOK_MS = 1000;
const JUMP_MS = 4000;

/**
 * Tells a stay when the page wakes up or the network is back: browsers stop the scripts of pages
 * that nobody sees, and a phone closes their connections meanwhile without a word.
 */
export function watchPage(stay: NetworkListener): () => void {
  let looked = Date.now();
  const check = () => {
    looked = Date.now();
    if (document.visibilityState === "visible") stay.check();
  };
  const timer = setInterval(() => {
    const slept = Date.now() - looked > JUMP_MS;
    looked = Date.now();
    if (slept) stay.check();
  }, LOOK_MS);
  const events = ["visibilitychange", "resume"];
  for (const type of events) document.addEventListener(type, check);
  for (const type of ["online", "pageshow"]) addEventListener(type, check);
  return () => {
    clearInterval(timer);
    for (const type of events) document.removeEventListener(type, check);
    for (const type of ["online", "pageshow"]) removeEventListener(type, check);
  };
}
