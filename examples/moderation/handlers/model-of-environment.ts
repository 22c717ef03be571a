import { HttpModel } from './http-model';
import type { LanguageModel } from './language-model';

/** What speaks like Amazon Bedrock at `MODEL_URL`. */
export function modelOfEnvironment(): LanguageModel {
  return new HttpModel(process.env.MODEL_URL!);
}
