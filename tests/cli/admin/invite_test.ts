import { X509Certificate } from "node:crypto";
import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { AdminError } from "../../../lib/cli/admin/admin_error.ts";
import { invite } from "../../../lib/cli/admin/invite.ts";
import type { InviteOptions } from "../../../lib/cli/args/request.ts";
import { parseTarget } from "../../../lib/client/trust/target.ts";
import { webHashes } from "../../../lib/crypto/hashes.ts";
import { hashToken, isInvitationToken } from "../../../lib/irc/invitation.ts";
import { makeCertificate } from "../../../lib/net/certificate.ts";
import { certificateFingerprint } from "../../../lib/net/certificate_fingerprint.ts";
import type { AccountStore } from "../../../lib/store/accounts.ts";
import { writeRunning } from "../../../lib/cli/serve/running_file.ts";
import { openStore } from "../../../lib/store/open.ts";
import { needing } from "../../permitted.ts";

const permitted = needing("read", "write");

const MAKE = {
  action: "make",
  forName: undefined,
  days: 7,
  uses: 1,
  host: "chat.example",
  config: undefined,
  plain: false,
} as const;

async function withServer(
  work: (data: string, accounts: AccountStore) => Promise<void>,
): Promise<void> {
  const directory = await Deno.makeTempDir({ prefix: "chat" });
  const data = `${directory}/data`;
  const opened = openStore(data, () => {});
  assert("store" in opened);
  try {
    await work(data, opened.store.accounts);
  } finally {
    opened.store.close();
    await Deno.remove(directory, { recursive: true });
  }
}

