/**
 * `chat invite`: makes, lists and revokes invitations to a server on this machine.
 * @module
 */
import type { InviteOptions } from "../cli/request.ts";
import { webHashes } from "../hashes.ts";
import { fromBase64 } from "../irc/base64.ts";
import { fingerprint } from "../irc/fingerprint.ts";
import { hashToken, invitationToken, TOKEN_BYTES } from "../irc/invitation.ts";
import { checkNick } from "../irc/names.ts";
import { hostAndPort, networkAddresses } from "../net/address.ts";
import type { AccountStore, Invitation, KeptInvitation } from "../store/accounts.ts";
import { visibleName } from "../ui/text.ts";
import { AdminError } from "./admin_error.ts";
import { timeText, withAccounts } from "./with_accounts.ts";

/**
 * Does what was asked for.
 *
 * @returns what is shown then, in lines: of a new invitation the token, which nobody can tell later
 * @throws {AdminError} where it can't be done
 */
export function invite(options: InviteOptions): Promise<string> {
  return withAccounts(options.data, async (accounts, directory) => {
    switch (options.action) {
      case "list":
        return accounts.invitations(Date.now())
          .map((invitation) => describe(invitation, Date.now())).join("") ||
          "There are no invitations that count.\n";
      case "revoke":
        if (!accounts.revokeInvitation(options.id.toUpperCase())) {
          throw new AdminError(
            `There is no invitation ${visibleName(options.id)}. See: chat invite list`,
          );
        }
        return `The invitation ${options.id.toUpperCase()} counts no longer.\n`;
      case "make":
        return await make(accounts, directory, options);
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
    forName === null ? "for anyone" : `for ${visibleName(forName)}`,
    usesLeft === null
      ? "any number of uses"
      : usesLeft === 0
      ? "used up"
      : usesLeft === 1
      ? "1 use"
      : `${usesLeft} uses`,
    expiresAt === null
      ? "without end"
      : `${expiresAt > now ? "until" : "ended"} ${timeText(expiresAt)}`,
  ];
  const names = guests.slice(-NAMED).map(({ name }) => visibleName(name));
  const others = guests.length - names.length;
  if (others > 0) names.unshift(others === 1 ? "1 other" : `${others} others`);
  if (names.length > 0) parts.push(`lets in again: ${names.join(" ")}`);
  return `${parts.join(", ")}\n`;
}

const DAY_MS = 86_400_000;

async function make(
  accounts: AccountStore,
  directory: string,
  options: Extract<InviteOptions, { action: "make" }>,
): Promise<string> {
  const check = options.forName === undefined ? undefined : checkNick(options.forName);
  if (check !== undefined && "fault" in check) throw new AdminError(`${check.fault}.`);
  const place = placeOf(options.host);
  const proof = options.plain ? "" : await proofOf(directory);
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
  const name = check === undefined ? "" : ` --name ${check.name}`;
  const link = `${options.plain ? "irc" : "ircs"}://${place}/?invite=${token}${proof}`;
  return `chat join "${link}"${name}\n` +
    `Other IRC programs give this as the server's password: ${token}\n` +
    `${describe({ ...invitation, guests: [] }, now)}`;
}

/** Letters and digits that nobody takes for one another. */
const ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789";

/** A short name for an invitation, which says nothing of its token. */
function newId(accounts: AccountStore, now: number): string {
  const taken = new Set(accounts.invitations(now).map(({ id }) => id));
  for (let length = 4;; length++) {
    const bytes = crypto.getRandomValues(new Uint8Array(length));
    const id = Array.from(bytes, (byte) => ALPHABET[byte % ALPHABET.length]).join("");
    if (!taken.has(id)) return id;
  }
}

/** Where others find the server: as it was said, or the first address of this machine. */
function placeOf(host: string | undefined): string {
  if (host !== undefined) {
    if (/^[\p{L}\p{N}.:[\]%_-]+$/u.test(host)) return host;
    throw new AdminError("--host must be a host name or an address, with or without a port.");
  }
  try {
    const [address = "localhost"] = networkAddresses(Deno.networkInterfaces());
    return hostAndPort(address, 0).replace(/:0$/, "");
  } catch {
    return "localhost";
  }
}

/**
 * What proves to the other one that it has reached this server: the fingerprint of the certificate
 * that the server made itself. One that was given is checked as usual, and can change.
 */
async function proofOf(directory: string): Promise<string> {
  let pem: string;
  try {
    pem = await Deno.readTextFile(`${directory}/tls/cert.pem`);
  } catch {
    return "";
  }
  const block = /-----BEGIN CERTIFICATE-----([^-]*)-----END CERTIFICATE-----/.exec(pem)?.[1];
  const der = fromBase64(block?.replace(/\s/g, "") ?? "");
  if (!der?.length) return "";
  const text = fingerprint(await webHashes().sha256(der));
  // The letters of base64 that mean something in an address have others that don't.
  return `&fingerprint=${text.replaceAll("+", "-").replaceAll("/", "_")}`;
}
