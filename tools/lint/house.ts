/**
 * Lint rules of this project, which editors show too: which part may import which (`house/layers`),
 * and that pure parts know nothing of time, randomness and I/O (`house/pure`).
 * @module
 */

/** The rules for a part. */
interface Layer {
  /** The path of a file, or of a directory if it ends with a slash. */
  readonly path: string;
  /** The files and directories of ours that it may import, besides itself. */
  readonly imports: readonly string[];
  /** Whether time, randomness and I/O come in as arguments. */
  readonly pure: boolean;
}

/** The parts; a file belongs to the last one whose path it starts with. See ARCHITECTURE.md. */
const LAYERS: readonly Layer[] = [
  { path: "main.ts", imports: ["server.ts", "client.ts", "lib/", "deno.json"], pure: false },
  { path: "server.ts", imports: ["lib/", "deno.json"], pure: false },
  { path: "client.ts", imports: ["lib/", "deno.json"], pure: false },
  { path: "lib/wording/", imports: [], pure: true },
  { path: "lib/collections/", imports: [], pure: true },
  { path: "lib/text/", imports: [], pure: true },
  { path: "lib/crypto/", imports: ["lib/text/"], pure: true },
  // The platform's own hashes and random bytes.
  { path: "lib/crypto/hashes.ts", imports: ["lib/crypto/"], pure: false },
  { path: "lib/irc/", imports: ["lib/text/", "lib/crypto/"], pure: true },
  {
    path: "lib/lan/",
    imports: ["lib/collections/", "lib/text/", "lib/irc/"],
    pure: true,
  },
  {
    path: "lib/net/",
    imports: ["lib/text/", "lib/crypto/", "lib/irc/", "lib/lan/", "lib/client/trust/"],
    pure: false,
  },
  { path: "lib/store/", imports: ["lib/collections/", "lib/text/", "lib/irc/"], pure: true },
  { path: "lib/store/open.ts", imports: ["lib/store/"], pure: false },
  { path: "lib/store/history_reader.ts", imports: ["lib/store/"], pure: false },
  {
    path: "lib/store/sqlite/",
    imports: ["lib/collections/", "lib/text/", "lib/irc/", "lib/store/"],
    pure: false,
  },
  // The chat knows the ports only; server.ts chooses what is behind them.
  {
    path: "lib/server/",
    imports: [
      ...["lib/collections/", "lib/text/", "lib/crypto/", "lib/irc/"],
      ...["lib/store/history.ts", "lib/store/accounts.ts", "lib/store/server_state.ts"],
    ],
    pure: true,
  },
  {
    path: "lib/client/",
    imports: ["lib/collections/", "lib/text/", "lib/crypto/", "lib/irc/", "lib/lan/"],
    pure: true,
  },
  { path: "lib/client/stay/system_timers.ts", imports: ["lib/client/stay/"], pure: false },
  {
    path: "lib/ui/",
    imports: ["lib/collections/", "lib/text/", "lib/irc/", "lib/client/"],
    pure: true,
  },
  {
    path: "lib/ui/terminal/terminal.ts",
    imports: ["lib/ui/", "lib/text/", "lib/irc/", "lib/client/"],
    pure: false,
  },
  { path: "lib/web/", imports: ["lib/text/", "lib/irc/", "lib/net/address.ts"], pure: true },
  {
    path: "lib/web/door/",
    imports: ["lib/collections/", "lib/text/", "lib/crypto/", "lib/irc/", "lib/net/"],
    pure: true,
  },
  // Reads the sources of the page, and takes out their types.
  {
    path: "lib/web/assets/",
    imports: ["lib/web/site.ts", "lib/web/page/page_html.ts"],
    pure: true,
  },
  { path: "lib/web/assets/page_site.ts", imports: ["lib/web/", "lib/text/"], pure: false },
  {
    path: "lib/web/page/",
    imports: [
      ...["lib/collections/", "lib/text/", "lib/crypto/", "lib/irc/", "lib/client/", "lib/ui/"],
    ],
    pure: true,
  },
  // What stands in the document, or runs in the browser.
  {
    path: "lib/web/page/view/",
    imports: ["lib/web/page/", "lib/text/", "lib/crypto/", "lib/irc/", "lib/client/", "lib/ui/"],
    pure: false,
  },
  {
    path: "lib/cluster/",
    imports: [
      ...["lib/collections/", "lib/text/", "lib/crypto/", "lib/irc/", "lib/net/", "lib/server/"],
      ...["lib/store/"],
    ],
    pure: true,
  },
  // The clock and the sockets of the system.
  {
    path: "lib/cluster/nats/nats_system.ts",
    imports: ["lib/cluster/nats/", "lib/client/trust/dial_fault.ts"],
    pure: false,
  },
  { path: "lib/cli/", imports: ["lib/"], pure: false },
  {
    path: "lib/cli/args/",
    imports: ["lib/text/", "lib/irc/", "lib/client/settings.ts", "lib/server/settings/"],
    pure: true,
  },
];

