/** What `local` is started with. */
export interface LocalOptions {
  readonly app: string;
  readonly stack?: readonly string[];
  readonly endpointUrl?: string;
  readonly port?: number;
  readonly run?: string;
  readonly once?: boolean;
  /** Seconds. */
  readonly limit: number;
  /** Resource types, logical ids or construct paths. */
  readonly without?: readonly string[];
  /** Seconds, for each stack. */
  readonly deployLimit: number;
  readonly verbose?: boolean;
  /** Neither what functions write nor what they say when they fail. */
  readonly quiet?: boolean;
}
