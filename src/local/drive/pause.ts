import { timerMillis } from '../../contract/timer';

/** A wait that can be ended early, and for good. */
export class Pause {
  private wake?: () => void;
  private over = false;

  async wait(millis: number): Promise<void> {
    if (this.over) return;
    await new Promise<void>(resolve => {
      const timer = setTimeout(resolve, timerMillis(millis));
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.wake = undefined;
  }

  end(): void {
    this.over = true;
    this.wake?.();
  }
}
