/** The part of Amazon Bedrock's Converse API that moderation needs. */
export interface ConverseInput {
  readonly modelId: string;
  readonly system: { readonly text: string }[];
  readonly messages: { readonly role: 'user'; readonly content: { readonly text: string }[] }[];
  readonly inferenceConfig: { readonly maxTokens: number; readonly temperature: number };
  /** Comes back in the model's invocation log. */
  readonly requestMetadata: { readonly [name: string]: string };
}

export interface ConverseOutput {
  readonly output?: { readonly message?: { readonly content?: readonly { readonly text?: string }[] } };
  readonly stopReason?: string;
}

/** A language model, wherever it runs. What is busy or out of order rejects with a RetryLaterError. */
export interface LanguageModel {
  converse(input: ConverseInput, options: { readonly abortSignal: AbortSignal }): Promise<ConverseOutput>;
}
