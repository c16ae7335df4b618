import { DAY_MS } from "../../text/duration.ts";
import { loadConfig } from "../serve/load.ts";
import type { InviteOptions } from "../args/request.ts";
import { readRunning, type Running } from "../serve/running_file.ts";
import { webHashes } from "../../crypto/hashes.ts";
import { fromBase64 } from "../../crypto/base64.ts";
import { fingerprint } from "../../irc/fingerprint.ts";
import { hashToken, invitationToken, TOKEN_BYTES } from "../../irc/invitation.ts";
import { checkNick } from "../../irc/names.ts";
import { interfaces } from "../serve/hosts.ts";
import { joinHosts } from "../../net/address.ts";
import { PLAIN_PORT, SECURE_PORT } from "../../net/dial.ts";
import type { Config } from "../../server/settings/config.ts";
import type { AccountStore, Invitation, KeptInvitation } from "../../store/accounts.ts";
import { isServed } from "../../store/open.ts";
import { visibleName } from "../../text/text.ts";
import { AdminError } from "./admin_error.ts";
import { timeText, withAccounts } from "./with_accounts.ts";
import { ACCOUNTS, INVITATIONS } from "../../wording/command_line.ts";

const NO_FLAGS = { overrides: {}, passwordFile: undefined, opersFile: undefined };

/**
 * Runs `chat invite`: makes, lists or revokes invitations. Returns the lines to show.
 *
 * @throws {AdminError} if it can't be done
 */
export async function invite(options: InviteOptions): Promise<string> {
  const file = options.action === "make" ? options.config : undefined;
  const flags = { ...NO_FLAGS, configFile: file };
  const config = await loadConfig(flags, Deno.readTextFile);
  const data = options.data ?? (file === undefined ? undefined : config.data ?? undefined);
  return await withAccounts(data, options.action !== "list", async (accounts, directory) => {
    switch (options.action) {
      case "list":
        return accounts.invitations(Date.now())
          .map((invitation) => describe(invitation, Date.now())).join("") ||
          `${INVITATIONS.none}\n`;
      case "revoke":
        if (!accounts.revokeInvitation(options.id.toUpperCase())) {
          throw new AdminError(INVITATIONS.absent(visibleName(options.id)));
        }
        return `${INVITATIONS.revoked(options.id.toUpperCase())}\n`;
      case "make":
        return await make(accounts, directory, config, options);
      default:
        return options satisfies never;
    }
  });
}

/** How many guests of an invitation are named. */
const NAMED = 10;

function describe(
  { id, forName, expiresAt, usesLeft, guests }: KeptInvitation,
  now: number,
): string {
  const parts = [
    id,
    forName === null ? INVITATIONS.forAnyone : INVITATIONS.forName(visibleName(forName)),
    usesLeft === null
      ? INVITATIONS.anyUses
      : usesLeft === 0
      ? INVITATIONS.usedUp
      : INVITATIONS.uses(usesLeft),
    expiresAt === null
      ? INVITATIONS.forEver
      : INVITATIONS[expiresAt > now ? "until" : "ended"](timeText(expiresAt)),
  ];
  const names = guests.slice(-NAMED).map(({ name }) => visibleName(name));
  if (names.length > 0) parts.push(INVITATIONS.guests(names, guests.length - names.length));
  return `${parts.join(", ")}\n`;
}

