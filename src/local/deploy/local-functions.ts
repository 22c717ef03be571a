import type { LocalTemplateOptions } from './template';
import { ENV, RuntimeSettings } from '../../contract/settings';

type Properties = Readonly<Record<string, unknown>>;

const NODE_OPTIONS = 'NODE_OPTIONS';
/** Postponed changes are logged at INFO. */
const TOO_QUIET = ['WARN', 'ERROR'];

/** A function's variables as they are to be on this machine. */
export function functionVariables(properties: Properties, { logErrors, nodeOptions }: LocalTemplateOptions): Properties {
  const { Variables } = (properties.Environment ?? {}) as { readonly Variables?: Readonly<Record<string, unknown>> };
  if (Variables === undefined) return properties;
  const { [ENV.SETTINGS]: settings, [NODE_OPTIONS]: own } = Variables;
  const changed = {
    ...Variables,
    ...(logErrors && typeof settings === 'string' && { [ENV.SETTINGS]: talkative(settings) }),
    ...(nodeOptions !== undefined && typeof own === 'string' && { [NODE_OPTIONS]: `${nodeOptions} ${own}` }),
  };
  return { ...properties, Environment: { ...properties.Environment as object, Variables: changed } };
}

function talkative(text: string): string {
  const settings = JSON.parse(text) as RuntimeSettings;
  return JSON.stringify({ ...settings, logErrorMessages: true, logLevel: TOO_QUIET.includes(settings.logLevel) ? 'INFO' : settings.logLevel });
}
