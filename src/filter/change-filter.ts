import { FilterExplanation, FilterExplanationProps } from './explanation';
import { FILTER_VERSION, FilterNode, SerializedFilter } from '../contract/filter';
import { VIEW_TYPES } from './plan/checks';
import { FilterPlan, FilterPlanContext } from './plan/filter-plan';
import { planFilter, wholeFilter } from './plan/planner';
import { checkRawPattern } from './plan/raw-check';
import { refuseTokens } from './values';

/**
 * Which changes of a table a subscriber receives.
 *
 * A filter is a statement about one change: it is true or false, never unknown, and `negate` turns one into the other.
 * As much of it as is sound is pushed down to the event source mapping, so that AWS neither invokes nor bills; the
 * runtime evaluates the rest. What each filter means for a missing attribute, another type, NULL, an INSERT and a REMOVE
 * stands in one table in `docs/filters.md`.
 *
 * The set of filters is closed: make them with the static methods here and with `Attr`.
 */
export abstract class ChangeFilter {
  /** Changes that created an item. */
  public static inserts(): ChangeFilter {
    return ChangeFilter._of({ node: 'eventName', oneOf: ['INSERT'] });
  }

  /** Changes that altered an existing item. A write that altered nothing makes no change. */
  public static modifications(): ChangeFilter {
    return ChangeFilter._of({ node: 'eventName', oneOf: ['MODIFY'] });
  }

  /** Changes that deleted an item: by a writer or because its time to live had passed. */
  public static removals(): ChangeFilter {
    return ChangeFilter._of({ node: 'eventName', oneOf: ['REMOVE'] });
  }

  /**
   * Deletions DynamoDB made because the item's time to live had passed. In the replicas of a global table a replicated
   * deletion may not say so: subscribe in the region that expires the items.
   */
  public static expiredByTtl(): ChangeFilter {
    return ChangeFilter._of({ node: 'expiredByTtl' });
  }

  /**
   * Deletions that DynamoDB does not mark as its own. In the replicas of a global table a replicated expiry may count
   * as one of these.
   */
  public static deletedByUser(): ChangeFilter {
    return ChangeFilter.allOf(ChangeFilter.removals(), ChangeFilter.negate(ChangeFilter.expiredByTtl()));
  }

  /**
   * Changes for which every filter is true.
   *
   * @param filters at least one
   */
  public static allOf(...filters: ChangeFilter[]): ChangeFilter {
    return combine('allOf', filters);
  }

  /**
   * Changes for which at least one filter is true.
   *
   * @param filters at least one
   */
  public static anyOf(...filters: ChangeFilter[]): ChangeFilter {
    return combine('anyOf', filters);
  }

  /**
   * Changes for which the filter is false. Beware that a filter on an attribute is false where the attribute, or the whole
   * image, is missing, so its negation is true there: combine it with what must be there.
   *
   * @param filter what must not be true
   */
  public static negate(filter: ChangeFilter): ChangeFilter {
    const node = nodeOf('negate', filter);
    return ChangeFilter._of(node.node === 'negate' ? node.of : { node: 'negate', of: node });
  }

  /**
   * A FilterCriteria pattern as AWS defines it, for what the rest of this class cannot say. Only the mapping of a direct
   * subscriber (StreamSubscriber) can evaluate it. It may stand alone, once in the outermost `allOf`, or in the
   * outermost `anyOf` beside filters that can be pushed down whole.
   *
   * Fails for a pattern that AWS would refuse, or that could never match a stream record.
   *
   * @param raw the pattern, for example `{ dynamodb: { Keys: { id: { S: [{ prefix: 'eu-' }] } } } }`
   */
  public static pattern(raw: { [key: string]: any }): ChangeFilter {
    refuseTokens('ChangeFilter.pattern', raw);
    return ChangeFilter._of({ node: 'pattern', pattern: checkRawPattern(raw) });
  }

  /** @internal */
  public static _of(node: FilterNode): ChangeFilter {
    return new NodeFilter(node);
  }

  /** @internal */
  public abstract readonly _node: FilterNode;

  protected constructor() {}

  /**
   * Shows what of this filter is pushed down, what stays for the runtime, and why.
   *
   * Fails for a filter that synth would refuse, a view type that does not exist and a number of patterns out of its bounds.
   *
   * @param props what the planner knows about the source; by default a stream with both images and five patterns
   */
  public explain(props: FilterExplanationProps = {}): FilterExplanation {
    checkExplained(props);
    const plan = this._plan({
      scopePath: 'filter',
      streamViewType: props.streamViewType ?? 'NEW_AND_OLD_IMAGES',
      maxPatterns: props.maxPatterns ?? 5,
      allowResidual: true,
    });
    return { patterns: plan.patterns, residual: plan.residual && JSON.stringify(plan.residual), reasons: plan.reasons };
  }

  /** The serialized form (see `docs/filters.md`), which `cdk-dynamodb-cdc filter explain` reads. */
  public toJSON(): any {
    return { version: FILTER_VERSION, root: this._node } satisfies SerializedFilter;
  }

  /**
   * What a direct subscriber uses: patterns for the mapping and a residual for the runtime.
   * @internal
   */
  public _plan(context: FilterPlanContext): FilterPlan {
    return planFilter(this._node, context);
  }

  /**
   * What the relay and its subscribers use: the whole filter, checked against the source. Fails for a raw pattern.
   * @internal
   */
  public _whole(context: FilterPlanContext): SerializedFilter {
    return wholeFilter(this._node, context);
  }
}

class NodeFilter extends ChangeFilter {
  public constructor(public readonly _node: FilterNode) {
    super();
  }
}

function checkExplained({ streamViewType, maxPatterns }: FilterExplanationProps): void {
  if (streamViewType !== undefined && !VIEW_TYPES.includes(streamViewType)) {
    throw new Error(`ChangeFilter.explain: streamViewType: given ${streamViewType}, allowed ${VIEW_TYPES.join(', ')}.`);
  }
  if (maxPatterns !== undefined && !(Number.isSafeInteger(maxPatterns) && maxPatterns >= 1)) {
    throw new Error(`ChangeFilter.explain: maxPatterns: given ${maxPatterns}, allowed a whole number from 1.`);
  }
}

function combine(node: 'allOf' | 'anyOf', filters: ChangeFilter[]): ChangeFilter {
  if (filters.length === 0) {
    throw new Error(`ChangeFilter.${node}: give at least one filter. A subscriber without a filter receives every change.`);
  }
  const of = filters.map((filter) => nodeOf(node, filter));
  return of.length === 1 ? filters[0] : ChangeFilter._of({ node, of });
}

/** JavaScript lets anything be passed, a list of filters for example. */
function nodeOf(method: string, filter: ChangeFilter): FilterNode {
  if (!filter?._node) throw new Error(`ChangeFilter.${method}: ${JSON.stringify(filter)} is no ChangeFilter. Give filters, one after the other.`);
  return filter._node;
}
