/** What the planner should assume about the source when it explains a filter. */
export interface FilterExplanationProps {
  /**
   * The stream's view type: `KEYS_ONLY`, `NEW_IMAGE`, `OLD_IMAGE` or `NEW_AND_OLD_IMAGES`.
   *
   * @default - `NEW_AND_OLD_IMAGES`
   */
  readonly streamViewType?: string;

  /**
   * How many patterns the mapping may have: 1 or more.
   *
   * @default 5
   */
  readonly maxPatterns?: number;
}

/** What of a filter is pushed down to AWS, what stays, and why. */
export interface FilterExplanation {
  /** Patterns of the mapping's FilterCriteria, as JSON text. A change passes if it matches one; with none every change passes. */
  readonly patterns: string[];

  /**
   * What the runtime evaluates for the changes that pass, as JSON text in the serialized form.
   *
   * @default - nothing: the patterns mean the whole filter
   */
  readonly residual?: string;

  /** One sentence for each part of the filter. */
  readonly reasons: string[];
}
