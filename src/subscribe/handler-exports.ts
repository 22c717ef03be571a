import * as fs from 'fs';

const IDENTIFIER = /^[A-Za-z_$][\w$]*$/;
const FINAL_EXPORTS = /export\s*\{([^{}]*)\}\s*;?/g;
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

/**
 * The names that a bundle exports, as esbuild lists them at its end; undefined where that cannot be told, as when the
 * user's own module is CommonJS.
 */
export function bundleExports(file: string): string[] | undefined {
  const text = fs.readFileSync(file, 'utf8');
  const last = [...text.matchAll(FINAL_EXPORTS)].pop();
  if (!last) return /\bexport default\b/.test(text) ? undefined : [];
  return last[1].split(',').map((name) => name.trim().split(/\s+as\s+/).pop()!).filter((name) => name !== '');
}

/** True only when a module certainly does not export the name: it occurs nowhere, and nothing is exported indirectly. */
export function certainlyLacksExport(file: string, exportName: string): boolean {
  const text = fs.readFileSync(file, 'utf8');
  const name = new RegExp(`(?<![\\w$])${exportName.replace(/\$/g, '\\$')}(?![\\w$])`);
  return !name.test(text) && !INDIRECT.test(text);
}
