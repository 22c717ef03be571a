import * as lambda from 'aws-cdk-lib/aws-lambda';
import { RelayOptions } from './relay-options';
import { ALARM_ACTION } from '../observe/alarm-shapes';
import { NUMBER, oneOf } from '../validate/rules';
import { Shape } from '../validate/shape';

export const RELAY_OPTIONS: Shape<RelayOptions> = {
  startingPosition: oneOf('lambda.StartingPosition', lambda.StartingPosition),
  batchSize: NUMBER,
  parallelizationFactor: NUMBER,
  memorySize: NUMBER,
  alarmAction: ALARM_ACTION,
};