/** The token in a `chat join` line. */
function tokenIn(text: string): string {
  return /\?invite=([^"&]+)["&]/.exec(text)?.[1] ?? "";
}

Deno.test(
  permitted(
    "Invite: an invitation is printed once, as the line to join with, and only its hash is kept",
    async () => {
      await withServer(async (data, accounts) => {
        const text = await invite({ data, ...MAKE });
        const token = tokenIn(text);
        assert(isInvitationToken(token));
        const [line, others, row, page] = text.split("\n");
        assertEquals(line, `chat join "ircs://chat.example/?invite=${token}"`);
        assertEquals(others, `In other IRC programs, this is the password of the server: ${token}`);
        assertEquals(page, `In a browser: https://chat.example:8097/#invite=${token}`);
        assertMatch(row!, /^[A-Z2-9]{4}, for anyone, 1 use, until \d{4}-\d\d-\d\d \d\d:\d\d$/);
        const found = accounts.findInvitation(await hashToken(webHashes(), token), Date.now())!;
        assertEquals([found.id, found.usesLeft], [row!.slice(0, 4), 1]);
        assert(!(await invite({ data, action: "list" })).includes(token));
      });
    },
  ),
);

Deno.test(
  permitted(
    "Invite: an invitation has the name, days, uses and host that were asked for",
    async () => {
      await withServer(async (data) => {
        const cases: [options: Partial<InviteOptions>, line: RegExp, row: RegExp][] = [
          [{ forName: "Gökçe" }, /\?invite=\S+" --name Gökçe$/, /, for Gökçe, 1 use, until /],
          [{ days: 0 }, /^chat join "ircs:/, /, 1 use, never expires$/],
          [{ uses: 0 }, /^chat join "ircs:/, /, any number of uses, until /],
          [{ uses: 30, days: 0 }, /^chat join "ircs:/, /, 30 uses, never expires$/],
          [{ host: "[::1]:7000" }, /"ircs:\/\/\[::1\]:7000\/\?/, /./],
          [{ host: undefined as unknown as string }, /"ircs:\/\/[^/]+\/\?/, /./],
        ] as [Partial<InviteOptions>, RegExp, RegExp][];
        for (const [options, line, row] of cases) {
          const lines = (await invite({ data, ...MAKE, ...options } as InviteOptions)).split("\n");
          assertMatch(lines[0]!, line);
          assertMatch(lines[2]!, row);
        }
        const listed = await invite({ data, action: "list" });
        assertEquals(listed.trimEnd().split("\n").length, cases.length);
      });
    },
  ),
);

Deno.test(
  permitted(
    "Invite: the line has the fingerprint of the certificate that the server made itself",
    async () => {
      await withServer(async (data) => {
        const { cert } = await makeCertificate({
          name: "chat.test",
          hosts: ["localhost"],
          now: Date.now(),
        });
        await Deno.mkdir(`${data}/tls`);
        await Deno.writeTextFile(`${data}/tls/cert.pem`, cert);
        const { raw } = new X509Certificate(cert);
        const fingerprint = certificateFingerprint(raw);
        const firstLine = async (plain: boolean) =>
          (await invite({ data, ...MAKE, forName: "Deniz", plain })).split("\n")[0]!;
        const [, link = ""] = /^chat join "(\S+)" --name Deniz$/.exec(await firstLine(false)) ?? [];
        const check = parseTarget(link);
        assert("target" in check);
        assert(isInvitationToken(check.target.invite ?? ""));
        assertEquals(
          { ...check.target, invite: "" },
          {
            ...{ host: "chat.example", port: undefined, encryption: "always", room: "#lobby" },
            ...{ unnamed: true, invite: "", fingerprint },
          },
        );
        assertMatch(await firstLine(true), /^chat join "irc:\/\/\S+" --name Deniz$/);
        await Deno.writeTextFile(`${data}/tls/cert.pem`, "-----BEGIN CERTIFICATE-----\n!\n");
        assertMatch(await firstLine(false), /^chat join "ircs:\/\/\S+" --name Deniz$/);
      });
    },
  ),
);

Deno.test(
  permitted(
    "Invite: the list tells who is let in again, also on what is used up or has ended",
    async () => {
      await withServer(async (data, accounts) => {
        await invite({ data, ...MAKE, uses: 13 });
        const { id } = accounts.invitations(Date.now())[0]!;
        accounts.addGuest(id, "Ada", Date.now());
        assertMatch(
          await invite({ data, action: "list" }),
          /, 12 uses, until .*, used by: Ada\n$/,
        );
        for (let count = 1; count < 13; count++) accounts.addGuest(id, `g${count}`, Date.now());
        assertMatch(
          await invite({ data, action: "list" }),
          /, used up, until .*, used by: 3 others g3 g4 .* g12\n$/,
        );
        accounts.addInvitation({
          ...{ id: "OLD2", tokenHash: "y", forName: null, createdAt: 0, usesLeft: 5 },
          expiresAt: 86_400_000,
        });
        accounts.addGuest("OLD2", "Can", 1);
        assertMatch(await invite({ data, action: "list" }), /OLD2, .*, expired 1970-.*: Can\n/);
      });
    },
  ),
);

Deno.test(
  permitted(
    "Invite: the address is that of the server that runs, else of its configuration",
    async () => {
      await withServer(async (data) => {
        const link = async (options: Partial<InviteOptions> = {}) => {
          const text = await invite({ data, ...MAKE, ...options } as InviteOptions);
          return /"(\S+)\/\?invite=[^&"]*(\S*)"/.exec(text)!.slice(1).join(" ");
        };
        const fingerprint = "SHA256:a+b/c";
        const running = { host: null, port: 7000, tlsPort: 7443, fingerprint };
        const forget = writeRunning(data, running);
        const proof = " &fingerprint=SHA256:a-b_c";
        assertEquals(await link(), `ircs://chat.example:7443${proof}`);
        assertEquals(await link({ host: "chat.example:99" }), `ircs://chat.example:99${proof}`);
        assertEquals(await link({ host: "fd00::1" }), `ircs://[fd00::1]:7443${proof}`);
        assertEquals(await link({ host: "[fd00::1]:9" }), `ircs://[fd00::1]:9${proof}`);
        assertEquals(await link({ plain: true }), "irc://chat.example:7000 ");
        writeRunning(data, { ...running, tlsPort: 6697, fingerprint: null, host: "192.0.2.7" });
        assertEquals(await link(), "ircs://chat.example ");
        assertEquals(await link({ host: undefined }), "ircs://192.0.2.7 ");
        writeRunning(data, { ...running, tlsPort: null });
        assertEquals(await link(), "irc://chat.example:7000 ");
        writeRunning(data, { ...running, port: null });
        await assertRejects(() => link({ plain: true }), AdminError, "only encrypted connections");
        forget();
        // Without this file, no server seems to be running.
        assertEquals(await link(), "ircs://chat.example ");
        const config = `${data}/chat.json`;
        await Deno.writeTextFile(config, '{ "port": 7001, "tls": { "port": 7444 } }');
        assertEquals(await link({ config }), "ircs://chat.example:7444 ");
        assertEquals(await link({ config, plain: true }), "irc://chat.example:7001 ");
        await Deno.writeTextFile(config, `{ "tls": null, "data": ${JSON.stringify(data)} }`);
        assertEquals(await link({ config, data: undefined } as object), "irc://chat.example ");
        await Deno.remove(config);
      });
    },
  ),
);

Deno.test(permitted("Invite: what a server left behind that crashed does not count", async () => {
  const data = await Deno.makeTempDir({ prefix: "chat" });
  const opened = openStore(data, () => {});
  assert("store" in opened);
  writeRunning(data, { host: null, port: 7000, tlsPort: 7443, fingerprint: null });
  const link = async () => /"(\S+)\/\?/.exec(await invite({ data, ...MAKE }))![1];
  assertEquals(await link(), "ircs://chat.example:7443");
  opened.store.close();
  assertEquals(await link(), "ircs://chat.example");
  await Deno.remove(data, { recursive: true });
}));

Deno.test(
  permitted(
    "Invite: a revoked invitation no longer counts, and an unknown one can't be revoked",
    async () => {
      await withServer(async (data, accounts) => {
        const none = "There are no valid invitations.\n";
        assertEquals(await invite({ data, action: "list" }), none);
        await invite({ data, ...MAKE });
        const { id } = accounts.invitations(Date.now())[0]!;
        assertEquals(
          await invite({ data, action: "revoke", id: id.toLowerCase() }),
          `The invitation ${id} was revoked.\n`,
        );
        assertEquals(await invite({ data, action: "list" }), none);
        const cases: [options: Partial<InviteOptions>, message: string][] = [
          [
            { action: "revoke", id },
            `There is no invitation ${id}. To list them: chat invite list`,
          ],
          [{ ...MAKE, forName: "a b" }, "A username cannot contain spaces."],
          [{ ...MAKE, host: 'x" y' }, "--host must be a host name or an address"],
        ];
        for (const [options, message] of cases) {
          const run = () => invite({ data, ...options } as InviteOptions);
          await assertRejects(run, AdminError, message);
        }
        assertEquals(accounts.invitations(Date.now()), []);
      });
    },
  ),
);
