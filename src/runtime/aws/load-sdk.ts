/** The SDK's client of DynamoDB is a file of its own (see scripts/bundle.ts), loaded at its first use: starting up must not pay for it. */
export const loadSdk = () => Promise.all([import('@aws-sdk/client-dynamodb'), import('@aws-sdk/lib-dynamodb')]);
