import { assertEquals } from "@std/assert";
import { makeCertificate } from "../../lib/net/certificate.ts";
import { tlsContext, tlsFault } from "../../lib/net/tls_context.ts";
import { canBeDirect } from "../../lib/net/tls_probe.ts";
import { needing } from "../permitted.ts";

const permitted = needing("net");

Deno.test(permitted("canBeDirect: on Linux it can, and leaves nothing behind", async () => {
  const hosts = ["localhost"];
  const pair = await makeCertificate({ name: "chat.test", hosts, now: Date.now() });
  assertEquals(await canBeDirect(tlsContext(pair).secure), true);
}, tlsFault() ?? (Deno.build.os === "linux" ? undefined : "it takes Linux")));
