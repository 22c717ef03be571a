import { DocumentClient, FailureStore } from '../../src/runtime/ports';

export type Operation = 'batchGet' | 'batchExecuteStatement' | 'update' | 'transactWrite' | 'put' | 'handler';

/** Called around each call of a port; may fail it, or never come back. */
export type Around = <T>(operation: Operation, call: () => Promise<T>) => Promise<T>;

export function aroundClient(client: DocumentClient, around: Around): DocumentClient {
  return {
    batchGet: (input) => around('batchGet', () => client.batchGet(input)),
    batchExecuteStatement: (input) => around('batchExecuteStatement', () => client.batchExecuteStatement(input)),
    update: (input) => around('update', () => client.update(input)),
    transactWrite: (input) => around('transactWrite', () => client.transactWrite(input)),
  };
}

export function aroundFailures(failures: FailureStore, around: Around): FailureStore {
  return {
    put: (record) => around('put', () => failures.put(record)),
    putIfAbsent: (record) => around('put', () => failures.putIfAbsent(record)),
  };
}

/** The ports of a process: once it is dead, nothing it asked for is answered, and nothing it asks for is done. */
export function mortal(isDead: () => boolean): Around {
  return async (_operation, call) => {
    if (isDead()) return never();
    const answer = await call().then((value) => ({ value }), (error: unknown) => ({ error }));
    if (isDead()) return never();
    if ('error' in answer) throw answer.error;
    return answer.value;
  };
}

/** What a dead process answers. */
export const never = <T>(): Promise<T> => new Promise<T>(() => undefined);
