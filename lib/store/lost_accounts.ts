/**
 * The accounts of a server that can't read them.
 * @module
 */
import type {
  Account,
  AccountStore,
  AccountsTrouble,
  KeptInvitation,
  KnownNames,
  Owner,
} from "./accounts.ts";
import { OwnedNames } from "./owned_names.ts";

/** Knows at most which names are owned. Nobody can log in, and nothing can be changed. */
export class LostAccounts implements AccountStore {
  /** What is wrong with the accounts. */
  readonly trouble: AccountsTrouble;
  readonly #names: OwnedNames;
  readonly #complete: boolean;

  /**
   * Makes one.
   *
   * @param text why they can't be read, what follows, and what to do, in sentences.
   * @param known the names that are owned; undefined if that can't be told.
   */
  constructor(text: string, known: KnownNames | undefined) {
    this.#names = new OwnedNames([...known?.accounts ?? [], ...known?.lost ?? []]);
    this.#complete = known?.complete === true;
    this.trouble = { text, total: true, lost: [] };
  }

  /** Whether there may be an account of this name: nobody can say that there is not. */
  mayExist(name: string): boolean {
    return !this.#complete || this.#names.has(name);
  }

  /** To whom a name belongs. */
  ownerOf(name: string): Owner {
    return ownerAmong(this.#names, this.#complete, name);
  }

  /** None can be read. */
  find(): undefined {
    return undefined;
  }

  /** None can be read. */
  list(): Account[] {
    return [];
  }

  /** None can be made. */
  add(): false {
    return false;
  }

  /** None can be deleted. */
  remove(): false {
    return false;
  }

  /** None can be changed. */
  setVerifier(): false {
    return false;
  }

  /** None can be changed. */
  setOper(): false {
    return false;
  }

  /** None can be changed. */
  setReplays(): false {
    return false;
  }

  /** Nobody can log in. */
  loggedIn(): void {}

  /** Nobody can log in. */
  loginFailed(): void {}

  /** Always the same. */
  version(): number {
    return 0;
  }

  /** None can be made. */
  addInvitation(): void {}

  /** None can be read. */
  invitations(): KeptInvitation[] {
    return [];
  }

  /** None can be read. */
  findInvitation(): undefined {
    return undefined;
  }

  /** None can be read. */
  invitation(): undefined {
    return undefined;
  }

  /** None can be used. */
  addGuest(): undefined {
    return undefined;
  }

  /** There are none. */
  renameGuest(): void {}

  /** None can be revoked. */
  revokeInvitation(): false {
    return false;
  }
}

/** To whom a name belongs whose account can't be read, if it has one. */
export function ownerAmong(lost: OwnedNames, complete: boolean, name: string): Owner {
  const owner = lost.ownerOf(name);
  if (owner !== undefined) return { kind: "lost", name: owner };
  return complete ? { kind: "nobody" } : { kind: "unknown" };
}

/** What follows for people, in sentences for whoever runs the server. */
export function consequence(known: KnownNames | undefined): string {
  const nobody = "Nobody can log in or register meanwhile.";
  if (known?.complete !== true) {
    return `${nobody} Which names are owned is not known either, so newcomers are given names as ` +
      "guests.";
  }
  const { length } = [...known.accounts, ...known.lost];
  if (length === 0) return nobody;
  return `${nobody} The ${length === 1 ? "name that is" : `${length} names that are`} owned ${
    length === 1 ? "is" : "are"
  } refused to everyone.`;
}
