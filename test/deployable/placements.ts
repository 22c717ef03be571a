import { App, NestedStack, Stack } from 'aws-cdk-lib';

/** Where the table and its subscribers are. */
export interface Placement {
  readonly name: string;
  make(app: App): Placed;
}

export interface Placed {
  readonly table: Stack;
  readonly subscribers: readonly Stack[];
  /** A stack of its own for a dashboard. */
  readonly apart: Stack;
}

const top = (app: App, ...names: string[]) => names.map((name) => new Stack(app, name));
const nested = (around: Stack, ...names: string[]) => names.map((name) => new NestedStack(around, name));

function placed([table, ...subscribers]: Stack[], apart: Stack): Placed {
  return { table, subscribers, apart };
}

export const PLACEMENTS: readonly Placement[] = [
  { name: 'one stack', make: (app) => { const [one, apart] = top(app, 'One', 'Apart'); return placed([one, one], apart); } },
  { name: 'two stacks', make: (app) => placed(top(app, 'Table', 'Sub'), new Stack(app, 'Apart')) },
  { name: 'a table and two stacks of subscribers', make: (app) => placed(top(app, 'Table', 'First', 'Second'), new Stack(app, 'Apart')) },
  {
    name: 'nested siblings',
    make: (app) => { const [around] = top(app, 'Around'); return placed(nested(around, 'Table', 'Sub'), nested(around, 'Apart')[0]); },
  },
  {
    name: 'nested siblings, two of them with subscribers',
    make: (app) => { const [around] = top(app, 'Around'); return placed(nested(around, 'Table', 'First', 'Second'), around); },
  },
  { name: 'subscribers nested in the table\'s stack', make: (app) => { const [one, apart] = top(app, 'One', 'Apart'); return placed([one, ...nested(one, 'Sub')], apart); } },
  { name: 'a table nested in the subscribers\' stack', make: (app) => { const [one, apart] = top(app, 'One', 'Apart'); return placed([...nested(one, 'Table'), one], apart); } },
  {
    name: 'nested in two stacks of the app',
    make: (app) => { const [left, right] = top(app, 'Left', 'Right'); return placed([...nested(left, 'Table'), ...nested(right, 'Sub')], right); },
  },
];
