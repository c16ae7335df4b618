/**
 * Connects to a server, subject to the file of known servers.
 * @module
 */
import { readKnownHosts, rememberHost } from "./known_hosts_file.ts";
import {
  findKnown,
  type KnownHost,
  KnownHostsError,
  type KnownLine,
} from "../../client/trust/known_hosts.ts";
import { addressOf, type Target } from "../../client/trust/target.ts";
import { isLoopback, isOneOf } from "../../net/address.ts";
import { interfaces } from "../serve/hosts.ts";
import type { Route } from "../../client/stay/routes.ts";
import { dial, type Dialled, type DialTarget, SECURE_PORT } from "../../net/dial.ts";
import type { Proxy } from "../../net/proxy.ts";
import { noteVisit } from "./memory.ts";
import { reasonOf } from "./own_files.ts";
import { CONNECTION_FAULT, KNOWN_HOSTS } from "../../wording/reaching.ts";

/** What a person says about which servers to trust. */
export interface Trust {
  /** The file of known servers; undefined if the system names no place for it. */
  readonly file: string | undefined;
  /** The file of what servers told of others; undefined to remember nothing. */
  readonly nodes?: string | undefined;
  /** The file of visits; undefined to note none. */
  readonly visits?: string | undefined;
  /** The fingerprint that the server must have (`--fingerprint`); by default that of the target. */
  readonly expected: string | undefined;
  /** Whether to trust a new server without asking (`--trust-new`). */
  readonly trustNew: boolean;
  /** A certificate, as PEM, to trust, or whose holder vouches for others (`--ca`). */
  readonly ca: string | undefined;
  /** Whether an address is on this machine, instead of asking the system. */
  readonly local?: (address: string) => boolean;
}

/** Asks a person, in these lines, something that needs a yes; resolves to the answer. */
export type Confirm = (question: string) => Promise<boolean>;

/** Whether an address is this machine's own: nobody is in between, as on a loopback address. */
function isHere(address: string): boolean {
  return isLoopback(address) || isOneOf(address, interfaces());
}

/** Dials the servers of one chat, again and again. */
export class Dialler {
  readonly #target: Target;
  readonly #trust: Trust;
  readonly #confirm: Confirm | undefined;
  readonly #proxy: Proxy | undefined;
  /** Whether it was reached with encryption: from then on it is not reached without. */
  #secure = false;
  /** Entries that could not be written to the file: nobody is asked twice in one stay. */
  #unwritten: readonly KnownLine[] = [];

  /** @param confirm undefined if nobody can be asked. */
  constructor(target: Target, trust: Trust, confirm: Confirm | undefined, proxy?: Proxy) {
    this.#target = target;
    this.#trust = trust;
    this.#confirm = confirm;
    this.#proxy = proxy;
  }

  /**
   * Connects to a server. Never rejects.
   *
   * @param signal ends the attempt, and an open question with it.
   * @param route which server: that of the target if it is undefined.
   * @param asking as {@linkcode Dial} takes it.
   */
  async dial(signal: AbortSignal, route: Route, asking?: () => void): Promise<Dialled> {
    const { expected, trustNew, ca, file, local } = this.#trust;
    const confirm = this.#confirm;
    // Another chat may have met a server meanwhile, or a person may have edited the file.
    const known = await this.#known();
    if ("kind" in known) return known;
    const place = this.#placeOf(route);
    if (place === undefined) {
      return { kind: "failed", port: 0, why: CONNECTION_FAULT.lessSafe };
    }
    const { host, port = SECURE_PORT } = place;
    const told = route?.kind === "told" ? route.fingerprint : undefined;
    const vouched = told === undefined || findKnown(known, host, port) !== undefined
      ? []
      : [{ host, port, fingerprint: told, since: today(), line: 0 }];
    const dialled = await dial(place, {
      known: [...known, ...vouched],
      file: file ?? KNOWN_HOSTS.file,
      expected: route === undefined ? expected ?? this.#target.fingerprint : undefined,
      ...{ trustNew, signal, proxy: this.#proxy },
      ca: vouched.length > 0 ? undefined : ca,
      local: local ?? isHere,
      today: today(),
      ask: confirm && asking && ((question) => {
        if (signal.aborted) return Promise.resolve(false);
        asking();
        return answer(confirm(question), signal);
      }),
      // What another server vouches for is no known server.
      remember: vouched.length > 0 ? () => Promise.resolve() : (entry) => this.#remember(entry),
    });
    if (dialled.kind === "connected") {
      this.#secure ||= dialled.secure;
      if (route === undefined) await this.#note(dialled.port);
    }
    return dialled;
  }

  /** What to dial; undefined if the server can't be reached as safely as has to be. */
  #placeOf(route: Route): DialTarget | undefined {
    const place = route ?? this.#target;
    if (!("encryption" in place)) {
      const { host, port, tlsPort } = place;
      const { encryption } = this.#target;
      if (!this.#secure && encryption !== "always" && port !== undefined) {
        return { host, port, encryption: "never" };
      }
      if (tlsPort === undefined || encryption === "never") return undefined;
      return { host, port: tlsPort, encryption: "always" };
    }
    return this.#secure ? { ...place, encryption: "always" } : place;
  }

  /** Notes the visit, unless nothing else is remembered of the server either. */
  async #note(port: number): Promise<void> {
    const { file, visits } = this.#trust;
    const { host, title } = this.#target;
    if (visits === undefined) return;
    const known = file === undefined ? [] : await readKnownHosts(file).catch(() => []);
    const entry = findKnown(known, host, port);
    if (entry === undefined && title === undefined) return;
    await noteVisit(visits, {
      title,
      place: addressOf({ host, port }),
      fingerprint: entry?.fingerprint ?? undefined,
      day: today(),
    });
  }

  async #known(): Promise<readonly KnownLine[] | Extract<Dialled, { kind: "refused" }>> {
    const { file } = this.#trust;
    if (file === undefined) return this.#unwritten;
    try {
      const known = await readKnownHosts(file);
      const others = this.#unwritten.filter(({ host, port }) => !findKnown(known, host, port));
      return [...known, ...others];
    } catch (error) {
      // Going on without the file could mean to trust a server that is not the known one.
      const text = error instanceof KnownHostsError
        ? error.message
        : KNOWN_HOSTS.unreadable(file, reasonOf(error));
      return { kind: "refused", text };
    }
  }

  async #remember(entry: KnownHost): Promise<void> {
    const { file } = this.#trust;
    try {
      if (file === undefined) throw new Error(KNOWN_HOSTS.noFile);
      await rememberHost(file, entry);
    } catch (error) {
      this.#unwritten = [...this.#unwritten, { ...entry, line: 0 }];
      if (error instanceof KnownHostsError) throw error;
      throw new Error(`${reasonOf(error)}.`);
    }
  }
}

function today(): string {
  return new Date().toISOString().slice(0, 10);
}

/** The answer to a question; no if nobody waits for it any more. */
function answer(asked: Promise<boolean>, signal: AbortSignal): Promise<boolean> {
  const over = Promise.withResolvers<boolean>();
  const end = () => over.resolve(false);
  signal.addEventListener("abort", end);
  return Promise.race([asked, over.promise]).finally(() => {
    signal.removeEventListener("abort", end);
  });
}
