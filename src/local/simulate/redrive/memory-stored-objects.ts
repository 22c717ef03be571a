import { StoredObject, StoredObjects } from '../../../runtime/redriver/ports';

/** S3 as far as a redrive uses it. Pages are small, so that histories have several. */
export class MemoryStoredObjects implements StoredObjects {
  private readonly objects = new Map<string, { readonly text: string; readonly storedAt: number }>();

  public constructor(private readonly now: () => number, private readonly onRemove: (key: string) => void, private readonly page = 5) {}

  public get keys(): string[] {
    return [...this.objects.keys()].sort();
  }

  public async list(prefix: string, after = ''): Promise<{ objects: StoredObject[]; more: boolean }> {
    const keys = this.keys.filter((key) => key.startsWith(prefix) && key > after);
    return {
      objects: keys.slice(0, this.page).map((key) => ({ key, bytes: this.objects.get(key)!.text.length, storedAt: this.objects.get(key)!.storedAt })),
      more: keys.length > this.page,
    };
  }

  public async get(key: string): Promise<string | undefined> {
    return this.objects.get(key)?.text;
  }

  public async put(key: string, text: string): Promise<void> {
    this.objects.set(key, { text, storedAt: this.now() });
  }

  public async putIfAbsent(key: string, text: string): Promise<boolean> {
    if (this.objects.has(key)) return false;
    await this.put(key, text);
    return true;
  }

  public async remove(keys: readonly string[]): Promise<void> {
    for (const key of keys) {
      if (!this.objects.has(key)) continue;
      this.objects.delete(key);
      this.onRemove(key);
    }
  }
}
