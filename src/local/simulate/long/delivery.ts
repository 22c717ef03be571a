import { Life, LifeWorld } from '../brokered/life';

/** One delivery of a message to a process, and what the checks want to know of it. */
export class Delivery extends Life {
  /** For people. */
  public readonly label: string;
  /** Changes in its message. */
  public readonly ordinals: readonly number[];
  /** When the message is handed out again, if nothing more is heard of this delivery. */
  public leaseUntil: number;
  /** Its handler has been called and has not ended. */
  public isRunning = false;

  public constructor(world: LifeWorld, skewMillis: number, message: Pick<Delivery, 'label' | 'ordinals' | 'leaseUntil'>) {
    super(world, skewMillis);
    this.label = message.label;
    this.ordinals = message.ordinals;
    this.leaseUntil = message.leaseUntil;
  }
}
