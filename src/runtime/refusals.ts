/** Names under which AWS services say that a permission is missing: the same for every change until somebody grants it. */
export const REFUSALS: ReadonlySet<string> = new Set([
  'AccessDenied', 'AccessDeniedException', 'AuthorizationError', 'AuthorizationErrorException', 'KMSAccessDeniedException', 'KMS.AccessDeniedException',
  'NotAuthorized', 'UnauthorizedOperation',
]);

export function isRefusal(errorName: string): boolean {
  return REFUSALS.has(errorName);
}
