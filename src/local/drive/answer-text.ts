import type { _Record, GetRecordsCommand } from '@aws-sdk/client-dynamodb-streams';

const IMAGES = ['Keys', 'NewImage', 'OldImage'] as const;

/** Keeps the answer of a command as text. The SDK reads it too. */
export function keepText(command: GetRecordsCommand): () => string {
  let text = '';
  command.middlewareStack.add(next => async args => {
    const result = await next(args);
    const response = result.response as { body: AsyncIterable<Uint8Array> | Uint8Array };
    const parts: Uint8Array[] = [];
    for await (const part of response.body as AsyncIterable<Uint8Array>) parts.push(part);
    const body = Buffer.concat(parts);
    text = body.toString('utf8');
    response.body = body;
    return result;
  }, { step: 'deserialize', priority: 'low', name: 'keepText' });
  return () => text;
}

/** The records with their images as they were sent: the SDK loses the value of an attribute called __proto__. */
export function asSent(records: readonly _Record[], text: () => string): _Record[] {
  if (records.length === 0) return [];
  const { Records } = JSON.parse(text()) as { Records: readonly _Record[] };
  return records.map((record, index) => {
    const sent = Records[index].dynamodb ?? {};
    return { ...record, dynamodb: { ...record.dynamodb, ...Object.fromEntries(IMAGES.filter(name => sent[name]).map(name => [name, sent[name]])) } };
  });
}
