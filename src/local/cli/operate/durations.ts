const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** For people: the two greatest units. */
export function duration(seconds: number): string {
  if (seconds < MINUTE) return `${seconds} s`;
  if (seconds < HOUR) return both(seconds, MINUTE, 'min', 1, 's');
  if (seconds < DAY) return both(seconds, HOUR, 'h', MINUTE, 'min');
  return both(seconds, DAY, 'd', HOUR, 'h');
}

function both(seconds: number, large: number, largeName: string, small: number, smallName: string): string {
  const rest = Math.floor((seconds % large) / small);
  return `${Math.floor(seconds / large)} ${largeName}${rest > 0 ? ` ${rest} ${smallName}` : ''}`;
}
