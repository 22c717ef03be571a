import { leftOut } from './left-out';
import { localTemplate, LocalTemplateOptions, ResourceTemplate } from './template';
import { withoutResources } from './without-resources';

export interface RunnableOptions extends LocalTemplateOptions {
  /** Resource types that the emulator does not know. @default - it knows all */
  readonly unknownTypes?: ReadonlySet<string>;
  /** What the user does not want. @default - nothing */
  readonly isUnwanted?: (logicalId: string, type: string) => boolean;
}

/** What the emulator gets in the place of a template: the part that it can do, kept from doing what the driver does. */
export function emulatorTemplate<T extends ResourceTemplate>(template: T, options: RunnableOptions): T {
  return localTemplate(withoutResources(template, leftOut(template, options.unknownTypes ?? new Set(), options.isUnwanted)), options);
}
