import { Answer } from './answer';

/** How Node.js and OpenSSL name what is wrong with a certificate or with the protocol. */
const TLS = /^(ERR_TLS_|ERR_SSL_|CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_(GET|VERIFY|DECRYPT|DECODE)_|CRL_|HOSTNAME_MISMATCH$|INVALID_(CA|PURPOSE)$|PATH_LENGTH_EXCEEDED$)/;

/** Whether waiting does not help, whatever else is seen. */
export function isFinal({ code }: Answer): boolean {
  return typeof code === 'string' && TLS.test(code);
}