async function make(
  accounts: AccountStore,
  directory: string,
  config: Config,
  options: Extract<InviteOptions, { action: "make" }>,
): Promise<string> {
  const check = options.forName === undefined ? undefined : checkNick(options.forName);
  if (check !== undefined && "fault" in check) throw new AdminError(ACCOUNTS.badName(check.fault));
  const running = await serverOf(directory, config);
  const door = doorOf(running, options.plain);
  const place = placeOf(options.host, running.host, door);
  const proof = running.fingerprint === null || !door.secure ? "" : proofOf(running.fingerprint);
  const hashes = webHashes();
  const token = invitationToken(hashes.random(TOKEN_BYTES));
  const now = Date.now();
  const invitation: Invitation = {
    id: newId(accounts, now),
    tokenHash: await hashToken(hashes, token),
    forName: check?.name ?? null,
    createdAt: now,
    expiresAt: options.days === 0 ? null : now + options.days * DAY_MS,
    usesLeft: options.uses === 0 ? null : options.uses,
  };
  accounts.addInvitation(invitation);
  const link = `${door.secure ? "ircs" : "irc"}://${place}/?invite=${token}${proof}`;
  const { webPort } = running;
  const page = webPort === undefined
    ? ""
    : `${door.secure ? "https" : "http"}://${
      place.replace(/:\d+$/, "")
    }:${webPort}/#invite=${token}`;
  return `${INVITATIONS.command(link, check?.name ?? "")}\n` +
    `${INVITATIONS.asPassword(token)}\n` +
    describe({ ...invitation, guests: [] }, now) +
    (page === "" ? "" : `${INVITATIONS.inBrowser(page)}\n`);
}

/** Letters and digits that nobody confuses. */
const ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789";

/** A short id for an invitation, independent of its token. */
function newId(accounts: AccountStore, now: number): string {
  const taken = new Set(accounts.invitations(now).map(({ id }) => id));
  for (let length = 4;; length++) {
    const bytes = crypto.getRandomValues(new Uint8Array(length));
    const id = Array.from(bytes, (byte) => ALPHABET[byte % ALPHABET.length]).join("");
    if (!taken.has(id)) return id;
  }
}

interface Door {
  readonly port: number;
  readonly secure: boolean;
}

/** The ports and the certificate of the running server, or of its configuration. */
async function serverOf(directory: string, config: Config): Promise<Running> {
  const running = isServed(directory) ? readRunning(directory) : undefined;
  if (running !== undefined) return running;
  const { host, plain, port, tls, web } = config;
  const ownMade = tls !== null && tls.cert === null;
  return {
    host,
    port: plain ? port : null,
    tlsPort: tls?.port ?? null,
    ...web !== null && { webPort: web.port },
    fingerprint: ownMade ? await keptFingerprint(directory) : null,
  };
}

function doorOf({ port, tlsPort }: Running, plain: boolean): Door {
  if (plain && port === null) {
    throw new AdminError(INVITATIONS.onlyEncrypted);
  }
  if (tlsPort !== null && !plain) return { port: tlsPort, secure: true };
  return { port: port ?? PLAIN_PORT, secure: false };
}

/** The address at which others reach the server: the given one, or the first of its own. */
function placeOf(asked: string | undefined, host: string | null, door: Door): string {
  const usual = door.secure ? SECURE_PORT : PLAIN_PORT;
  const port = door.port === usual || door.port === 0 ? "" : `:${door.port}`;
  if (asked === undefined) {
    const [address = "localhost"] = joinHosts(host, interfaces());
    return `${address.includes(":") ? `[${address}]` : address}${port}`;
  }
  if (!/^[\p{L}\p{N}.:[\]%_-]+$/u.test(asked)) {
    throw new AdminError(INVITATIONS.badHost);
  }
  // An IPv6 address has colons of its own.
  if (/^[^:]*:\d+$|\]:\d+$/.test(asked)) return asked;
  return /^[^[].*:.*:/.test(asked) ? `[${asked}]${port}` : `${asked}${port}`;
}

/**
 * The fingerprint of the server's own certificate, while it does not run; null if there is none. A
 * certificate from a CA can change, and is checked as usual.
 */
async function keptFingerprint(directory: string): Promise<string | null> {
  let pem: string;
  try {
    pem = await Deno.readTextFile(`${directory}/tls/cert.pem`);
  } catch {
    return null;
  }
  const block = /-----BEGIN CERTIFICATE-----([^-]*)-----END CERTIFICATE-----/.exec(pem)?.[1];
  const der = fromBase64(block?.replace(/\s/g, "") ?? "");
  return der?.length ? fingerprint(await webHashes().sha256(der)) : null;
}

/** The part of the link that proves the server's identity. */
function proofOf(fingerprint: string): string {
  // base64url: `+` and `/` have a meaning in URLs.
  return `&fingerprint=${fingerprint.replaceAll("+", "-").replaceAll("/", "_")}`;
}
