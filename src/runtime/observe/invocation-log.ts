import type { Context } from 'aws-lambda';
import { Logger } from './logger';

/** The ports of one invocation: its log lines name it, and the trace that it belongs to. */
export function logged<P extends { readonly logger: Logger }>(ports: P, { awsRequestId }: Pick<Context, 'awsRequestId'>): P {
  const trace = /Root=([^;]+)/.exec(process.env._X_AMZN_TRACE_ID ?? '')?.[1];
  return { ...ports, logger: ports.logger.with({ function_request_id: awsRequestId, ...(trace !== undefined && { xray_trace_id: trace }) }) };
}

/** What every line of a function says: `service` as users of Powertools set it for all their functions. */
export function functionFrame(subscriber: string): object {
  return { service: process.env.POWERTOOLS_SERVICE_NAME || subscriber, subscriber };
}
