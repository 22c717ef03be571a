import { BedrockRuntime } from '@aws-sdk/client-bedrock-runtime';
import type { ConverseInput, ConverseOutput, LanguageModel } from './language-model';
import { retryLaterIfUnavailable } from 'cdk-dynamodb-cdc/runtime';

/** Models of Amazon Bedrock. */
export class BedrockModel implements LanguageModel {
  // Throttled calls wait in the queue, where they hold up nobody, and not in the function.
  private readonly bedrock = new BedrockRuntime({ maxAttempts: 1 });

  public converse(input: ConverseInput, options: { abortSignal: AbortSignal }): Promise<ConverseOutput> {
    return retryLaterIfUnavailable(this.bedrock.converse(input, options));
  }
}
