import { crash } from './crash';
import { filter } from './filter';
import { init } from './init';
import { order } from './order';
import { relay } from './relay';
import { simulation } from './simulation';
import { synth } from './synth';
import { synthGrowth } from './synth-growth';
import { throughputCase } from './throughput';
import { Case } from '../case';

export const CASES: readonly Case[] = [
  throughputCase({ name: 'batch', records: 100, handlerMillis: 0, cpuAtMost: 1 / 8, wallAtMost: 1 / 5 }),
  throughputCase({ name: 'slow-handler', records: 100, handlerMillis: 20, wallAtMost: 1 / 2 }),
  throughputCase({ name: 'large-batch', records: 1_000, handlerMillis: 0, cpuAtMost: 1 / 15, wallAtMost: 1 / 20 }),
  order,
  crash,
  relay,
  init,
  filter,
  synth,
  synthGrowth,
  simulation,
];
