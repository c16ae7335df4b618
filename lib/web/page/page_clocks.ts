import { clockFor } from "../../ui/clock.ts";
import { type Clock, timeOfDay } from "../../ui/format.ts";
import type { PageSettings } from "./page_settings.ts";

/** How times are written, by the setting. */
export const PAGE_CLOCKS: Readonly<Record<PageSettings["clock"], Clock>> = {
  "12": clock("h:mm a"),
  "24": clock("HH:mm"),
};

function clock(pattern: string): Clock {
  const check = clockFor(pattern);
  return "clock" in check ? check.clock : timeOfDay;
}
