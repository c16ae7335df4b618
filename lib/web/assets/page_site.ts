/**
 * The page for browsers, made of its sources when a browser first asks for it; an executable has it
 * ready.
 * @module
 */
import * as nodeModule from "node:module";
import { toHex } from "../../text/bytes.ts";
import type { Asset, Site } from "../site.ts";
import { type PageAbout, pageHtml } from "../page/page_html.ts";
import { joinModules } from "./join_modules.ts";

/** The files of the page, as they are sent. */
export interface PageFiles {
  readonly script: string;
  readonly style: string;
  readonly icon: string;
}

const ROOT = new URL("../../../", import.meta.url);

/** Where an executable has the files; `tools/compile.ts` puts them there. */
export const PREPARED = new URL("prepared_page.json", import.meta.url);

/**
 * Makes the files of the page.
 *
 * @returns undefined if this version of Deno can't take types out of TypeScript.
 */
export async function makePage(): Promise<PageFiles | undefined> {
  // Deno before 2.5 has no such function.
  const strip = (nodeModule as { stripTypeScriptTypes?: (source: string) => string })
    .stripTypeScriptTypes;
  if (strip === undefined) return undefined;
  const text = (path: string) => Deno.readTextFile(new URL(path, ROOT));
  const { imports } = JSON.parse(await text("deno.json"));
  const script = await joinModules(
    "lib/web/page/view/start.ts",
    async (path) => strip(await text(path)),
    (specifier) => vendored(imports, specifier),
  );
  return {
    script,
    style: (await text("lib/web/page/page.css")).replace(/\/\*[^]*?\*\//g, "").replace(/\s+/g, " "),
    icon: await text("lib/web/page/icon.svg"),
  };
}

/** The file in `vendor/` that a specifier such as `@std/datetime/format` stands for. */
function vendored(imports: Record<string, string>, specifier: string): string {
  const [, name = "", rest = ""] = /^(@std\/[^/]+)\/(.*)$/.exec(specifier) ?? [];
  const path = imports[name]?.replace(/^jsr:(.*)@/, "$1/");
  if (path === undefined) throw new Error(`The page can't import ${specifier}`);
  return `vendor/jsr.io/${path}/${rest.replaceAll("-", "_")}.ts`;
}

async function readPage(): Promise<PageFiles | undefined> {
  if (!Deno.build.standalone) return await makePage();
  return JSON.parse(await Deno.readTextFile(PREPARED));
}

/** A year: the name of a file changes with what is in it (RFC 8246). */
const FOR_EVER = "public, max-age=31536000, immutable";

/** Only what came from here runs and is shown; pictures are drawn by the page itself. */
function policy(sockets: readonly string[] = []): Readonly<Record<string, string>> {
  return {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; " +
      `img-src 'self' data:; connect-src ${["'self'", ...sockets].join(" ")}; ` +
      "form-action 'none'; base-uri 'none'; frame-ancestors 'none'",
  };
}

/**
 * The site with the page.
 *
 * @param otherwise what to show if there is no page.
 * @param sockets where else the page may connect to, as a Content-Security-Policy names it.
 */
export function pageSite(
  about: PageAbout,
  otherwise: Site,
  sockets: () => readonly string[] = () => [],
): Site {
  let assets: Promise<Map<string, Asset> | undefined> | undefined;
  return {
    async find(path) {
      assets ??= readPage().then((files) => files && assetsOf(files, about));
      const asset = (await assets)?.get(path);
      if (asset === undefined) return await otherwise.find(path);
      return path === "/" ? { ...asset, headers: policy(sockets()) } : asset;
    },
  };
}

/** The files of the site by their paths. */
export async function assetsOf(
  { script, style, icon }: PageFiles,
  about: PageAbout,
): Promise<Map<string, Asset>> {
  const assets = new Map<string, Asset>();
  const add = async (path: string, type: string, text: string, cache = FOR_EVER) => {
    const bytes = new TextEncoder().encode(text);
    const tag = (await hash(bytes)).slice(0, 16);
    const name = path.replace("HASH", tag);
    const gzip = await gzipped(bytes);
    assets.set(name, { type, bytes, gzip, cache, tag, headers: policy() });
    return name;
  };
  const parts = {
    script: await add("/assets/HASH/page.js", "text/javascript; charset=utf-8", script),
    style: await add("/assets/HASH/page.css", "text/css; charset=utf-8", style),
    icon: await add("/assets/HASH/icon.svg", "image/svg+xml", icon),
  };
  await add("/", "text/html; charset=utf-8", pageHtml(parts, about), "no-cache");
  return assets;
}

async function hash(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  return toHex(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)));
}

async function gzipped(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  const stream = new Blob([bytes]).stream().pipeThrough(new CompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}
