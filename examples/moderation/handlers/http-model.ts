import type { ConverseInput, ConverseOutput, LanguageModel } from './language-model';
import { retryLaterIfUnavailable } from 'cdk-dynamodb-cdc/runtime';

/** A server that speaks Bedrock's Converse API without AWS's signature: one of your own, or the demo's. */
export class HttpModel implements LanguageModel {
  public constructor(private readonly url: string) {}

  public async converse({ modelId, ...body }: ConverseInput, { abortSignal }: { abortSignal: AbortSignal }): Promise<ConverseOutput> {
    const call = fetch(`${this.url}/model/${encodeURIComponent(modelId)}/converse`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal: abortSignal,
    });
    const response = await retryLaterIfUnavailable(call);
    if (!response.ok) throw new Error(`the model's server answered with status ${response.status}`);
    // The answer may break off as well as the question.
    return retryLaterIfUnavailable(response.json() as Promise<ConverseOutput>);
  }
}
