/**
 * The accounts of a server that can't read them.
 * @module
 */
import type { AccountsTrouble, KnownNames, Owner } from "./accounts.ts";
import { MemoryAccounts } from "./memory/accounts.ts";
import { OwnedNames } from "./owned_names.ts";
import { DATA } from "../wording/log.ts";

/** Accounts that can't be read: at most their names are known, nobody can log in or register. */
export class LostAccounts extends MemoryAccounts {
  override readonly trouble: AccountsTrouble;
  readonly #names: OwnedNames;
  readonly #complete: boolean;

  /**
   * @param text why they can't be read, what follows, and what to do, in sentences.
   * @param known the names that are owned; undefined if that is unknown.
   */
  constructor(text: string, known: KnownNames | undefined) {
    super();
    this.#names = new OwnedNames([...known?.accounts ?? [], ...known?.lost ?? []]);
    this.#complete = known?.complete === true;
    this.trouble = { text, total: true, lost: [] };
  }

  override mayExist(name: string): boolean {
    return !this.#complete || this.#names.has(name);
  }

  override ownerOf(name: string): Owner {
    return ownerAmong(this.#names, this.#complete, name);
  }

  override add(): false {
    return false;
  }

  override addInvitation(): void {}
}

/** The owner of a name, if its account is among those that can't be read. */
export function ownerAmong(lost: OwnedNames, complete: boolean, name: string): Owner {
  const owner = lost.ownerOf(name);
  if (owner !== undefined) return { kind: "lost", name: owner };
  return complete ? { kind: "nobody" } : { kind: "unknown" };
}

/** What follows for people if accounts can't be read, in sentences for the operator. */
export function consequence(known: KnownNames | undefined): string {
  if (known?.complete !== true) return DATA.nobody + DATA.ownersUnknown;
  const count = known.accounts.length + known.lost.length;
  return DATA.nobody + (count === 0 ? "" : DATA.ownersKnown(count));
}
