/** The subscriber's function, for this library. */

import { effect } from './effects';
import type { Change } from '../../src/runtime';

export const onChange = (change: Change): Promise<void> => effect(change.eventID);
