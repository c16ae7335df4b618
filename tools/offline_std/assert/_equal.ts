/** Whether two objects are of the same kind; one without prototype counts as a plain one. */
function sameKind(a: object, b: object): boolean {
  const kind = (object: object) => Object.getPrototypeOf(object) ?? Object.prototype;
  return kind(a) === kind(b);
}

/**
 * Whether two values are equal in depth: the same kinds with equal members, in any order of keys
 * and of members of sets and maps.
 */
export function equal(a: unknown, b: unknown): boolean {
  const seen = new Map<unknown, unknown>();

  /** Whether each of `left` has a partner of its own in `right`. */
  const pairs = (left: unknown[], right: unknown[]): boolean => {
    const rest = [...right];
    return left.every((item) => {
      const at = rest.findIndex((other) => compare(item, other));
      if (at >= 0) rest.splice(at, 1);
      return at >= 0;
    });
  };

  const compare = (x: unknown, y: unknown): boolean => {
    if (Object.is(x, y)) return true;
    if (typeof x !== "object" || typeof y !== "object" || x === null || y === null) return false;
    if (!sameKind(x, y)) return false;
    if (x instanceof Date && y instanceof Date) return Object.is(x.getTime(), y.getTime());
    if (x instanceof RegExp || x instanceof URL) return String(x) === String(y);
    if (x instanceof WeakMap || x instanceof WeakSet || x instanceof WeakRef) return false;
    if (x instanceof ArrayBuffer && y instanceof ArrayBuffer) {
      return compare(new Uint8Array(x), new Uint8Array(y));
    }
    // Objects that are being compared further up are equal if nothing else differs.
    if (seen.get(x) === y) return true;
    seen.set(x, y);
    if (x instanceof Set && y instanceof Set) {
      if (x.size !== y.size || !pairs([...x], [...y])) return false;
    }
    if (x instanceof Map && y instanceof Map) {
      if (x.size !== y.size || !pairs([...x], [...y])) return false;
    }
    if (x instanceof Error && y instanceof Error) {
      if (x.name !== y.name || x.message !== y.message) return false;
    }
    if (ArrayBuffer.isView(x) && ArrayBuffer.isView(y) && x.byteLength !== y.byteLength) {
      return false;
    }
    const keys = enumerable(x);
    return keys.length === enumerable(y).length &&
      keys.every((key) =>
        Object.hasOwn(y, key) && compare(Reflect.get(x, key), Reflect.get(y, key))
      );
  };

  return compare(a, b);
}

/** The own enumerable keys of an object. */
function enumerable(object: object): PropertyKey[] {
  const symbols = Object.getOwnPropertySymbols(object)
    .filter((symbol) => Object.prototype.propertyIsEnumerable.call(object, symbol));
  return [...Object.keys(object), ...symbols];
}
