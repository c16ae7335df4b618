/**
 * Types of settings: checking values, and describing what they must be.
 * @module
 */
import { parseRange } from "../../irc/addresses.ts";
import { byteLength } from "../../text/bytes.ts";
import { SETTING_NULLS, SETTING_VALUES } from "../../wording/options.ts";

/** An operator of the server, and the password that proves it. */
export type Oper = {
  readonly name: string;
  readonly password: string;
};

export type SettingValue = string | number | boolean | null | readonly Oper[] | readonly string[];

export type SettingType =
  | {
    readonly kind: "text";
    /** Completes "must be ...". */
    readonly expected: string;
    readonly pattern: RegExp;
    /** The most bytes of UTF-8; undefined for any number. */
    readonly bytes?: number | undefined;
    /** What null means; undefined if the value can't be null. */
    readonly nullMeans: string | undefined;
  }
  | { readonly kind: "whole"; readonly min: number; readonly max: number }
  | { readonly kind: "boolean" }
  | { readonly kind: "opers" }
  | {
    readonly kind: "list";
    /** Completes "must be ...". */
    readonly expected: string;
    /** Whether a text may be an entry. None contains a comma. */
    readonly holds: (entry: string) => boolean;
  };

/** Text that matches a pattern, or null if `nullMeans` says what that stands for. */
export function text(
  expected: string,
  pattern: RegExp,
  nullMeans?: string,
  bytes?: number,
): SettingType {
  return { kind: "text", expected, pattern, nullMeans, bytes };
}

/** A whole number from `min` to `max`. */
export function whole(min: number, max: number = Number.MAX_SAFE_INTEGER): SettingType {
  return { kind: "whole", min, max };
}

/** Addresses and ranges of them. */
export const ADDRESSES: SettingType = {
  kind: "list",
  expected: SETTING_VALUES.addresses,
  holds: (entry) => parseRange(entry) !== undefined,
};

/** Origins of web pages, as browsers send them (RFC 6454 section 6.2). */
export const ORIGINS: SettingType = {
  kind: "list",
  expected: SETTING_VALUES.origins,
  holds: (entry) => /^https?:/.test(entry) && URL.parse(entry)?.origin === entry,
};

/** Servers of NATS. A password in an address would be seen by others, so it is not taken. */
export const ENGINES: SettingType = {
  kind: "list",
  expected: SETTING_VALUES.engines,
  holds: (entry) => /^(nats|tls):\/\/[^@/?#\s]+\/?$/.test(entry) && URL.canParse(entry),
};

/** A name of an operator. */
export const WORD = text(SETTING_VALUES.word, /^[^\s\p{C}]{1,64}$/u);
/** A password, or its hash. */
export const PASSWORD = text(SETTING_VALUES.line, /^[^\r\n\0]+$/, SETTING_NULLS.none);

/** Whether a value is valid for a type. */
export function allows(type: SettingType, value: unknown): value is SettingValue {
  switch (type.kind) {
    case "text":
      return value === null
        ? type.nullMeans !== undefined
        : typeof value === "string" && type.pattern.test(value) &&
          byteLength(value) <= (type.bytes ?? Infinity);
    case "whole":
      return Number.isSafeInteger(value) && type.min <= Number(value) && Number(value) <= type.max;
    case "boolean":
      return typeof value === "boolean";
    case "opers":
      return Array.isArray(value) && value.every(isOper);
    case "list":
      return Array.isArray(value) &&
        value.every((each) => typeof each === "string" && type.holds(each));
    default:
      return type satisfies never;
  }
}

function isOper(value: unknown): value is Oper {
  if (typeof value !== "object" || value === null) return false;
  const { name, password, ...rest } = value as Record<string, unknown>;
  return Object.keys(rest).length === 0 && allows(WORD, name) && allows(PASSWORD, password) &&
    password !== null;
}

/** What a value must be, as the end of a sentence: `a whole number of at least 0`. */
export function expectation(type: SettingType): string {
  switch (type.kind) {
    case "text":
      return type.expected;
    case "whole":
      return type.max === Number.MAX_SAFE_INTEGER
        ? SETTING_VALUES.atLeast(type.min)
        : SETTING_VALUES.between(type.min, type.max);
    case "boolean":
      return SETTING_VALUES.boolean;
    case "opers":
      return SETTING_VALUES.opers;
    case "list":
      return type.expected;
    default:
      return type satisfies never;
  }
}
