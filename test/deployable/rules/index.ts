import { CLOUDFORMATION } from './cloudformation';
import { CLOUDWATCH } from './cloudwatch';
import { FUNCTIONS } from './functions';
import { IAM } from './iam';
import { MAPPINGS } from './mapping';
import { RESOURCE_POLICIES } from './resource-policies';
import { Rule } from '../rule';

/** Every rule. A new one is a few lines in the file of its service. */
export const RULES: readonly Rule[] = [...IAM, ...RESOURCE_POLICIES, ...MAPPINGS, ...FUNCTIONS, ...CLOUDWATCH, ...CLOUDFORMATION];
