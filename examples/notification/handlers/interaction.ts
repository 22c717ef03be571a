/** What is written when somebody does something that concerns somebody else. */
export interface Interaction {
  /** Whom it concerns. */
  readonly userId: string;
  readonly interactionId: string;
  readonly kind: 'like' | 'follow' | 'comment' | 'mention';
  readonly from: string;
  readonly text: string;
  /** Channels on which they want to hear of it. */
  readonly channels: Set<string>;
  readonly email: string;
  readonly phone: string;
}

export function sentence({ kind, from, text }: Interaction): string {
  switch (kind) {
    case 'like': return `${from} likes your post`;
    case 'follow': return `${from} follows you`;
    case 'comment': return `${from} commented: ${text}`;
    case 'mention': return `${from} mentioned you: ${text}`;
  }
}
