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
import { ACCOUNTS } from "../../wording/command_line.ts";

/**
 * Runs `chat user`: manages the accounts of a server. Returns the lines to show.
 *
 * @throws {AdminError} if it can't be done
 * @throws {UsageError} for an invalid password
 */
export function user(options: UserOptions, input: PasswordInput): Promise<string> {
  return withAccounts(options.data, options.action !== "list", async (accounts) => {
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
        return `${
          options.on
            ? ACCOUNTS.isOperator(visibleName(options.name))
            : ACCOUNTS.noOperator(visibleName(options.name))
        }\n`;
      default:
        return options satisfies never;
    }
  });
}

function list(accounts: AccountStore): string {
  const lost = accounts.trouble?.lost ?? [];
  const rows = [
    ...accounts.list().map(describe),
    ...lost.map((name) => `${ACCOUNTS.lost(visibleName(name))}\n`),
  ];
  return rows.join("") || `${ACCOUNTS.none}\n`;
}

function describe(account: Account): string {
  const { name, createdAt, lastLoginAt, oper, failures, lastFailure } = account;
  const parts = [
    visibleName(name),
    ACCOUNTS.since(timeText(createdAt)),
    lastLoginAt === null ? ACCOUNTS.neverLoggedIn : ACCOUNTS.lastLogin(timeText(lastLoginAt)),
  ];
  if (oper) parts.push(ACCOUNTS.operator);
  if (failures > 0 && lastFailure !== null) {
    const { at, address } = lastFailure;
    parts.push(ACCOUNTS.failures(failures, timeText(at), visibleName(address)));
  }
  return `${parts.join(", ")}\n`;
}

/** The name of an account as it was registered. */
function existing(accounts: AccountStore, name: string): string {
  const known = accounts.find(name);
  if (known === undefined) throw new AdminError(ACCOUNTS.absent(visibleName(name)));
  return known.name;
}

function remove(accounts: AccountStore, asked: string): string {
  const lost = accounts.trouble?.lost.find((each) => sameName(each, asked));
  const name = lost ?? existing(accounts, asked);
  if (!accounts.remove(name)) throw unwritten();
  return `${ACCOUNTS.deleted(visibleName(asked))}\n`;
}

async function add(accounts: AccountStore, asked: string, input: PasswordInput): Promise<string> {
  const check = checkNick(asked);
  if ("fault" in check) throw new AdminError(ACCOUNTS.badName(check.fault));
  const { name } = check;
  if (looksLikeService(name) || isGuestName(name)) {
    throw new AdminError(ACCOUNTS.reserved(visibleName(name)));
  }
  const taken = () => {
    const owner = accounts.ownerOf(name);
    // A lost account can be made again. Which others there were, the server's host knows.
    if (!("name" in owner) || owner.kind === "lost" && sameName(owner.name, name)) return;
    throw new AdminError(
      sameName(owner.name, name)
        ? ACCOUNTS.exists(visibleName(owner.name))
        : ACCOUNTS.looksLike(name, visibleName(owner.name)),
    );
  };
  taken();
  const verifier = await ask(name, input);
  if (!accounts.add(name, verifier, Date.now())) {
    taken();
    throw unwritten();
  }
  return `${ACCOUNTS.added(name)}\n`;
}

async function setPassword(
  accounts: AccountStore,
  asked: string,
  input: PasswordInput,
): Promise<string> {
  const name = existing(accounts, asked);
  if (!accounts.setVerifier(name, await ask(name, input))) throw unwritten();
  return `${ACCOUNTS.newPassword(visibleName(name))}\n`;
}

async function ask(name: string, input: PasswordInput): Promise<Verifier> {
  const password = await askPassword(input);
  if (password === undefined) throw new AdminError(ACCOUNTS.unchanged);
  const fault = passwordFault(password, name);
  if (fault !== undefined) throw new AdminError(ACCOUNTS.badPassword(fault.text));
  const verifier = await newVerifier(webHashes(), password);
  if (verifier === undefined) throw new TypeError("A password that was not checked");
  return { mechanism: "SCRAM-SHA-256", ...verifier };
}
