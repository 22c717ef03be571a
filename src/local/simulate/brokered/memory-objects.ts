import { ObjectStore } from '../../../runtime/relay/ports';

/** S3 as far as the relay uses it. */
export class MemoryObjects implements ObjectStore {
  public readonly bucket = 'failures';
  public readonly objects = new Map<string, string>();

  public async put(key: string, text: string): Promise<void> {
    this.objects.set(key, text);
  }

  public async get(key: string): Promise<string | undefined> {
    return this.objects.get(key);
  }

  public async list(prefix: string, limit: number, after = ''): Promise<readonly string[]> {
    return [...this.objects.keys()].filter((key) => key.startsWith(prefix) && key > after).sort().slice(0, limit);
  }

  public async remove(keys: readonly string[]): Promise<void> {
    for (const key of keys) this.objects.delete(key);
  }
}
