import { HttpModel } from './http-model';
import type { LanguageModel } from './language-model';

/** Amazon Bedrock, or what speaks like it at `MODEL_URL`. */
export async function modelOfEnvironment(): Promise<LanguageModel> {
  if (process.env.MODEL_URL) return new HttpModel(process.env.MODEL_URL);
  // The SDK is loaded only where it is used.
  const { BedrockModel } = await import('./bedrock-model.js');
  return new BedrockModel();
}
