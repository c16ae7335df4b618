import { assertEquals } from "@std/assert";
import {
  type Config,
  type ConfigOverrides,
  defaults,
  merge,
} from "../../../lib/server/settings/config.ts";
import { withReloadable } from "../../../lib/server/settings/reload.ts";

Deno.test("withReloadable: takes over only the settings that may change", () => {
  const config = (overrides: ConfigOverrides): Config => merge(defaults(), overrides);
  const running = config({ port: 7000, name: "a.b", motd: "old", limits: { burst: 5 } });
  const read = config({
    port: 8000,
    name: "c.d",
    title: "Other",
    lobby: "#other",
    data: "/elsewhere",
    host: "::1",
    tls: { port: 1 },
    web: {
      port: 2,
      origins: ["https://a.b"],
      trustedProxies: ["10.0.0.7"],
      metrics: ["10.0.0.8"],
    },
    motd: "new",
    description: "new",
    password: "word",
    opers: [{ name: "root", password: "x" }],
    limits: { burst: 6, channelsPerUser: 7 },
    history: { days: 8 },
    accounts: { registration: false },
  });
  const { motd, description, password, opers, limits, history, accounts } = read;
  assertEquals(withReloadable(running, read), {
    ...running,
    ...{ motd, description, password, opers, limits, history, accounts },
    web: { ...read.web!, port: running.web!.port },
  });
  assertEquals(running.motd, "old", "the running one is not modified");
});

Deno.test("withReloadable: what is switched off stays off, and what is on stays on", () => {
  const on = merge(defaults(), { web: { origins: ["https://a.b"] } });
  const off = merge(defaults(), { web: null, tls: null });
  assertEquals(withReloadable(off, on), off);
  assertEquals(withReloadable(on, off), on);
});
