import { RuntimeSettings, SETTINGS_VERSION } from '../contract/settings';

/** @throws Error when the environment variable is not set */
export function required(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`environment variable ${name} is not set: deploy the function through cdk-dynamodb-cdc`);
  return value;
}

/** @throws Error when the settings were written by a newer library than this runtime */
export function readSettings(json: string): RuntimeSettings {
  const settings = JSON.parse(json) as RuntimeSettings;
  if (settings.version !== SETTINGS_VERSION) {
    throw new Error(`settings have version ${String(settings.version)}, this runtime understands ${SETTINGS_VERSION}: deploy construct and runtime from one version of cdk-dynamodb-cdc`);
  }
  return settings;
}
