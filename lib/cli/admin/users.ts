import { askPassword, type PasswordInput } from "../os/ask_password.ts";
import type { UserOptions } from "../args/request.ts";
import { webHashes } from "../../crypto/hashes.ts";
import { checkNick, sameName } from "../../irc/names.ts";
import { passwordFault } from "../../irc/new_password.ts";
import { isGuestName, looksLikeService } from "../../irc/reserved.ts";
import { newVerifier } from "../../crypto/scram.ts";
import type { Account, AccountStore, Verifier } from "../../store/accounts.ts";
import { visibleName } from "../../text/text.ts";
import { AdminError } from "./admin_error.ts";
import { timeText, unwritten, withAccounts } from "./with_accounts.ts";

/**
 * Runs `chat user`: manages the accounts of a server. Returns the lines to show.
 *
 * @throws {AdminError} if it can't be done
 * @throws {UsageError} for an invalid password
 */
export function user(options: UserOptions, input: PasswordInput): Promise<string> {
  return withAccounts(options.data, async (accounts) => {
    switch (options.action) {
      case "list":
        return list(accounts);
      case "add":
        return await add(accounts, options.name, input);
      case "delete":
        return remove(accounts, options.name);
      case "password":
        return await setPassword(accounts, options.name, input);
      case "op":
        if (!accounts.setOper(existing(accounts, options.name), options.on)) throw unwritten();
        return `${visibleName(options.name)} is ${
          options.on ? "an operator" : "no operator"
        } of the server now.\n`;
      default:
        return options satisfies never;
    }
  });
}

function list(accounts: AccountStore): string {
  const lost = accounts.trouble?.lost ?? [];
  const rows = [
    ...accounts.list().map(describe),
    ...lost.map((name) =>
      `${
        visibleName(name)
      }, lost with a damaged file or an older copy: add it again, or delete it\n`
    ),
  ];
  return rows.join("") || "There are no accounts.\n";
}

function describe(account: Account): string {
  const { name, createdAt, lastLoginAt, oper, failures, lastFailure } = account;
  const parts = [
    visibleName(name),
    `since ${timeText(createdAt)}`,
    lastLoginAt === null ? "never logged in" : `last login ${timeText(lastLoginAt)}`,
  ];
  if (oper) parts.push("operator");
  if (failures > 0 && lastFailure !== null) {
    const { at, address } = lastFailure;
    parts.push(
      `failed logins ${failures}, the latest ${timeText(at)} from ${visibleName(address)}`,
    );
  }
  return `${parts.join(", ")}\n`;
}

/** The name of an account as it was registered. */
function existing(accounts: AccountStore, name: string): string {
  const known = accounts.find(name);
  if (known === undefined) throw new AdminError(`There is no account ${visibleName(name)}.`);
  return known.name;
}

function remove(accounts: AccountStore, asked: string): string {
  const lost = accounts.trouble?.lost.find((each) => sameName(each, asked));
  const name = lost ?? existing(accounts, asked);
  if (!accounts.remove(name)) throw unwritten();
  return `The account ${visibleName(asked)} is deleted.\n`;
}

async function add(accounts: AccountStore, asked: string, input: PasswordInput): Promise<string> {
  const check = checkNick(asked);
  if ("fault" in check) throw new AdminError(`${check.fault}.`);
  const { name } = check;
  if (looksLikeService(name) || isGuestName(name)) {
    throw new AdminError(`${visibleName(name)} is a name that the server itself uses.`);
  }
  const taken = () => {
    const owner = accounts.ownerOf(name);
    // A lost account can be made again. Which others there were, the server's host knows.
    if (!("name" in owner) || owner.kind === "lost" && sameName(owner.name, name)) return;
    const why = sameName(owner.name, name) ? "" : `, which ${name} looks like`;
    throw new AdminError(`There is an account ${visibleName(owner.name)} already${why}.`);
  };
  taken();
  const verifier = await ask(name, input);
  if (!accounts.add(name, verifier, Date.now())) {
    taken();
    throw unwritten();
  }
  return `${name} has an account now.\n`;
}

async function setPassword(
  accounts: AccountStore,
  asked: string,
  input: PasswordInput,
): Promise<string> {
  const name = existing(accounts, asked);
  if (!accounts.setVerifier(name, await ask(name, input))) throw unwritten();
  return `The password of ${visibleName(name)} is changed.\n`;
}

async function ask(name: string, input: PasswordInput): Promise<Verifier> {
  const password = await askPassword(input);
  if (password === undefined) throw new AdminError("Nothing was changed.");
  const fault = passwordFault(password, name);
  if (fault !== undefined) throw new AdminError(`${fault.text}: nothing was changed.`);
  const verifier = await newVerifier(webHashes(), password);
  if (verifier === undefined) throw new TypeError("A password that was not checked");
  return { mechanism: "SCRAM-SHA-256", ...verifier };
}
