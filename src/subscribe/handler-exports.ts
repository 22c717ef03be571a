import * as fs from 'fs';

const IDENTIFIER = /^[A-Za-z_$][\w$]*$/;
const FINAL_EXPORTS = /export\s*\{([^{}]*)\}\s*;?/g;
const ANNOTATED_EXPORTS = /(?<![\w$.])0\s*&&\s*\(module\.exports\s*=\s*\{([^{}]*)\}\)/g;
/** Anything that may export names the file itself does not show. */
const INDIRECT = /export\s*\*|__exportStar|__reExport|Object\.assign\(\s*(?:module\.)?exports|module\.exports\s*=\s*(?!\{)|\[[^\]]+\]\s*=|\.\.\./;

/** `module.export`, split; undefined when it does not have that form. */
export function parseTarget(target: string): { readonly modulePath: string; readonly exportName: string } | undefined {
  const dot = target.lastIndexOf('.');
  const modulePath = target.slice(0, dot);
  const exportName = target.slice(dot + 1);
  if (dot < 1 || modulePath.endsWith('/') || !IDENTIFIER.test(exportName)) return undefined;
  return { modulePath, exportName };
}

/** The names that a bundle exports, if the wanted one is certainly not among them. */
export function bundleLacksExport(file: string, exportName: string): string[] | undefined {
  const text = fs.readFileSync(file, 'utf8');
  const names = file.endsWith('.mjs') ? moduleExports(text) : commonJsExports(text);
  if (names) return names.includes(exportName) ? undefined : names;
  return !file.endsWith('.mjs') && lacks(text, exportName) ? [] : undefined;
}

/** As esbuild lists them at the end of an ES module; undefined if the entry itself is CommonJS. */
function moduleExports(text: string): string[] | undefined {
  const last = [...text.matchAll(FINAL_EXPORTS)].pop();
  if (!last) return /\bexport default\b/.test(text) ? undefined : [];
  return last[1].split(',').map((name) => name.trim().split(/\s+as\s+/).pop()!).filter((name) => name !== '');
}

/**
 * As esbuild annotates a CommonJS bundle whose entry is an ES module; undefined if there is no
 * such list, or if it refers to another module. `default` is never listed.
 */
function commonJsExports(text: string): string[] | undefined {
  const last = [...text.matchAll(ANNOTATED_EXPORTS)].pop();
  if (!last || last[1].includes('...')) return undefined;
  const names = last[1].split(',').map((name) => name.trim().replace(/:.*$/, '')).filter((name) => name !== '');
  return /(?<![\w$])default\s*:/.test(text) ? [...names, 'default'] : names;
}

/** True only when a module certainly does not export the name: it occurs nowhere, and nothing is exported indirectly. */
export function certainlyLacksExport(file: string, exportName: string): boolean {
  return lacks(fs.readFileSync(file, 'utf8'), exportName);
}

function lacks(text: string, exportName: string): boolean {
  const name = new RegExp(`(?<![\\w$])${exportName.replace(/\$/g, '\\$')}(?![\\w$])`);
  return !name.test(text) && !INDIRECT.test(text);
}
