/**
 * The owned names, as kept in the file beside the database; see `names_file.ts`.
 * @module
 */
import type { KnownNames, LostNames } from "../accounts.ts";
import { OwnedNames } from "../owned_names.ts";
import { readNames, writeNames } from "./names_file.ts";

/** Keeps the names file, and knows which accounts were lost. */
export class KeptNames {
  readonly path: string;
  #isNoted: boolean;
  #lost: OwnedNames;
  #complete: boolean;

  /** @param isNoted whether this is in the file too, which other programs may change. */
  constructor(path: string, { lost, complete }: LostNames, isNoted = true) {
    this.path = path;
    this.#isNoted = isNoted;
    this.#lost = new OwnedNames(lost);
    this.#complete = complete;
  }

  /**
   * The names of accounts that were lost with a damaged file, or one that an older copy replaced.
   */
  get lost(): OwnedNames {
    return this.#lost;
  }

  /** Whether no other accounts can have been lost. */
  get complete(): boolean {
    return this.#complete;
  }

  /**
   * Reads the file again, after another program has changed something. `there` are the accounts.
   */
  reread(there: OwnedNames): void {
    const found = readNames(this.path);
    if (found.kind !== "known" || !this.#isNoted) return;
    this.#lost = new OwnedNames(found.names.lost.filter((name) => !there.has(name)));
    this.#complete = found.names.complete;
  }

  /** Replaces what is known. The file does not have it until it is written. */
  become({ lost, complete }: LostNames): void {
    this.#isNoted = false;
    this.#lost = new OwnedNames(lost);
    this.#complete = complete;
  }

  /** Everything that is known, for when the database can't be read; undefined if nothing is. */
  known(): KnownNames | undefined {
    const found = readNames(this.path);
    return found.kind === "known" ? found.names : undefined;
  }

  /** Writes the file; throws if that fails. `pending` are accounts that are not safe yet. */
  write(accounts: readonly string[], pending: readonly string[] = []): void {
    const lost = [...this.#lost.all()];
    const names = { accounts, lost, complete: this.#complete };
    writeNames(this.path, pending.length === 0 ? names : { ...names, pending });
    this.#isNoted = true;
  }
}