/** The texts on screen, which every part may import. */
const WORDING = "lib/wording/";

/** Files that only one folder may import, because they change what it owns. */
const PRIVATE: ReadonlyMap<string, string> = new Map([
  ["lib/server/world/owned.ts", "lib/server/world/"],
]);

function isIn(path: string, places: readonly string[]): boolean {
  return places.some((place) => place.endsWith("/") ? path.startsWith(place) : path === place);
}

function layerOf(path: string): Layer | undefined {
  return LAYERS.findLast((layer) => isIn(path, [layer.path]));
}

const ROOT = new URL("../../", import.meta.url).href;

/** The path of a file of the program from the root, with `/`; undefined for other files. */
function pathOf(filename: string): string | undefined {
  const { href } = new URL(filename.replaceAll("\\", "/"), "file:///");
  const path = href.startsWith(ROOT) ? href.slice(ROOT.length) : filename;
  return /^(?:lib\/|(?:main|server|client)\.ts$)/.test(path) ? path : undefined;
}

/** Time, randomness and I/O. */
const EFFECTS: ReadonlySet<string> = new Set([
  ...["Deno", "console", "performance", "globalThis", "fetch", "prompt", "process"],
  ...["setTimeout", "setInterval", "setImmediate", "queueMicrotask", "WebSocket", "Worker"],
]);

/** Members that are effects, of objects with other members. */
const MEMBERS: ReadonlySet<string> = new Set([
  ...["Date.now", "Math.random", "crypto.getRandomValues", "crypto.randomUUID"],
]);

const plugin: Deno.lint.Plugin = {
  name: "house",
  rules: {
    layers: {
      create(context) {
        const file = pathOf(context.filename);
        if (file === undefined) return {};
        const layer = layerOf(file);
        const check = (node: Deno.lint.Node, specifier: unknown) => {
          const report = (message: string) => context.report({ node, message });
          if (layer === undefined) {
            return report("This file is in no layer: give its folder a row in tools/lint/house.ts");
          }
          if (typeof specifier !== "string") {
            return report("An import can be checked only if its path is written there");
          }
          if (specifier.startsWith("node:") && layer.pure) {
            report(`${layer.path} is pure: no ${specifier}`);
          }
          if (specifier.startsWith("@std/assert")) {
            report("@std/assert is for tests");
          } else if (!/^(?:\.|node:|@std\/)/.test(specifier)) {
            report("Only Deno's built-ins and @std are imported");
          }
          if (!specifier.startsWith(".")) return;
          const target = new URL(specifier, `file:///${file}`).pathname.slice(1);
          const owner = PRIVATE.get(target) ?? "";
          if (!file.startsWith(owner)) report(`Only ${owner} may import ${target}`);
          const own = layer.path.endsWith("/") ? [layer.path] : [];
          const allowed = [...own, ...layer.imports];
          if (isIn(target, [...allowed, WORDING])) return;
          const what = allowed.length === 0 ? "nothing of ours" : `only ${allowed.join(", ")}`;
          report(`${layer.path} may import ${what}`);
        };
        return {
          ImportDeclaration: (node) => check(node, node.source.value),
          ExportAllDeclaration: (node) => check(node, node.source.value),
          ExportNamedDeclaration(node) {
            if (node.source !== null) check(node, node.source.value);
          },
          ImportExpression(node) {
            check(node, node.source.type === "Literal" ? node.source.value : undefined);
          },
        };
      },
    },
    pure: {
      create(context) {
        const file = pathOf(context.filename);
        if (file === undefined) return {};
        const layer = layerOf(file);
        const report = (node: Deno.lint.Node, effect: string) => {
          if (layer?.pure) context.report({ node, message: `${layer.path} is pure: no ${effect}` });
        };
        return {
          MemberExpression(node) {
            if (node.object.type !== "Identifier") return;
            const { name } = node.object;
            const member = node.property.type === "Identifier" ? node.property.name : "";
            if (name === "Deno" && member === "exit" && file !== "main.ts") {
              context.report({ node, message: "Only main.ts ends the process" });
            }
            if (EFFECTS.has(name)) report(node, name);
            else if (MEMBERS.has(`${name}.${member}`)) report(node, `${name}.${member}`);
          },
          CallExpression(node) {
            if (node.callee.type !== "Identifier") return;
            if (EFFECTS.has(node.callee.name)) report(node, node.callee.name);
          },
          NewExpression(node) {
            if (node.callee.type !== "Identifier") return;
            const { name } = node.callee;
            if (EFFECTS.has(name)) report(node, name);
            // With an argument it does not read the clock.
            if (name === "Date" && node.arguments.length === 0) report(node, "new Date()");
          },
        };
      },
    },
  },
};

export default plugin;
