/** The promises that a simulation holds the runtime to, by their numbers. */
export type Invariant = 'I1' | 'I2' | 'I3' | 'I4' | 'I5' | 'I6' | 'I7' | 'I8' | 'I10' | 'I11' | 'I12';

/** Tells that a promise was broken. */
export type Violate = (invariant: Invariant, message: string) => void;
