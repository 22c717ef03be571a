/** A payment, as the shop writes it. */
export interface Transaction {
  readonly accountId: string;
  readonly transactionId: string;
  readonly amount: number;
  readonly country: string;
  readonly status: 'PAID' | 'SHIPPED' | 'DISPUTED';
  readonly newDevice?: boolean;
}

/** From this score on the account is held. */
export const HOLD_AT = 60;

interface Rule {
  readonly points: number;
  readonly applies: (transaction: Transaction) => boolean;
}

const RULES: readonly Rule[] = [
  { points: 60, applies: ({ status }) => status === 'DISPUTED' },
  { points: 40, applies: ({ amount }) => amount > 5_000 },
  { points: 20, applies: ({ amount }) => amount > 1_000 },
  { points: 25, applies: ({ newDevice }) => newDevice === true },
];

/** Sum of the points of the rules that apply, 0 to 145. */
export function risk(transaction: Transaction): number {
  return RULES.reduce((sum, { points, applies }) => sum + (applies(transaction) ? points : 0), 0);
}
