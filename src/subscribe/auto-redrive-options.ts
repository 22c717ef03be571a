import { Duration } from 'aws-cdk-lib';

/** When parked items are redriven by themselves. */
export interface AutoRedriveOptions {
  /**
   * How long after it was stored an item is redriven first, 5 minutes to 90 days. After that the delay doubles each time: with 15 minutes it is redriven
   * after 15 minutes, 30, an hour, two and so on, within 5 minutes.
   *
   * @default - 15 minutes
   */
  readonly firstDelay?: Duration;

  /**
   * Age from which on an item is left to people, 5 minutes to 90 days. Its alarm has been up since it was parked.
   *
   * @default - 1 day
   */
  readonly maxAge?: Duration;
}
