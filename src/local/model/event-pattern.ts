/** Whether AWS Event Ruler would match the event with the pattern. Throws on a pattern that Lambda would refuse. */
export declare function matchesPattern(event: unknown, pattern: unknown): boolean;
