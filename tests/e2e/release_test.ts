/** The archive of a release for this system, as a new user gets it: there is no clone around it. */
import { assert } from "@std/assert";
import about from "../../deno.json" with { type: "json" };
import { archive } from "../../tools/release/archive.ts";
import { command } from "../../tools/release/command.ts";
import { writeInstallers } from "../../tools/release/installers.ts";
import { smoke } from "../../tools/release/smoke.ts";
import { writeSums } from "../../tools/release/sums.ts";
import { thisSystem } from "../../tools/release/systems.ts";
import { LACKING, permitted } from "../permitted.ts";
import { inDirectory } from "../store/stores.ts";
import { BINARY } from "./program.ts";

const EDITION = { version: about.version, date: "2026-11-30" };

/** Why there is no archive to test; empty if there is one. */
const NO_ARCHIVE = LACKING.length > 0
  ? "it needs all permissions"
  : BINARY === undefined
  ? "CHAT_BINARY names no executable"
  : Deno.build.os !== "linux"
  ? "archives are packed on Linux"
  : "";

Deno.test(permitted(
  "Release: the archive is installed as a new user does it, and two people talk with it",
  () =>
    inDirectory(async (path) => {
      await archive(thisSystem(), BINARY!, `${path}/dist`, EDITION);
      // Nobody downloads from there: the page is on this machine.
      await writeInstallers(`${path}/dist`, "https://releases.invalid");
      await writeSums(`${path}/dist`);
      await command(`${path}/dist`, "sha256sum", "--check", "--strict", "SHA256SUMS");
      const told = await smoke(`${path}/dist`, about.version);
      assert(told.startsWith(`chat ${about.version} (Deno `), told);
    }),
  NO_ARCHIVE,
));
