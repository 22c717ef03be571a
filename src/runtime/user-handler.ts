import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Handler } from './ports';

const EXTENSIONS = ['.mjs', '.js', '.cjs'];

/**
 * Loads the user's function, from an ES module or from CommonJS.
 * @throws Error naming what is missing; the deployment's first invocation fails loudly and nothing is acknowledged
 */
export async function loadHandler(root: string, handler: string): Promise<Handler> {
  const dot = handler.lastIndexOf('.');
  const [path, name] = [handler.slice(0, dot), handler.slice(dot + 1)];
  const file = EXTENSIONS.map((extension) => join(root, path + extension)).find((candidate) => existsSync(candidate));
  if (file === undefined) throw new Error(`handler ${handler}: no module ${path} with ${EXTENSIONS.join(', ')} in the function's code`);
  const module = await import(pathToFileURL(file).href) as { [name: string]: unknown; default?: { [name: string]: unknown } };
  // CommonJS arrives as the default export, and may itself have one named `default`.
  const found = [module[name], module.default?.[name]].find((candidate) => typeof candidate === 'function');
  if (found === undefined) throw new Error(`handler ${handler}: the module exports no function ${name}`);
  return found as Handler;
}
