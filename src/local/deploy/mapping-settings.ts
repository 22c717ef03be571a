import { EventSourceMappingConfiguration } from '@aws-sdk/client-lambda';
import { UserError } from '../emulator';
import { literalPatterns } from './template';
import { MappingConfig, mappingConfig, OnFailureDestination } from '../model';

/** A mapping's properties as they stand in the template; any of them may be an intrinsic instead of a value. */
export interface MappingProperties {
  readonly BatchSize?: unknown;
  readonly BisectBatchOnFunctionError?: unknown;
  readonly DestinationConfig?: unknown;
  readonly Enabled?: unknown;
  readonly FilterCriteria?: unknown;
  readonly FunctionResponseTypes?: unknown;
  readonly MaximumBatchingWindowInSeconds?: unknown;
  readonly MaximumRecordAgeInSeconds?: unknown;
  readonly MaximumRetryAttempts?: unknown;
  readonly ParallelizationFactor?: unknown;
  readonly StartingPosition?: unknown;
  readonly TumblingWindowInSeconds?: unknown;
}

/**
 * A mapping's settings as synthesized. Numbers and switches come from the template, because emulators have their own defaults
 * for what is absent; what holds intrinsics comes from the deployed mapping, where they are resolved.
 */
export function settingsOf(name: string, template: MappingProperties, deployed: EventSourceMappingConfiguration): MappingConfig {
  const pick = <Name extends keyof MappingProperties & keyof EventSourceMappingConfiguration>(property: Name) =>
    typeof template[property] === 'object' ? deployed[property] : template[property] as EventSourceMappingConfiguration[Name];
  try {
    return mappingConfig(present({
      uuid: deployed.UUID,
      functionArn: deployed.FunctionArn,
      streamArn: deployed.EventSourceArn,
      startingPosition: pick('StartingPosition') === 'LATEST' ? 'LATEST' as const : 'TRIM_HORIZON' as const,
      batchSize: pick('BatchSize'),
      batchingWindowSeconds: pick('MaximumBatchingWindowInSeconds'),
      parallelizationFactor: pick('ParallelizationFactor'),
      retryAttempts: pick('MaximumRetryAttempts'),
      maxRecordAgeSeconds: pick('MaximumRecordAgeInSeconds'),
      bisectBatchOnFunctionError: pick('BisectBatchOnFunctionError'),
      reportBatchItemFailures: template.FunctionResponseTypes ? deployed.FunctionResponseTypes?.includes('ReportBatchItemFailures') : undefined,
      filters: template.FilterCriteria ? filtersOf(template, deployed) : undefined,
      onFailure: template.DestinationConfig ? destination(deployed.DestinationConfig?.OnFailure?.Destination) : undefined,
      tumblingWindowSeconds: pick('TumblingWindowInSeconds'),
    }));
  } catch (error) {
    throw new UserError(`Mapping ${name} can't be run locally: ${(error as Error).message}.`, { cause: error });
  }
}

/** Those of the template where they can be read there: the deployed mapping's are others, since the emulator is to pass everything over. */
function filtersOf({ FilterCriteria }: MappingProperties, deployed: EventSourceMappingConfiguration): unknown[] | undefined {
  const patterns = literalPatterns(FilterCriteria) ?? deployed.FilterCriteria?.Filters?.map(({ Pattern }) => Pattern ?? '{}');
  return patterns?.map(pattern => JSON.parse(pattern) as unknown);
}

function destination(arn: string | undefined): OnFailureDestination | undefined {
  const service = arn?.split(':')[2]?.toUpperCase();
  return arn && (service === 'SQS' || service === 'SNS' || service === 'S3') ? { type: service, arn } : undefined;
}

/** Without the absent ones, which would hide the defaults. */
function present<T extends object>(settings: T): { [Name in keyof T]?: NonNullable<T[Name]> } {
  const given = Object.entries(settings).filter(([, value]) => value !== undefined && value !== null);
  return Object.fromEntries(given) as { [Name in keyof T]?: NonNullable<T[Name]> };
}
