import { required } from '../settings';

export type Service = 'dynamodb' | 'sqs' | 'ssm';

/** Suffixes of names by the first part of the region, for IPv4 alone and for both. Regions of the partition `aws` are those of no other; a test holds these against the SDK's rules. */
const SUFFIXES: readonly (readonly [prefix: string, suffix: string, dualStack: string])[] = [
  ['cn-', 'amazonaws.com.cn', 'api.amazonwebservices.com.cn'],
  ['eusc-', 'amazonaws.eu', 'api.amazonwebservices.eu'],
  ['us-isob-', 'sc2s.sgov.gov', 'api.aws.scloud'],
  ['us-isof-', 'csp.hci.ic.gov', 'api.aws.hci.ic.gov'],
  ['us-iso-', 'c2s.ic.gov', 'api.aws.ic.gov'],
  ['eu-isoe-', 'cloud.adc-e.uk', 'api.cloud-aws.adc-e.uk'],
  ['', 'amazonaws.com', 'api.aws'],
];

const isOn = (name: string) => process.env[name]?.toLowerCase() === 'true';

/**
 * Where a service listens: what AWS_ENDPOINT_URL_<SERVICE> or AWS_ENDPOINT_URL says, else where this queue is, else the region's own endpoint, with
 * AWS_USE_FIPS_ENDPOINT and AWS_USE_DUALSTACK_ENDPOINT as the SDK takes them.
 */
export function endpointOf(service: Service, queueUrl?: string): string {
  const configured = process.env[`AWS_ENDPOINT_URL_${service.toUpperCase()}`] ?? process.env.AWS_ENDPOINT_URL;
  if (configured && !isOn('AWS_IGNORE_CONFIGURED_ENDPOINT_URLS')) return configured;
  const fips = isOn('AWS_USE_FIPS_ENDPOINT');
  const dualStack = isOn('AWS_USE_DUALSTACK_ENDPOINT');
  if (queueUrl && !fips && !dualStack) return new URL(queueUrl).origin;
  const region = required('AWS_REGION');
  const [, suffix, both] = SUFFIXES.find(([prefix]) => region.startsWith(prefix))!;
  // In GovCloud the plain names are FIPS endpoints.
  const name = fips && (dualStack || !region.startsWith('us-gov-')) ? `${service}-fips` : service;
  return `https://${name}.${region}.${dualStack ? both : suffix}`;
}
